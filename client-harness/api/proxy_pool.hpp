#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "api/served_proxy.hpp"

namespace misproxy::api {

/// All proxies that the API knows, by id.
class ProxyPool final : public Recorder {
 public:
  /// Past it no more are made until some are deleted.
  static constexpr std::size_t kMost = 1'000;

  /// Why one could not be made.
  struct Refused {
    enum class Why { id_taken, full, no_port } why;
    std::string sentence;
  };
  using Made = std::variant<std::shared_ptr<ServedProxy>, Refused>;

  /// They listen on `host`; `next` gets all their events too.
  ProxyPool(Catalogue& catalogue, live::Threads& threads, Recorder& next, std::string host,
            live::GuestList guests)
      : catalogue_(catalogue),
        threads_(threads),
        next_(next),
        host_(std::move(host)),
        guests_(std::move(guests)) {}

  /// As `live::Server::splice`, for all that it makes; before any thread runs.
  void splice(bool splices) { splices_ = splices; }
  /// Serves one; where the wish has no id, by one of the pool's. From any thread; `done` is called
  /// on the first.
  void make(ProxyWish wish, std::function<void(Made)> done);
  /// One that is served anyway; its events come by `record`. Before any thread runs.
  void adopt(std::string id, std::string text, live::Server& server);
  /// Ends it, and calls `done` on the first thread. From any thread.
  void remove(const std::shared_ptr<ServedProxy>& proxy, std::function<void()> done);
  /// On the first thread.
  void stop();

  std::shared_ptr<ServedProxy> find(const std::string& id) const;
  std::vector<std::shared_ptr<ServedProxy>> all() const;
  std::vector<std::string> ids() const;

  /// An event of one that was adopted.
  void record(const TraceLine& line) override;
  live::Threads& threads() { return threads_; }

 private:
  Made make_now(ProxyWish wish);
  std::string free_id(const std::string& scenario) const;

  Catalogue& catalogue_;
  live::Threads& threads_;
  Recorder& next_;
  std::string host_;
  live::GuestList guests_;
  bool splices_ = true;
  mutable std::mutex mutex_;  // guards what follows
  std::map<std::string, std::shared_ptr<ServedProxy>> proxies_;
  std::map<std::string, std::shared_ptr<ServedProxy>> adopted_;
};

}  // namespace misproxy::api
