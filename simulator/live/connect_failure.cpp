#include "live/connect_failure.hpp"

#include <boost/asio/error.hpp>

namespace misproxy::live {

Failed::Why why_of(const boost::system::error_code& error) {
  namespace errors = boost::asio::error;
  if (error == errors::connection_refused) return Failed::Why::refused;
  if (error == errors::timed_out) return Failed::Why::timeout;
  if (error == errors::connection_reset) return Failed::Why::reset;
  const bool full = error == errors::no_descriptors || error == errors::no_memory ||
                    error == errors::no_buffer_space ||
                    error == boost::system::errc::too_many_files_open_in_system;
  return full ? Failed::Why::exhausted : Failed::Why::unreachable;
}

}  // namespace misproxy::live
