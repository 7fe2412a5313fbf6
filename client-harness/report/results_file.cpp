#include "report/results_file.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "report/json_members.hpp"

namespace misproxy {
namespace {

namespace json = boost::json;

constexpr std::string_view kForm = "misproxy-results-1";

std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

std::optional<BatchHead> read_head(std::string_view line) {
  boost::system::error_code error;
  const auto value = json::parse(line, error);
  const auto* object = error ? nullptr : value.if_object();
  if (object == nullptr || text_of(*object, "form") != kForm) return std::nullopt;
  const auto runs = number_of(*object, "runs").value_or(-1);
  const auto part = number_of(*object, "part").value_or(0);
  const auto of = number_of(*object, "of").value_or(0);
  if (runs < 0 || part < 1 || of < part) return std::nullopt;
  return BatchHead{text_of(*object, "misproxy"), text_of(*object, "scenarios"),
                   text_of(*object, "asked"),    static_cast<std::uint64_t>(runs),
                   truth_of(*object, "sweep"),   static_cast<std::size_t>(part),
                   static_cast<std::size_t>(of)};
}

}  // namespace

std::string head_line(const BatchHead& head) {
  return json::serialize(json::object{{"form", kForm},
                                      {"misproxy", head.misproxy},
                                      {"scenarios", head.scenarios},
                                      {"asked", head.asked},
                                      {"runs", head.runs},
                                      {"sweep", head.sweep},
                                      {"part", head.part},
                                      {"of", head.of}});
}

std::variant<ResultsFile, std::string> read_results(std::string name, std::string_view text) {
  auto head = read_head(take_line(text));
  if (!head)
    return fmt::format("{}: no results of `misproxy run --results`: the first line is no head",
                       name);
  ResultsFile file{std::move(name), std::move(*head), {}, 0};
  while (!text.empty()) {
    auto read = read_result_line(take_line(text));
    if (read && read->index < file.head.runs)
      file.results.push_back(std::move(*read));
    else
      ++file.unread;
  }
  return file;
}

}  // namespace misproxy
