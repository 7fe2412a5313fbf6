#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/pcapng.hpp"
#include "plan/plan.hpp"
#include "virtual/frame.hpp"

namespace misproxy {

/// The link ends of the worlds `virtual` and `lab`, along the path from the client to the origin.
inline constexpr std::array kLinkEnds{
    simulated::CapturePointId::client,        simulated::CapturePointId::router_client,
    simulated::CapturePointId::router_proxy,  simulated::CapturePointId::proxy,
    simulated::CapturePointId::router_origin, simulated::CapturePointId::origin};

/// A link end as it is called on the command line and in a capture: `router-client`.
std::string_view link_end_name(simulated::CapturePointId at);
/// Link ends by name, with commas between them, or all of them by `all`; in their order along the
/// path. Nothing for a name that none has.
std::optional<std::vector<simulated::CapturePointId>> parse_link_ends(std::string_view text);

/// What stands at the beginning of a capture of what passes these link ends in a world, an
/// interface each, with names and, where they are wanted, comments. `digest`: the plan's.
CaptureHead capture_head_of(const std::vector<simulated::CapturePointId>& points,
                            std::string_view world, const Plan& plan, std::string_view digest,
                            bool comments);

}  // namespace misproxy
