#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "drivers/child_process.hpp"
#include "lab/lab.hpp"
#include "live/pcapng_recorder.hpp"
#include "live/server.hpp"
#include "live/threads.hpp"
#include "runner/lab_captures.hpp"
#include "runner/run.hpp"

namespace misproxy {

/// A scenario served for one client and one run, on loopback or in a lab, all on the caller's
/// thread. A lab wants a thread of its own, which ends with the run (lab/lab.hpp).
class LiveStage {
 public:
  /// What is left to the server's connections once the client is done, before they are closed. In a
  /// lab a path may keep the last bytes of one from ever arriving, and what the ends do about it
  /// shows.
  static constexpr std::chrono::seconds kEpilogue{2};
  static constexpr std::chrono::seconds kEpilogueInLab{10};  // as in the virtual world

  /// What is left to the client once the run is interrupted, where it can be asked to end.
  static constexpr std::chrono::seconds kGrace{1};

  enum class Where { loopback, lab };

  /// `interrupt`: a descriptor that is readable from when the run is to be ended; -1: there is
  /// none. The plan outlives it.
  LiveStage(Where where, const RunRequest& request, Catalogue& catalogue, int interrupt);

  /// Opens the ports on 127.0.0.1, or sets up the lab; on an error, a sentence.
  std::string listen();
  /// Makes the captures of what the proxy's sockets do, or of what passes the lab's wire, with
  /// comments or without; once it listens.
  void capture(const RunRequest& request, CaptureSinks sinks);
  /// Told of each event as it happens, from now on; it outlives the stage.
  void tell(Recorder& listener) { trace_.listener = &listener; }
  /// Calls where the client stands: sockets, and programs that are started there.
  void at_client(const std::function<void()>& call) const;
  /// The program of the run.
  std::variant<std::unique_ptr<ChildProcess>, std::string> start_client(
      const std::vector<std::string>& argv, std::string_view input, const ChildSetup& setup) const;
  std::string_view world() const { return where_ == Where::lab ? "lab" : "live"; }
  live::Server& server() { return server_; }
  /// As clients are told it: in the lab by name, where the scenario has one.
  std::string proxy_url() const;
  boost::asio::io_context& context() { return threads_.first(); }

  /// Serves; `begin` lets the client begin, `stop` ends what is left of it, at the end. Returns
  /// when all is over. Past `limit` it is ended. `ask` asks the client to end, where it is
  /// interrupted; without it, it is ended at once.
  void run(const std::function<void()>& begin, std::function<void()> stop, Duration limit,
           std::function<void()> ask = nullptr);
  /// The client does nothing more; it has made that many connections.
  void client_done(std::int64_t connections);

  bool reached_limit() const { return reached_limit_; }
  /// Before the client was done.
  bool interrupted() const { return interrupted_; }
  Duration took() const { return took_; }
  std::vector<TraceLine> take_trace() { return std::move(trace_.lines); }

 private:
  /// Both ends in one trace, each connection's events numbered through.
  struct Trace final : Recorder {
    void record(const TraceLine& line) override;
    std::vector<TraceLine> lines;
    Recorder* listener = nullptr;
    std::map<std::int64_t, std::int64_t> seqs;
  };

  std::string set_up_lab();
  void await_interrupt();
  void interrupt();
  void end_if_over();
  void end();

  Where where_;
  const Plan& plan_;
  Trace trace_;
  live::Threads threads_{1};
  boost::asio::steady_timer limit_;
  boost::asio::posix::stream_descriptor interrupt_;
  CaptureSinks capture_;
  std::optional<live::PcapngRecorder> capture_recorder_;
  std::optional<LabCaptures> lab_captures_;
  std::unique_ptr<lab::Lab> lab_;
  live::Server server_;
  std::function<void()> stop_client_;
  std::function<void()> ask_client_;
  std::int64_t closed_ = 0;
  std::int64_t awaited_ = 0;
  bool client_done_ = false;
  bool ended_ = false;
  bool reached_limit_ = false;
  bool interrupted_ = false;
  Duration took_{0};
};

/// Makes the capture that the request asks for; what goes nowhere else is kept in the run.
void capture_for(const RunRequest& request, Run& run, LiveStage& stage);

}  // namespace misproxy
