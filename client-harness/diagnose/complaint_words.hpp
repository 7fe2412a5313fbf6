#pragma once

#include <string_view>

#include "diagnose/observations.hpp"

namespace misproxy::diagnose {

/// What a client complains of, by its words, in the language of its user where strerror's are
/// among them.
Complaint complaint_of(std::string_view words);

}  // namespace misproxy::diagnose
