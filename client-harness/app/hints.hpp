#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "trace/recorder.hpp"

namespace misproxy::app {

/// Says, once a kind, what a line of the trace alone would not make plain to whoever tries a
/// client: that an answer is misproxy's own and no fault of the scenario, and that a client has
/// gone at the sight of the certificate.
class Hints final : public Recorder {
 public:
  /// What is remembered of either; beyond it nothing more is said.
  static constexpr std::size_t kMost = 64;

  /// `say` takes a line with its end, from any thread.
  explicit Hints(std::function<void(const std::string&)> say) : say_(std::move(say)) {}
  /// Where the CA stands that clients are to trust; before the first event.
  void trust(std::string ca_path) { ca_path_ = std::move(ca_path); }

  void record(const TraceLine& line) override;

 private:
  using Connection = std::pair<std::string, std::int64_t>;

  void refused(const TraceLine& line);
  void left(const TraceLine& line);
  /// The first of its kind, as long as there is room.
  bool is_new(const std::string& kind);

  std::function<void(const std::string&)> say_;
  std::string ca_path_;
  std::mutex mutex_;  // guards what follows
  std::set<std::string> said_;
  std::set<Connection> disturbed_;  // something else than its client has acted there
};

}  // namespace misproxy::app
