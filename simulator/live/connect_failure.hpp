#pragma once

#include <boost/system/error_code.hpp>

#include "session/event.hpp"

namespace misproxy::live {

/// Why a connection could not be made, from what the system says: one mapping for all who connect.
///
/// What is not known is `unreachable`; being out of descriptors or memory is this machine's own
/// trouble, and `exhausted`.
Failed::Why why_of(const boost::system::error_code& error);

}  // namespace misproxy::live
