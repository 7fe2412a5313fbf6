#include "api/message.hpp"

#include <fmt/format.h>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "core/nearest.hpp"
#include "core/utf8.hpp"
#include "http/status_reason.hpp"

namespace misproxy::api {

namespace json = boost::json;

Response json_response(unsigned status, const json::value& value) {
  return {status, "application/json", json::serialize(value) + "\n"};
}

Response problem(unsigned status, std::string_view type, const std::string& detail,
                 const json::object& more) {
  json::object body{{"type", "urn:misproxy:" + std::string(type)},
                    {"title", std::string(status_reason(static_cast<int>(status)))},
                    {"status", status},
                    {"detail", as_utf8(detail)}};
  for (const auto& [key, value] : more)
    body.emplace(key, value);
  return {status, "application/problem+json", json::serialize(body) + "\n"};
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> words) {
  const auto close = nearest(word, words);
  return close ? fmt::format("; did you mean `{}`?", *close) : "";
}

bool read_target(std::string_view target, Request& request) {
  const auto parsed = boost::urls::parse_origin_form(target);
  if (!parsed) return false;
  for (const auto segment : parsed->segments())
    request.path.emplace_back(segment);
  for (const auto& parameter : parsed->params())
    request.query[std::string(parameter.key)] = parameter.value;
  return true;
}

}  // namespace misproxy::api
