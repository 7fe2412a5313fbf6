#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "api/http_server.hpp"
#include "core/network_prefix.hpp"

namespace misproxy::app {

/// The API of `serve`, where it has one.
class ServedApi {
 public:
  struct Setup {
    Endpoint where;
    std::vector<NetworkPrefix> allow_clients;
    std::string ca_path;
    std::string ca;  // PEM
    std::filesystem::path state;
    std::string version;
    bool splice = true;
  };

  /// Gets the events of proxies that are adopted.
  Recorder& log() { return adopted_; }
  /// Opens its port; `all` gets the events of the proxies that it makes. A sentence where that
  /// cannot be. What is referred to outlives it.
  std::string open(const Setup& setup, Catalogue& catalogue, live::Threads& threads, Recorder& all);
  /// Shows one that is served anyway.
  void adopt(live::Server& server, const std::string& text);
  void start();
  /// Answers nothing more, and ends its proxies. On the first thread.
  void stop();
  /// Once the threads have ended.
  void end() { server_.reset(); }

  /// A JSON line for who reads the ready file, and one for a person.
  std::string ready_line() const;
  std::string announcement() const;

 private:
  /// Passes to the pool what is known only once it is open.
  struct Adopted final : Recorder {
    void record(const TraceLine& line) override {
      if (pool) pool->record(line);
    }
    std::unique_ptr<api::ProxyPool> pool;
  };

  Adopted adopted_;
  std::unique_ptr<api::HttpServer> server_;
  std::string url_;
  std::string token_file_;  // empty where none is wanted
  std::string ca_path_;
};

}  // namespace misproxy::app
