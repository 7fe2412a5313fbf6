#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reproduce/facts.hpp"
#include "reproduce/sketch.hpp"

namespace misproxy::reproduce {

/// What recipes are made of: points and deeds, as they stand in a scenario.

/// At `point`, in the attempts that failed, and whatever else must hold.
Key when(const Facts& facts, std::string_view point, std::vector<Key> more = {});
/// `direction` and what is asked for of TLS's records there.
std::vector<Key> at_record(std::string_view direction, std::string_view name,
                           std::string_view word);
Key key(std::string_view name, std::string value);

/// Adds a fault; `id` is told of it in the trace.
Table& add_fault(Sketch& sketch, std::string_view id, Key when, Key deed);

Key deed_close(std::string_view how);
Key deed_stall();
Key deed_drop();
Key deed_respond(std::vector<Key> keys);

/// Who answers the ClientHello complains in the clear, with this alert (RFC 8446 section 6).
Sketch alerting(const Facts& facts, int description);
/// The alert that came from the proxy's side, where one did; otherwise `otherwise`.
int told_by_server(const Facts& facts, int otherwise = 0);

/// How the proxy's side ended it, as `close` spells it: `fin` or `rst`.
std::string_view how_closed(const Facts& facts);

/// Asks for a body of so many bytes.
void download(Sketch& sketch, const Facts& facts, std::int64_t bytes);
/// Sends one.
void upload(Sketch& sketch, const Facts& facts, std::int64_t bytes);
/// A client that gives up after as long as the evidence's did.
void wait_until(Sketch& sketch, const Facts& facts, std::int64_t otherwise_ms);
/// Inside the tunnel a real client would speak HTTP/2, and meet the fault in another way.
void speak_http1(Sketch& sketch);

}  // namespace misproxy::reproduce
