#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fault/effect.hpp"
#include "scenario/scenario.hpp"

namespace misproxy {

/// How kinds of proxies speak. Measured: squid 5.7 and tinyproxy 1.11.

/// The reply that a tunnel begins with.
std::string_view established(ProxySettings::Manner manner);

/// What the proxy answers where the origin cannot be had. `target`: as `host:port`. The plain proxy
/// says 504 where nothing answers and 502 where something says no, as Apache does.
Answer unreachable_answer(ProxySettings::Manner manner, UpstreamFailure::Why why,
                          std::string_view target);

/// The name that it has in Via, with what it is: RFC 9110 section 7.6.3.
std::string_view pseudonym(ProxySettings::Manner manner);

/// What is wrong with an origin that was open and was asked.
enum class OriginTrouble { closed, garbled, silent };

/// What the proxy then answers in its place; nothing where it only closes. `why`: in more words,
/// where there are any.
std::optional<Answer> trouble_answer(ProxySettings::Manner manner, OriginTrouble trouble,
                                     std::string_view target, std::string_view why);

}  // namespace misproxy
