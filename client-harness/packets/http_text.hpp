#pragma once

#include <string>
#include <string_view>

namespace misproxy {

/// True where the bytes begin as an HTTP request does, with one of the methods that tcpdump knows,
/// or as a response: a first word and three digits. `cut`: the capture did not keep all of the
/// payload, and what is behind a word decides.
bool begins_http(std::string_view payload, bool cut);

/// What tcpdump prints of a segment on a port of HTTP: `HTTP`, and behind a colon the first line of
/// a request or response.
std::string http_text(std::string_view payload, bool cut);

}  // namespace misproxy
