#include "teaching/judge.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "core/ascii.hpp"
#include "core/nearest.hpp"
#include "diagnose/lesson.hpp"

namespace misproxy::teaching {
namespace {

constexpr int kFull = 100;
constexpr int kLeastOfRight = 10;
constexpr int kWrongCost = 25;
constexpr int kPartlyCost = 10;
constexpr int kLayerAlone = 30;  // of who gives up behind an answer of the right layer
constexpr std::size_t kMostMeant = 3;

/// Letters and digits in lower case, what stands between them as one blank.
std::string words_only(std::string_view text) {
  std::string made;
  for (const char raw : text) {
    const char c = lower(raw);
    const bool is_word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (is_word) {
      made += c;
    } else if (!made.empty() && made.back() != ' ') {
      made += ' ';
    }
  }
  if (made.ends_with(' ')) made.pop_back();
  return made;
}

std::set<std::string> word_set(std::string_view text) {
  static const std::set<std::string> kSaysNothing{"a",  "an", "the", "is",   "it", "of",
                                                  "to", "in", "and", "that", "by", "not"};
  std::set<std::string> words;
  std::istringstream stream(words_only(text));
  for (std::string word; stream >> word;) {
    if (!kSaysNothing.contains(word)) words.insert(word);
  }
  return words;
}

/// Words of one root: `denied` and `denies`, `closed` and `closes`.
bool same_root(const std::string& a, const std::string& b) {
  constexpr std::size_t kRoot = 4;
  if (a == b) return true;
  return a.size() >= kRoot && b.size() >= kRoot && a.substr(0, kRoot) == b.substr(0, kRoot);
}

std::size_t shared(const std::set<std::string>& said, const std::set<std::string>& known) {
  return static_cast<std::size_t>(std::ranges::count_if(said, [&](const std::string& word) {
    return std::ranges::any_of(known,
                               [&](const std::string& other) { return same_root(word, other); });
  }));
}

std::vector<std::string> by_words(const std::string& words) {
  const auto said = word_set(words);
  std::vector<std::pair<std::size_t, std::string>> found;
  for (const auto& lesson : diagnose::lessons()) {
    const auto known = word_set(fmt::format("{} {}", lesson.id, lesson.title));
    if (const auto count = shared(said, known); count > 0) found.emplace_back(count, lesson.id);
  }
  std::ranges::stable_sort(found, std::greater{}, [](const auto& each) { return each.first; });
  std::vector<std::string> meant;
  for (const auto& [count, id] : found) {
    if (meant.size() < kMostMeant) meant.push_back(id);
  }
  return meant;
}

std::string cited(const evidence::Citation& place) {
  const bool packet = place.unit == evidence::Citation::Unit::packet;
  return fmt::format("  {} {} {}: {}\n", place.file, packet ? "packet" : "line", place.number,
                     place.quote);
}

const diagnose::Lesson& lesson_of(const Exercise& exercise) {
  return *diagnose::find_lesson(exercise.truth);
}

}  // namespace

Understood understand(const std::string& words) {
  const auto said = words_only(words);
  std::vector<std::string_view> ids;
  for (const auto& lesson : diagnose::lessons()) {
    if (said == words_only(lesson.id) || said == words_only(lesson.title))
      return {std::string(lesson.id), {}};
    ids.push_back(lesson.id);
  }
  Understood understood;
  auto dashed = said;
  std::ranges::replace(dashed, ' ', '-');
  if (const auto close = nearest(dashed, ids)) understood.meant.emplace_back(*close);
  for (auto& id : by_words(words)) {
    const bool is_new = std::ranges::find(understood.meant, id) == understood.meant.end();
    if (is_new && understood.meant.size() < kMostMeant) understood.meant.push_back(std::move(id));
  }
  return understood;
}

Judged judge(const Exercise& exercise, const std::string& verdict) {
  if (verdict == exercise.truth) return Judged::right;
  if (exercise.takes(verdict)) return Judged::possible;
  const auto* lesson = diagnose::find_lesson(verdict);
  return lesson != nullptr && lesson->layer == exercise.layer ? Judged::partly : Judged::wrong;
}

void Tries::count(Judged judged) {
  if (judged == Judged::partly) ++partly;
  if (judged == Judged::wrong) ++wrong;
}

int points_of_right(const Tries& tries) {
  const auto cost = tries.hints * kHintCost + tries.wrong * kWrongCost + tries.partly * kPartlyCost;
  return static_cast<int>(std::max<std::int64_t>(kFull - cost, kLeastOfRight));
}

int points_of_giving_up(const Tries& tries) { return tries.partly > 0 ? kLayerAlone : 0; }

std::vector<std::string> hints(const Exercise& exercise) {
  std::vector<std::string> all{
      exercise.phase == ClientPhase::done
          ? std::string("In the end the client succeeds: look at what came before.")
          : fmt::format("The client comes as far as: {}.", word(exercise.phase)),
      fmt::format("It is a matter of: {}.", word(exercise.layer))};
  const auto& evidence = exercise.shown.evidence;
  if (!evidence.empty()) {
    all.push_back(
        fmt::format("In the virtual world, this shows it:\n{}", cited(evidence.back().citation())));
  }
  return all;
}

std::string evidence_text(const Exercise& exercise) {
  const auto& shown = exercise.shown;
  std::string text = fmt::format("{}\n", shown.headline);
  for (const auto& place : shown.evidence)
    text += cited(place.citation());
  if (exercise.open.size() > 1) {
    text += fmt::format("Log and capture leave open: {}. What would decide:\n",
                        fmt::join(exercise.open, ", "));
    for (const auto& next : shown.next)
      text += fmt::format("  {}\n", next);
  }
  text += fmt::format("What to look at first:\n{}\n", lesson_of(exercise).confirm);
  text += fmt::format("What to do: {}\n", shown.remedy);
  return text + fmt::format("More: misproxy explain {}\n", exercise.truth);
}

std::string solution_text(const Exercise& exercise) {
  const auto& lesson = lesson_of(exercise);
  const auto& about = exercise.scenario.about;
  std::string text = task_text(exercise);
  text +=
      fmt::format("\nSolution: {} ({}): {}\n", exercise.truth, word(exercise.layer), lesson.title);
  text += fmt::format("Scenario: {}: {}\n{}\n\n", about.id, about.title, about.teaches);
  text += evidence_text(exercise);
  text += fmt::format("\nHints, {} points each:\n", kHintCost);
  for (const auto& hint : hints(exercise))
    text += fmt::format("- {}{}", hint, hint.ends_with('\n') ? "" : "\n");
  return text;
}

}  // namespace misproxy::teaching
