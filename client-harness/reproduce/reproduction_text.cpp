#include "reproduce/reproduction_text.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "core/shell_word.hpp"
#include "core/utf8.hpp"
#include "diagnose/lesson.hpp"

namespace misproxy::reproduce {
namespace {

namespace json = boost::json;

std::string names_of(const std::vector<Compared>& all, bool agreeing) {
  std::string text;
  for (const auto& each : all) {
    if (each.agrees != agreeing) continue;
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", each.name, visible(each.evidence));
  }
  return text;
}

std::string differences(const std::vector<Compared>& all) {
  std::string text;
  for (const auto& each : all) {
    if (each.agrees) continue;
    text += fmt::format("{}{}: {} in the evidence, {} in the run{}", text.empty() ? "" : "; ",
                        each.name, visible(each.evidence), visible(each.run),
                        each.decides ? "" : " (decides nothing)");
  }
  return text;
}

void line(std::string& text, std::string_view name, const std::string& what) {
  if (!what.empty()) text += fmt::format("  {:<9} {}\n", name, what);
}

std::string worlds_of(const Reproduction& made) {
  if (made.not_live.empty()) return "virtual, live";
  return fmt::format("virtual; not live: {}", made.not_live);
}

std::string commands(const Reproduction& made, const std::string& file) {
  const auto name = file.empty() ? std::string("my.toml") : shell_word(file);
  if (!made.not_live.empty()) return fmt::format("misproxy run {} --capture c.pcapng", name);
  return fmt::format(
      "misproxy serve {0}   # prints the curl to paste; or: misproxy run {0} --world live --client "
      "curl",
      name);
}

std::string text_of(const Reproduction& made, const std::string& file) {
  const auto* lesson = diagnose::find_lesson(made.verdict);
  std::string text = fmt::format("{}{}: {}\n", made.verdict, made.alternative ? " (may be)" : "",
                                 lesson == nullptr ? "" : lesson->title);
  line(text, "of", visible(made.connection));
  if (made.scenario.empty()) {
    line(text, "no file", visible(made.why_not));
    return text;
  }
  line(text, "scenario", visible(file));
  line(text, "agrees", names_of(made.compared, true));
  line(text, "differs", differences(made.compared));
  for (const auto& each : made.assumed)
    line(text, "assumed", visible(each));
  line(text, "worlds", worlds_of(made));
  line(text, "play it", commands(made, file));
  return text;
}

json::object object_of(const Compared& each) {
  return {{"what", each.name},
          {"evidence", as_utf8(each.evidence)},
          {"run", as_utf8(each.run)},
          {"agrees", each.agrees},
          {"decides", each.decides}};
}

json::object object_of(const Reproduction& made, const std::string& file) {
  json::array compared;
  for (const auto& each : made.compared)
    compared.push_back(object_of(each));
  json::array assumed;
  for (const auto& each : made.assumed)
    assumed.emplace_back(as_utf8(each));
  const bool any = !made.scenario.empty();
  json::object object{{"verdict", made.verdict},
                      {"connection", as_utf8(made.connection)},
                      {"alternative", made.alternative}};
  object["file"] = file.empty() ? json::value() : json::value(as_utf8(file));
  object["scenario"] = any ? json::value(made.scenario) : json::value();
  object["why_not"] = any ? json::value() : json::value(as_utf8(made.why_not));
  object["compared"] = std::move(compared);
  object["assumed"] = std::move(assumed);
  json::array worlds;
  if (any) worlds.emplace_back("virtual");
  if (any && made.not_live.empty()) worlds.emplace_back("live");
  object["worlds"] = std::move(worlds);
  object["command"] = any ? json::value(as_utf8(commands(made, file))) : json::value();
  return object;
}

}  // namespace

std::string to_text(const Reproductions& made, const std::vector<std::string>& files) {
  std::string text = fmt::format("{}\n", visible(made.headline));
  if (made.healthy) return text + "Healthy: there is nothing to reproduce.\n";
  for (std::size_t i = 0; i < made.all.size(); ++i)
    text += "\n" + text_of(made.all[i], i < files.size() ? files[i] : "");
  if (!made.decide.empty()) text += "\nWhat would decide:\n";
  for (const auto& each : made.decide)
    text += fmt::format("  {}\n", visible(each));
  if (!made.may_also.empty())
    text += fmt::format("\nLess likely, but not excluded: {}\n", fmt::join(made.may_also, ", "));
  return text;
}

std::string to_json(const Reproductions& made, const std::vector<std::string>& files) {
  json::array all;
  for (std::size_t i = 0; i < made.all.size(); ++i)
    all.push_back(object_of(made.all[i], i < files.size() ? files[i] : ""));
  json::array decide;
  for (const auto& each : made.decide)
    decide.emplace_back(as_utf8(each));
  json::array may_also;
  for (const auto& each : made.may_also)
    may_also.emplace_back(each);
  return json::serialize(json::object{{"healthy", made.healthy},
                                      {"headline", as_utf8(made.headline)},
                                      {"reproductions", std::move(all)},
                                      {"decide", std::move(decide)},
                                      {"may_also", std::move(may_also)}});
}

}  // namespace misproxy::reproduce
