#pragma once

#include <string>

#include "scenario/scenario.hpp"

namespace misproxy::lab {

/// Gives the calling thread, and all that it starts, an /etc that looks like the appliance's:
/// hosts, resolv.conf, sf/iprep_proxy.conf and its shell's settings are the lab's, all else is what
/// it was. The host name is `fmc`. Nobody else sees any of it, and nothing is left of it.
///
/// On a thread of its own that may mount (lab/ground.hpp). Empty, or a sentence.
std::string lay_out_files(const Scenario& scenario);

/// What the shell of the lab reads first.
inline constexpr auto kShellSettings = "/etc/sf/expert.bashrc";

}  // namespace misproxy::lab
