#include "diagnose/watched_capture.hpp"

#include "diagnose/diagnose.hpp"

namespace misproxy::diagnose {

WatchedCapture::WatchedCapture(const std::string& name, bool alone)
    : observer_({name, false, &names_}, alone ? settle : Settle()),
      blocks_([this](const evidence::WirePacket& packet) { observer_.take(packet); }) {}

}  // namespace misproxy::diagnose
