#pragma once

#include <string>

#include "pictures/ladder.hpp"

namespace misproxy::pictures {

/// A ladder as a piece of HTML, for the classes of page.css; its rows have the ids `PREFIX-NUMBER`,
/// by their first packet, line or event.
std::string ladder_html(const Ladder& ladder, const std::string& prefix);

/// The id of the row that stands for a packet, line or event; empty where there is none.
std::string row_id(const Ladder& ladder, const std::string& prefix, std::uint64_t number);

}  // namespace misproxy::pictures
