#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "http/request_reader.hpp"
#include "http/told_field.hpp"
#include "session/action.hpp"

namespace misproxy {

/// What the trace tells of a request inside the tunnel, and of the origin's own answer: the same in
/// HTTP/1.x and HTTP/2, but for the version, which a client chooses.
/// What varies with the client's version is measured. `body_sha256`: empty where nobody asked.
inline Note request_note(const RequestHead& head, std::uint64_t body_bytes,
                         const std::string& body_sha256) {
  auto note = Note(Point::inner_request, Party::client, Cause::peer, "inner-request")
                  .with("method", head.method)
                  .with("target", head.target)
                  .with("body_bytes", static_cast<std::int64_t>(body_bytes))
                  .measuring("http_version", head.version_text())
                  .measuring("fields", head.told_fields)
                  .measuring("credentials", head.authorization);
  if (!body_sha256.empty()) note.measured.emplace_back("body_sha256", body_sha256);
  return note;
}

inline Note response_note(const RequestHead& head, int status, std::uint64_t body_bytes,
                          const std::vector<std::string>& headers) {
  return Note(Point::inner_response, Party::origin, Cause::peer, "inner-response")
      .with("status", status)
      .with("body_bytes", static_cast<std::int64_t>(body_bytes))
      .measuring("http_version", head.version_text())
      .measuring("fields", told_fields(headers));
}

}  // namespace misproxy
