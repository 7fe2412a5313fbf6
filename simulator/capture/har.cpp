#include "capture/har.hpp"

#include <boost/json.hpp>
#include <cmath>
#include <string_view>

#include "core/ascii.hpp"
#include "core/utf8.hpp"

namespace misproxy {
namespace {

namespace json = boost::json;

json::string text(std::string_view bytes) { return json::string(as_utf8(bytes)); }

/// Whole numbers as such: Boost.JSON writes a double as 1.5E1.
json::value number(double value) {
  if (std::abs(value) < 1e15 && std::trunc(value) == value) return static_cast<std::int64_t>(value);
  return value;
}

/// What a URL asks behind its `?`, undecoded, as browsers write it.
json::array query_string(std::string_view url) {
  json::array list;
  url = url.substr(0, url.find('#'));
  const auto mark = url.find('?');
  if (mark == std::string_view::npos) return list;
  auto query = url.substr(mark + 1);
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    const auto equals = std::min(pair.find('='), pair.size());
    const auto value = pair.substr(std::min(equals + 1, pair.size()));
    list.push_back(json::object{{"name", text(pair.substr(0, equals))}, {"value", text(value)}});
  }
  return list;
}

json::array header_list(const HarHeaders& headers) {
  json::array list;
  for (const auto& [name, value] : headers)
    list.push_back(json::object{{"name", text(name)}, {"value", text(value)}});
  return list;
}

/// The first of a name, or nothing but an empty text.
std::string_view header(const HarHeaders& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (same_but_for_case(key, name)) return value;
  }
  return {};
}

json::object request_object(const HarRequest& request) {
  return {{"method", text(request.method)},          {"url", text(request.url)},
          {"httpVersion", text(request.version)},    {"cookies", json::array()},
          {"headers", header_list(request.headers)}, {"queryString", query_string(request.url)},
          {"headersSize", request.headers_size},     {"bodySize", request.body_size}};
}

json::object response_object(const HarResponse& response, const std::string& error) {
  json::object object{
      {"status", response.status},
      {"statusText", text(response.text)},
      {"httpVersion", text(response.version)},
      {"cookies", json::array()},
      {"headers", header_list(response.headers)},
      {"content", json::object{{"size", response.content_size},
                               {"mimeType", text(header(response.headers, "Content-Type"))}}},
      {"redirectURL", text(header(response.headers, "Location"))},
      {"headersSize", response.headers_size},
      {"bodySize", response.status == 0 ? -1 : response.content_size}};
  if (!error.empty()) object["_error"] = text(error);
  return object;
}

json::object timings_object(const HarTimings& timings) {
  return {{"blocked", number(timings.blocked)},
          {"dns", number(timings.dns)},
          {"connect", number(timings.connect)},
          {"ssl", number(timings.ssl)},
          {"send", number(std::max(timings.send, 0.0))},
          {"wait", number(std::max(timings.wait, 0.0))},
          {"receive", number(std::max(timings.receive, 0.0))}};
}

/// The sum of what is known; `ssl` is in `connect`.
double total(const HarTimings& timings) {
  double sum = 0;
  for (const double part :
       {timings.blocked, timings.dns, timings.connect, timings.send, timings.wait, timings.receive})
    sum += std::max(part, 0.0);
  return sum;
}

json::object entry_object(const HarEntry& entry) {
  json::object object{{"startedDateTime", text(entry.started)},
                      {"time", number(total(entry.timings))},
                      {"request", request_object(entry.request)},
                      {"response", response_object(entry.response, entry.error)},
                      {"cache", json::object()},
                      {"timings", timings_object(entry.timings)}};
  if (!entry.server_address.empty()) object["serverIPAddress"] = text(entry.server_address);
  if (!entry.connection.empty()) object["connection"] = text(entry.connection);
  if (!entry.comment.empty()) object["comment"] = text(entry.comment);
  return object;
}

}  // namespace

std::string har_text(const HarCreator& creator, const std::vector<HarEntry>& entries) {
  json::array list;
  for (const auto& entry : entries)
    list.push_back(entry_object(entry));
  const json::object maker{{"name", text(creator.name)}, {"version", text(creator.version)}};
  const json::object log{{"version", "1.2"}, {"creator", maker}, {"entries", std::move(list)}};
  return json::serialize(json::object{{"log", log}}) + "\n";
}

}  // namespace misproxy
