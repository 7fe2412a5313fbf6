#pragma once

#include <optional>
#include <string_view>

namespace misproxy::evidence {

/// A number is a status only where it is one: behind `HTTP/1.1`, `code`, `status`, `response` or
/// the like, or before a reason phrase; not a port, a length, a duration or a line's number.

/// 300 to 599, in a line that speaks of a proxy, a tunnel or a CONNECT.
std::optional<int> refusal_in(std::string_view line);

/// `HTTP/1.1 403 Forbidden`, of a text that begins so.
std::optional<int> status_behind_version(std::string_view text);

/// Go says the reason alone, of an answer to a CONNECT: `Get "https://a.test/": Forbidden`.
std::optional<int> go_refusal_in(std::string_view line);

/// A 2xx that is not 200, where a line says that it is an answer: `Tunnel failed, got: 204`.
std::optional<int> odd_success_in(std::string_view line);

/// `403 Forbidden`, and nothing else in the line.
std::optional<int> bare_status(std::string_view line);

/// The reason alone, at the end of a line: `HTTP CONNECT failed, reason=Forbidden`.
std::optional<int> refusal_of_reason(std::string_view line);

}  // namespace misproxy::evidence
