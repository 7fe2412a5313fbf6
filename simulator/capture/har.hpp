#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace misproxy {

using HarHeaders = std::vector<std::pair<std::string, std::string>>;

/// Milliseconds; -1 where it did not happen or is not known. `ssl` is a part of `connect`.
struct HarTimings {
  double blocked = -1;
  double dns = -1;
  double connect = -1;
  double ssl = -1;
  double send = -1;
  double wait = -1;
  double receive = -1;
};

struct HarRequest {
  std::string method;
  std::string url;  // absolute, or `host:port` of a CONNECT
  std::string version = "HTTP/1.1";
  HarHeaders headers;
  std::int64_t headers_size = -1;  // bytes, from the first line to the empty one; -1: not known
  std::int64_t body_size = 0;
};

/// `status` 0: no response came.
struct HarResponse {
  int status = 0;
  std::string text;
  std::string version = "HTTP/1.1";
  HarHeaders headers;
  std::int64_t headers_size = -1;
  std::int64_t content_size = 0;
};

/// A request and what came of it.
struct HarEntry {
  std::string started;  // ISO 8601 with its zone: 2024-01-31T10:20:58.987Z
  HarTimings timings;
  HarRequest request;
  HarResponse response;
  std::string error;           // why it failed; empty where it did not
  std::string comment;         // empty: none
  std::string server_address;  // empty: not known
  std::string connection;      // empty: not known
};

/// Who writes the file.
struct HarCreator {
  std::string name = "misproxy";
  std::string version;
};

/// HAR 1.2, one JSON object, with a line's end. Bytes that are no UTF-8 become `\xhh`.
///
/// `send`, `wait` and `receive` may not be -1 in HAR: they are 0 where not known. Cookies stay in
/// the headers. `_error` is what browsers write for a request that failed.
/// Source: w3c.github.io/web-performance/specs/HAR/Overview.html.
std::string har_text(const HarCreator& creator, const std::vector<HarEntry>& entries);

}  // namespace misproxy
