#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "api/operation.hpp"

namespace misproxy::api {
namespace {

/// What stands for the names in the operation's path; nothing where it is not that path.
std::optional<Names> match(std::string_view path, const Names& segments) {
  if (path == "/") return segments.empty() ? std::optional(Names{}) : std::nullopt;
  Names names;
  std::size_t at = 0;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const auto segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    if (at == segments.size()) return std::nullopt;
    if (segment.starts_with('{')) {
      names.push_back(segments[at]);
    } else if (segment != segments[at]) {
      return std::nullopt;
    }
    ++at;
  }
  return at == segments.size() ? std::optional(names) : std::nullopt;
}

/// A parameter that nobody heeds would be a mistake that nobody sees.
std::optional<Response> unknown_parameter(const Operation& operation, const Request& request) {
  std::vector<std::string_view> known;
  for (const auto& parameter : operation.query)
    known.push_back(parameter.name);
  for (const auto& [name, value] : request.query) {
    if (std::ranges::find(known, name) != known.end()) continue;
    return problem(400, "unknown-parameter",
                   fmt::format("there is no parameter `{}`{}", name, did_you_mean(name, known)));
  }
  return std::nullopt;
}

}  // namespace

void perform(Context& context, const Request& request, const Reply& reply) {
  std::vector<std::string_view> allowed;
  for (const auto& operation : operations()) {
    const auto names = match(operation.path, request.path);
    if (!names) continue;
    if (operation.method != request.method) {
      allowed.push_back(operation.method);
      continue;
    }
    if (auto wrong = unknown_parameter(operation, request)) return reply(std::move(*wrong));
    return operation.handler(context, request, *names, reply);
  }
  if (allowed.empty()) {
    return reply(problem(404, "no-such-path",
                         fmt::format("there is no /{}; /openapi.json tells what there is",
                                     fmt::join(request.path, "/"))));
  }
  auto answer = problem(
      405, "method-not-allowed",
      fmt::format("{} is not for this path; {} is", request.method, fmt::join(allowed, ", ")));
  answer.headers.emplace_back("Allow", fmt::format("{}", fmt::join(allowed, ", ")));
  reply(std::move(answer));
}

}  // namespace misproxy::api
