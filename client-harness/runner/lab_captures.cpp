#include "runner/lab_captures.hpp"

namespace misproxy {

using simulated::CapturePointId;

LabCaptures::LabCaptures(const RunRequest& request, const CaptureSinks& sinks, CivilTime began)
    : stream_("lab", *request.plan, began, request.comments) {
  if (sinks.client) stream_.add({CapturePointId::client}, sinks.client);
  if (sinks.proxy) stream_.add({CapturePointId::proxy}, sinks.proxy);
  if (sinks.chosen && !request.capture_at.empty()) stream_.add(request.capture_at, sinks.chosen);
}

void LabCaptures::frame(simulated::CapturedFrame captured) {
  const bool at_server =
      captured.point == CapturePointId::proxy || captured.point == CapturePointId::origin;
  if (at_server)
    captured.routed ? comments_.reaches(captured.frame) : comments_.leaves(*captured.frame);
  stream_.frame(std::move(captured));
}

}  // namespace misproxy
