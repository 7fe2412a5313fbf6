#include "diagnose/diagnosis_text.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "core/colour.hpp"
#include "core/utf8.hpp"
#include "diagnose/quote.hpp"

namespace misproxy::diagnose {
namespace {

namespace json = boost::json;
using evidence::Citation;

constexpr std::size_t kMostCitations = 12;  // of one verdict, for a person
constexpr std::size_t kMostConnections = 50;

template <class Text>
json::array strings(const std::vector<Text>& texts) {
  json::array array;
  for (const auto& text : texts)
    array.emplace_back(text);
  return array;
}

json::object citation(const Citation& where) {
  json::object object;
  object["file"] = as_utf8(where.file);
  object[unit_of(where)] = where.number;
  object["quote"] = where.quote;
  return object;
}

json::object verdict_object(const Verdict& verdict) {
  json::array evidence;
  for (const auto& where : verdict.evidence)
    evidence.push_back(citation(where));
  return {{"id", verdict.id},
          {"layer", word(verdict.layer)},
          {"blame", verdict.blame},
          {"connection", verdict.connection},
          {"headline", verdict.headline},
          {"confidence", word(verdict.confidence)},
          {"outcome", word(verdict.outcome())},
          {"evidence", std::move(evidence)},
          {"alternatives", strings(verdict.alternatives)},
          {"next", strings(verdict.next)},
          {"remedy", verdict.remedy}};
}

json::object lesson_object(const Lesson& lesson, const std::vector<Example>& examples) {
  json::array scenarios;
  for (const auto& each : examples)
    scenarios.emplace_back(each.id);
  return {{"id", lesson.id},
          {"layer", word(lesson.layer)},
          {"title", lesson.title},
          {"blame", lesson.blame},
          {"wire", lesson.wire},
          {"causes", lesson.causes},
          {"confirm", lesson.confirm},
          {"remedy", lesson.remedy},
          {"scenarios", std::move(scenarios)}};
}

std::string examples_text(const std::vector<Example>& examples) {
  if (examples.empty()) return "no scenario that comes with misproxy shows it";
  std::size_t widest = 0;
  for (const auto& each : examples)
    widest = std::max(widest, each.id.size());
  auto text = fmt::format("misproxy run {} --out there", examples.front().id);
  if (examples.size() == 1) return text;
  text += "\nor with another of these:";
  for (const auto& each : examples)
    text += fmt::format("\n  {:<{}}  {}", each.id, widest, each.title);
  return text;
}

std::string bold(std::string_view text, bool colour) { return painted(text, kBold, colour); }

std::string shade(std::string_view text, const Verdict& verdict, bool colour) {
  switch (verdict.outcome()) {
    case Outcome::works:
      return painted(text, kBoldGreen, colour);
    case Outcome::fails:
      return painted(text, kBoldRed, colour);
    case Outcome::untold:
      return painted(text, kYellow, colour);
  }
  return std::string(text);
}

std::string citation_line(const Citation& where) {
  return fmt::format("    {} {} {}: {}\n", visible(where.file), unit_of(where), where.number,
                     where.quote);
}

std::string evidence_lines(const Verdict& verdict) {
  if (verdict.evidence.empty()) return {};
  std::string text = "  seen in\n";
  for (std::size_t i = 0; i < verdict.evidence.size() && i < kMostCitations; ++i)
    text += citation_line(verdict.evidence[i]);
  if (verdict.evidence.size() > kMostCitations)
    text += fmt::format("    and {} more\n", verdict.evidence.size() - kMostCitations);
  return text;
}

std::string details(const Verdict& verdict) {
  auto text = evidence_lines(verdict);
  if (!verdict.alternatives.empty())
    text += fmt::format("  it could also be: {}\n", fmt::join(verdict.alternatives, ", "));
  for (const auto& next : verdict.next)
    text += fmt::format("  next: {}\n", next);
  if (!verdict.remedy.empty()) text += fmt::format("  do: {}\n", verdict.remedy);
  return text;
}

std::string head(const Verdict& verdict, bool colour) {
  return fmt::format("{}  {}\n  {}, {}; to blame: {}\n",
                     shade(fmt::format("[{}]", verdict.id), verdict, colour), verdict.headline,
                     word(verdict.layer), word(verdict.confidence), verdict.blame);
}

}  // namespace

void write_json(const Diagnosis& diagnosis, const std::function<void(std::string_view)>& write) {
  write("{\"incident\":" + json::serialize(verdict_object(diagnosis.incident)) + ",\"verdicts\":[");
  for (const auto& verdict : diagnosis.verdicts) {
    if (&verdict != &diagnosis.verdicts.front()) write(",");
    write(json::serialize(verdict_object(verdict)));
  }
  write("],\"remarks\":" + json::serialize(strings(diagnosis.remarks)) + "}");
}

std::string to_json(const Diagnosis& diagnosis) {
  std::string text;
  write_json(diagnosis, [&](std::string_view piece) { text += piece; });
  return text;
}

std::string to_text(const Diagnosis& diagnosis, bool colour) {
  const auto& incident = diagnosis.incident;
  auto text = head(incident, colour) + details(incident);
  std::size_t told = 0;
  for (const auto& verdict : diagnosis.verdicts) {
    if (diagnosis.verdicts.size() == 1 && verdict.id == incident.id) break;
    if (++told > kMostConnections) continue;
    text += fmt::format("\n{}\n  {} {}\n", bold(verdict.connection, colour),
                        shade(fmt::format("[{}]", verdict.id), verdict, colour), verdict.headline);
    if (verdict.id != incident.id && verdict.outcome() == Outcome::fails) text += details(verdict);
  }
  if (told > kMostConnections)
    text += fmt::format("\nand {} more connections: --format json tells of all\n",
                        told - kMostConnections);
  for (const auto& remark : diagnosis.remarks)
    text += fmt::format("\nnote: {}\n", remark);
  return text;
}

std::string list_text(bool colour) {
  std::string text;
  for (const auto& lesson : lessons())
    text += fmt::format("{} {:<7} {}\n", bold(fmt::format("{:<29}", lesson.id), colour),
                        word(lesson.layer), lesson.title);
  return text;
}

std::string list_json(const std::function<std::vector<Example>(std::string_view id)>& examples_of) {
  std::string text;
  for (const auto& lesson : lessons())
    text += json::serialize(lesson_object(lesson, examples_of(lesson.id))) + "\n";
  return text;
}

std::string explain_text(const Lesson& lesson, const std::vector<Example>& examples, bool colour) {
  auto text = fmt::format("{}  {}\n", bold(lesson.id, colour), lesson.title);
  const auto part = [&](std::string_view name, std::string_view what) {
    if (!what.empty()) text += fmt::format("\n{}\n{}\n", bold(name, colour), what);
  };
  part("On the wire", lesson.wire);
  part("Usual causes", lesson.causes);
  part("How to confirm it", lesson.confirm);
  part("How to fix it", lesson.remedy);
  part("Who is to blame", lesson.blame);
  part("See it happen", examples_text(examples));
  return text;
}

std::string explain_json(const Lesson& lesson, const std::vector<Example>& examples) {
  return json::serialize(lesson_object(lesson, examples));
}

}  // namespace misproxy::diagnose
