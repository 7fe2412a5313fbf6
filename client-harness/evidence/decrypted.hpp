#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace misproxy::evidence {

/// A request or a response inside TLS, as a dissector with the session's keys shows it.
struct DecryptedHttp {
  std::uint64_t packet = 0;  // of the capture, from 1: its last
  std::string source;        // the address; empty where not told
  std::string destination;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::string method;  // of a request
  std::string target;
  int status = 0;  // of a response; 0: it is a request
  std::string reason;
  std::string server;
  std::string location;
  std::vector<std::pair<std::string, std::string>> headers;  // of a response in HTTP/1.x
  std::optional<std::uint64_t> content_length;
  std::uint64_t head_bytes = 0;  // of a response, up to its empty line; 0 in HTTP/2
  bool http2 = false;
  bool ends_stream = false;  // in HTTP/2: the end of its sender's message is here, or this alone
};

}  // namespace misproxy::evidence
