#include "runner/lab_captures.hpp"

namespace misproxy {

LabCaptures::LabCaptures(const RunRequest& request, const CaptureSinks& sinks, CivilTime began)
    : stream_("lab", *request.plan, began, request.comments) {
  using simulated::CapturePointId;
  if (sinks.client) stream_.add({CapturePointId::client}, sinks.client);
  if (sinks.proxy) stream_.add({CapturePointId::proxy}, sinks.proxy);
  if (sinks.chosen && !request.capture_at.empty()) stream_.add(request.capture_at, sinks.chosen);
}

}  // namespace misproxy
