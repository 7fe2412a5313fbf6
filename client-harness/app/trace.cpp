#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "app/lines.hpp"
#include "app/say.hpp"
#include "app/trace_options.hpp"
#include "trace/json_line.hpp"
#include "trace/normal_form.hpp"
#include "trace/text_line.hpp"

namespace misproxy::app {
namespace {

struct Mistake {
  ExitCode code;
  std::string sentence;
};

/// A trace, as far as it can be read. A disk that was full, or a machine that fell, leaves the
/// beginning of a line.
struct ReadTrace {
  std::vector<TraceLine> lines;
  std::size_t broken = 0;
  std::string why;  // of the first of them, with its place
};

std::variant<ReadTrace, Mistake> read_trace(const std::string& path) {
  errno = 0;
  std::ifstream opened;
  if (path != "-") opened.open(path);
  std::istream& file = path == "-" ? std::cin : opened;
  ReadTrace trace;
  std::string text;
  for (std::size_t number = 1; std::getline(file, text); ++number) {
    auto line = parse_json_line(text);
    if (auto* whole = std::get_if<TraceLine>(&line)) {
      trace.lines.push_back(std::move(*whole));
    } else if (trace.broken++ == 0) {
      trace.why = fmt::format("{}:{}: not {} line of a trace: {}", path, number,
                              file.eof() ? "a whole" : "a", std::get<std::string>(line));
    }
  }
  const bool is_open = path == "-" || opened.is_open();
  if (!is_open || file.bad()) {
    return Mistake{ExitCode::environment, fmt::format("cannot read {}: {}", path,
                                                      std::strerror(errno != 0 ? errno : EIO))};
  }
  if (!trace.lines.empty()) return trace;
  if (trace.broken > 0) return Mistake{ExitCode::bad_input, trace.why};
  return Mistake{ExitCode::bad_input,
                 fmt::format("{}: an empty file; a trace has a line an event", path)};
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

ExitCode end(const ReadTrace& trace) {
  if (trace.broken == 0) return ExitCode::ok;
  const auto more = trace.broken - 1;
  const auto others = more == 0   ? std::string()
                      : more == 1 ? std::string(", nor is 1 other")
                                  : fmt::format(", nor are {} others", more);
  return complain(ExitCode::mismatch, fmt::format("{}{}; the {} whole ones are taken", trace.why,
                                                  others, trace.lines.size()));
}

}  // namespace

ExitCode trace(const TraceOptions& options) {
  const auto read = read_trace(options.file);
  if (const auto* mistake = std::get_if<Mistake>(&read)) {
    return complain(mistake->code, mistake->sentence);
  }
  const auto& whole = std::get<ReadTrace>(read).lines;
  std::vector<TraceLine> chosen;
  if (options.host) {
    chosen = lines_of_hosts(whole, *options.host);
    if (hosts_of(chosen).empty()) return no_such_host(options, whole);
  }
  const auto& lines = options.host ? chosen : whole;
  Lines out;
  switch (options.print) {
    case TraceOptions::Print::digest:
      out.add(trace_digest(lines));
      break;
    case TraceOptions::Print::normal:
      for (const auto& line : normal_form(lines))
        out.add(line);
      break;
    case TraceOptions::Print::show:
      for (const auto& line : lines) {
        if (options.injected_only && line.event.cause != Cause::injected) continue;
        out.add(to_text_line(line, false));
      }
      break;
  }
  out.flush();
  return end(std::get<ReadTrace>(read));
}

}  // namespace misproxy::app
