#pragma once

#include <string>

#include "trace/event.hpp"

namespace misproxy {

/// A trace line for a person: time, connection, party, what happened, and by which fault. What came
/// from the network is shown with its control bytes made harmless. `colour` marks what was
/// injected, and what the surroundings did, with ANSI sequences.
std::string to_text_line(const TraceLine& line, bool colour);
/// The same behind what stands in `text`.
void add_text_line(std::string& text, const TraceLine& line, bool colour);

}  // namespace misproxy
