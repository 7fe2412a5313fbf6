#pragma once

#include <memory>
#include <optional>
#include <string>

#include "api/event_log.hpp"
#include "api/kept_capture.hpp"
#include "api/live_ladder.hpp"
#include "live/pcapng_recorder.hpp"
#include "live/server.hpp"
#include "report/run_result.hpp"

namespace misproxy::api {

/// What a proxy is made of.
struct ProxyWish {
  std::string id;
  std::string text;  // of its scenario, TOML
  Plan plan;
  std::uint16_t port = 0;
  bool captures = true;
};

/// One proxy: a scenario on a port of its own, and what has been seen of it.
class ServedProxy final : public Recorder {
 public:
  /// It is freed on the first thread, once nobody holds it, and none of its connections is left.
  /// `next`: gets each event too. What is referred to outlives it.
  static std::shared_ptr<ServedProxy> make(ProxyWish wish, Catalogue& catalogue,
                                           live::Threads& threads, Recorder& next);
  /// Of a server of somebody else's, whose events are recorded here and go nowhere else; it makes
  /// its captures, if any, itself.
  ServedProxy(std::string id, std::string text, live::Server& server);

  const std::string& id() const { return id_; }
  const std::string& text() const { return text_; }
  live::Server& server() { return *server_; }
  EventLog& log() { return log_; }
  LiveLadder& ladder() { return ladder_; }
  void record(const TraceLine& line) override;

  /// Opens the ports; a sentence where that cannot be. On the first thread, as what follows.
  std::string listen(const std::string& host, const live::GuestList& guests);
  void stop();

  /// Null where nobody wanted one.
  const KeptCapture* capture() const { return capture_ ? &*capture_ : nullptr; }
  /// What the diagnosis names from the capture as it was read; one that is not whole is no
  /// evidence.
  Named verdict(const std::string& capture) const;

  /// HAR of the requests by now. `version` is misproxy's.
  std::string har(std::string_view version) const;

 private:
  ServedProxy(ProxyWish wish, Catalogue& catalogue, live::Threads& threads, Recorder& next);

  std::string id_;
  std::string text_;
  std::uint16_t port_ = 0;
  Recorder* next_ = nullptr;
  live::Threads* threads_ = nullptr;
  EventLog log_;
  LiveLadder ladder_;
  std::optional<KeptCapture> capture_;
  std::optional<live::PcapngRecorder> packets_;
  std::unique_ptr<live::Server> own_;
  live::Server* server_;
};

}  // namespace misproxy::api
