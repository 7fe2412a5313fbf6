#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <variant>
#include <vector>

#include "app/say.hpp"
#include "app/verbs.hpp"
#include "trace/json_line.hpp"
#include "trace/normal_form.hpp"
#include "trace/text_line.hpp"

namespace misproxy::app {
namespace {

struct Mistake {
  ExitCode code;
  std::string sentence;
};

std::variant<std::vector<TraceLine>, Mistake> read_trace(const std::string& path) {
  errno = 0;
  std::ifstream file(path);
  std::vector<TraceLine> lines;
  std::string text;
  while (std::getline(file, text)) {
    auto line = parse_json_line(text);
    if (const auto* why = std::get_if<std::string>(&line)) {
      return Mistake{ExitCode::bad_input,
                     fmt::format("{}:{}: not a line of a trace: {}", path, lines.size() + 1, *why)};
    }
    lines.push_back(std::get<TraceLine>(std::move(line)));
  }
  if (!file.is_open() || file.bad()) {
    return Mistake{ExitCode::environment, fmt::format("cannot read {}: {}", path,
                                                      std::strerror(errno != 0 ? errno : EIO))};
  }
  if (lines.empty()) {
    return Mistake{ExitCode::bad_input,
                   fmt::format("{}: an empty file; a trace has a line an event", path)};
  }
  return lines;
}

ExitCode no_such_host(const TraceOptions& options, const std::vector<TraceLine>& lines) {
  constexpr std::size_t kMostNamed = 10;
  auto hosts = hosts_of(lines);
  const bool more = hosts.size() > kMostNamed;
  if (more) hosts.resize(kMostNamed);
  const auto there =
      hosts.empty() ? "it names none"
                    : fmt::format("it names {}{}", fmt::join(hosts, ", "), more ? ", ..." : "");
  return complain(ExitCode::bad_input, fmt::format("{}: no connection to a host that matches "
                                                   "--host {}; {}",
                                                   options.file, *options.host, there));
}

}  // namespace

ExitCode trace(const TraceOptions& options) {
  const auto read = read_trace(options.file);
  if (const auto* mistake = std::get_if<Mistake>(&read)) {
    return complain(mistake->code, mistake->sentence);
  }
  auto lines = std::get<std::vector<TraceLine>>(read);
  if (options.host) {
    lines = lines_of_hosts(lines, *options.host);
    if (hosts_of(lines).empty()) return no_such_host(options, std::get<0>(read));
  }
  switch (options.print) {
    case TraceOptions::Print::digest:
      print(fmt::format("{}\n", trace_digest(lines)));
      break;
    case TraceOptions::Print::normal:
      for (const auto& line : normal_form(lines))
        print(fmt::format("{}\n", line));
      break;
    case TraceOptions::Print::show:
      for (const auto& line : lines) {
        if (options.injected_only && line.event.cause != Cause::injected) continue;
        print(fmt::format("{}\n", to_text_line(line, false)));
      }
      break;
  }
  return ExitCode::ok;
}

}  // namespace misproxy::app
