#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "core/glob.hpp"
#include "runner/run.hpp"

namespace misproxy {
namespace {

using At = RequestExpectation::At;

constexpr std::size_t kMostRequestQuoted = 120;  // bytes of what came, in a sentence

std::string text_of(const TraceValue* value) {
  const auto* text = value != nullptr ? std::get_if<std::string>(value) : nullptr;
  return text != nullptr ? *text : std::string();
}

std::string quoted(std::string_view text) {
  return fmt::format("`{}`", text.substr(0, kMostRequestQuoted));
}

/// A request of the trace, as far as it is known.
class CameRequest {
 public:
  explicit CameRequest(const TraceLine& line) : line_(line), body_(&line) {}

  std::int64_t connection() const { return line_.connection; }
  /// What tells of its body is another line: a proxy's request has been noted by then.
  void take_body(const TraceLine& line) { body_ = &line; }

  /// What does not fit first, in words: what was expected, and what came. Empty where all fits.
  std::string misfit(const RequestExpectation& wanted) const {
    for (const auto& text :
         {misfit_of("method", wanted.method, text_of(line_.find("method"))),
          misfit_of("target", wanted.target, text_of(line_.find("target"))),
          misfit_of("credentials", wanted.credentials, text_of(line_.find_measured("credentials"))),
          misfit_of("body_sha256", wanted.body_sha256,
                    text_of(body_->find_measured("body_sha256"))),
          misfit_of_headers(wanted)}) {
      if (!text.empty()) return text;
    }
    return {};
  }

 private:
  static std::string misfit_of(std::string_view what, const std::optional<std::string>& wanted,
                               const std::string& came) {
    if (!wanted || glob_matches(*wanted, came)) return {};
    return fmt::format("{}: expected {}, came {}", what, quoted(*wanted), quoted(came));
  }

  std::string misfit_of_headers(const RequestExpectation& wanted) const {
    for (const auto& header : wanted.headers) {
      const auto came = values_of(header.substr(0, header.find(':')));
      const bool fits = std::ranges::any_of(
          came, [&](const std::string& value) { return glob_matches(pattern_of(header), value); });
      if (fits) continue;
      return fmt::format("header: expected {}, came {}", quoted(header),
                         came.empty() ? "none" : quoted(came.front()));
    }
    for (const auto& name : wanted.no_headers) {
      const auto came = values_of(name);
      if (!came.empty())
        return fmt::format("header {} is there: {}", quoted(name), quoted(came[0]));
    }
    return {};
  }

  /// What stands behind the colon; any value where none does.
  static std::string pattern_of(std::string_view header) {
    const auto colon = header.find(':');
    if (colon == std::string_view::npos) return "*";
    const auto begin = header.find_first_not_of(" \t", colon + 1);
    return begin == std::string_view::npos ? "" : std::string(header.substr(begin));
  }

  /// Of all headers of this name.
  std::vector<std::string> values_of(std::string_view name) const {
    std::vector<std::string> values;
    const auto fields = text_of(line_.find_measured("fields"));
    for (std::string_view rest = fields; !rest.empty();) {
      const auto line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
      if (same_but_for_case(line.substr(0, line.find(':')), name)) {
        values.push_back(pattern_of(line));
      }
    }
    return values;
  }

  const TraceLine& line_;
  const TraceLine* body_;
};

std::vector<CameRequest> requests_at(At at, const std::vector<TraceLine>& trace) {
  const auto* name = at == At::proxy ? "request" : "inner-request";
  const auto seen_by = at == At::proxy ? Party::proxy : Party::origin;
  std::vector<CameRequest> requests;
  for (const auto& line : trace) {
    if (line.seen_by != seen_by) continue;
    if (line.event.name == name) requests.emplace_back(line);
    if (line.event.name != "request-body") continue;
    const auto whose =
        std::find_if(requests.rbegin(), requests.rend(),
                     [&](const CameRequest& each) { return each.connection() == line.connection; });
    if (whose != requests.rend()) whose->take_body(line);
  }
  return requests;
}

/// Why the expectation does not hold; empty where it does.
std::string why_not(const RequestExpectation& wanted, const std::vector<CameRequest>& came) {
  const auto place = fmt::format("at the {}", word(wanted.at));
  const auto fits = [&](const CameRequest& request) { return request.misfit(wanted).empty(); };
  if (wanted.request) {
    const auto nth = fmt::format("request {} {}", *wanted.request, place);
    const bool there = static_cast<std::size_t>(*wanted.request) <= came.size();
    if (!there && wanted.never) return {};
    if (!there) return fmt::format("{} never came; {} did", nth, came.size());
    const auto& request = came[static_cast<std::size_t>(*wanted.request) - 1];
    if (wanted.never) return fits(request) ? nth + " is as none may be" : "";
    const auto misfit = request.misfit(wanted);
    return misfit.empty() ? "" : fmt::format("{}: {}", nth, misfit);
  }
  const bool any = std::ranges::any_of(came, fits);
  if (wanted.never) return any ? fmt::format("a request {} is as none may be", place) : "";
  if (any) return {};
  if (came.empty()) return fmt::format("no request {}", place);
  return fmt::format("no request {} is as expected; of {}, the last: {}", place, came.size(),
                     came.back().misfit(wanted));
}

}  // namespace

void compare_requests(const Scenario& scenario, const std::vector<TraceLine>& trace,
                      RunResult& result) {
  for (const auto& wanted : scenario.expect.request) {
    result.compared = true;
    auto why = why_not(wanted, requests_at(wanted.at, trace));
    if (!why.empty()) result.mismatches.push_back(std::move(why));
  }
}

}  // namespace misproxy
