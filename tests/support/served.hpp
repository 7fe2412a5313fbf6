#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "scenario/scenario.hpp"
#include "support/process.hpp"
#include "trace/event.hpp"

namespace misproxy::test {

/// A folder of a test's own, with a state directory in it, removed at the end.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  std::string write(const std::string& name, const std::string& text) const;

 private:
  std::filesystem::path path_;
};

/// The environment of every misproxy in this test program: one state directory, so one CA.
std::vector<std::string> state_environment();
/// Runs misproxy to its end.
Finished misproxy(const std::vector<std::string>& arguments);

/// A line of the ready file.
struct ReadyLine {
  std::string scenario;
  std::uint16_t proxy_port = 0;
  std::string proxy_url;
  std::vector<std::uint16_t> origin_ports;
  std::string ca;
  std::int64_t pid = 0;
  std::int64_t seed = 0;
};

ReadyLine parse_ready(const std::string& line);

/// `misproxy serve` of some scenarios, ready when the constructor returns, with a trace.
class Served {
 public:
  /// `files`: paths or ids. `flags`: further arguments of `serve`.
  explicit Served(const std::vector<std::string>& files,
                  const std::vector<std::string>& flags = {});

  const ReadyLine& ready(std::size_t index = 0) const { return ready_.at(index); }
  std::uint16_t port(std::size_t index = 0) const { return ready(index).proxy_port; }
  Process& process() { return process_; }
  /// Ends it by SIGTERM, or lets `--exit-after` end it, and checks that it ended well.
  Finished stop();
  Finished wait();
  /// The trace, once it has ended; a line that is none fails the test.
  std::vector<TraceLine> trace() const;
  /// Reads the trace as it grows until `enough` lines satisfy the condition; fails past a bound.
  void await(std::size_t enough, const std::function<bool(const TraceLine&)>& condition);
  std::filesystem::path trace_path() const { return folder_ / "trace.jsonl"; }

 private:
  Folder folder_;
  Process process_;
  std::vector<ReadyLine> ready_;
};

/// What curl says of a transfer.
struct CurlResult {
  int exit = -1;
  int http_connect = -1;
  int http_code = -1;
  std::string message;
  std::string out;  // headers and body
};

/// All of a file; nothing where there is none.
std::string text_of(const std::filesystem::path& path);

/// The events of a trace's file; a line that is none fails the test.
std::vector<TraceLine> trace_in(const std::filesystem::path& path);

/// The ids of the scenarios that come with misproxy and say what a real curl meets in `live`; and
/// one of all.
std::vector<std::string> bundled_ids();
Scenario bundled_scenario(std::string_view id);
/// An id as GoogleTest wants it in a test's name.
std::string test_name(std::string id);

/// `7.88.1`.
std::string curl_version();
/// What this machine's curl must report, by its version.
const CurlExpectation& curl_expectation(const Scenario& scenario);
/// The arguments that make curl do what `[client]` says through the proxy of `ready`.
std::vector<std::string> curl_arguments(const ReadyLine& ready, const ClientSettings& client);
/// Runs curl with `arguments`.
CurlResult curl(const std::vector<std::string>& arguments, const ClientSettings& client);

}  // namespace misproxy::test
