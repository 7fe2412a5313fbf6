#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/event_log.hpp"

namespace misproxy::api {

/// A request to the API, its target taken apart: `/proxies/p1/events?after=3`. Names of headers in
/// small letters.
struct Request {
  std::string method;
  std::vector<std::string> path;             // `proxies`, `p1`, `events`
  std::map<std::string, std::string> query;  // `after`: `3`
  std::map<std::string, std::string> headers;
  std::string body;
};

class ServedProxy;

/// Events as they come, in the place of a body (Server-Sent Events, WHATWG HTML section 9.2).
struct EventStream {
  std::shared_ptr<ServedProxy> proxy;
  std::uint64_t after = 0;
  EventFilter filter;
};

struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers{};
  std::optional<EventStream> stream{};
};

Response json_response(unsigned status, const boost::json::value& value);

/// What went wrong, for a program and for a person: RFC 9457. `type` is a word of the API's own,
/// below `urn:misproxy:`; `more` are members of the problem's own.
Response problem(unsigned status, std::string_view type, const std::string& detail,
                 const boost::json::object& more = {});

/// `; did you mean `allow`?` for a word that is none of these; empty where none is close.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> words);

/// `target` of an HTTP request, its percent-encoding undone (RFC 3986 section 2.1). False where it
/// is none.
bool read_target(std::string_view target, Request& request);

}  // namespace misproxy::api
