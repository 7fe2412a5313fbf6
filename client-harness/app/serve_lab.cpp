#include "app/serve_lab.hpp"
#include "app/one_scenario.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <thread>
#include <utility>

#include "app/json_text.hpp"
#include "app/ready_file.hpp"
#include "app/recorders.hpp"
#include "app/refusal.hpp"
#include "app/run_batch.hpp"
#include "app/run_captures.hpp"
#include "app/say.hpp"
#include "app/scenario_files.hpp"
#include "app/serve_options.hpp"
#include "app/state.hpp"
#include "app/stdout_use.hpp"
#include "app/version.hpp"
#include "core/reachable.hpp"
#include "drivers/curl_command.hpp"
#include "lab/ground.hpp"
#include "live/files.hpp"
#include "live/today.hpp"
#include "plan/worlds.hpp"
#include "runner/lab_door.hpp"
#include "runner/live_stage.hpp"
#include "tls/pem.hpp"
#include "tls/small_key.hpp"
#include "trace/json_line.hpp"

namespace misproxy::app {
namespace {

using boost::asio::ip::tcp;

/// A lab with a door to this machine's loopback, until a signal comes.
class LabService {
 public:
  explicit LabService(const ServeOptions& options)
      : options_(options), ready_file_(options.ready_file) {}

  ExitCode run() {
    for (const auto prepare : {&LabService::judge_flags, &LabService::load, &LabService::listen,
                               &LabService::enter, &LabService::open_ca}) {
      if (const auto refusal = (this->*prepare)())
        return complain(refusal->code, refusal->sentence);
    }
    RunBatch::await_signals();
    std::string why;
    std::thread([&] { why = serve(); }).join();  // with the thread, all of the lab goes
    return why.empty() ? ExitCode::ok : complain(ExitCode::environment, why);
  }

 private:
  std::optional<Refusal> judge_flags() {
    const std::array<std::pair<const char*, bool>, 6> others{
        {{"--api", options_.api.has_value()},
         {"--ca-out", options_.ca_out.has_value()},
         {"--threads", options_.threads > 1},
         {"--exit-after", options_.exit_after.has_value()},
         {"--exit-with-parent", options_.exit_with_parent},
         {"--format json", options_.format == Format::json}}};
    for (const auto& [flag, given] : others) {
      if (given) {
        return Refusal{ExitCode::bad_input,
                       fmt::format("{} is of the world live; serve --world lab has none", flag)};
      }
    }
    if (options_.listen.size() > 1 || options_.files.size() > 1)
      return Refusal{ExitCode::bad_input, "serve --world lab has one scenario, and one --listen"};
    const bool guests = !options_.allow_clients.empty();
    if (guests) return Refusal{ExitCode::bad_input, "serve --world lab is for this machine alone"};
    return std::nullopt;
  }

  std::optional<Refusal> load() {
    const auto found =
        find_scenarios(options_.files.empty() ? std::vector<std::string>{"allow"} : options_.files);
    if (!found.errors.empty())
      return Refusal{found.errors.front().code, found.errors.front().message};
    if (found.files.size() != 1)
      return Refusal{ExitCode::bad_input, "serve --world lab has one scenario"};
    auto loaded = load_scenario(found.files.front().name, found.files.front().text);
    tell(to_text(loaded.problems) + to_text(loaded.warnings));
    if (!loaded.problems.empty()) return Refusal{ExitCode::bad_input, "nothing was started"};
    if (const auto why = why_not_lab(loaded.scenario)) return Refusal{ExitCode::bad_input, *why};
    for (const auto& fault : loaded.scenario.faults) {
      if (fault.when.point != Point::lookup) continue;
      return Refusal{ExitCode::bad_input,
                     fmt::format("{0}: the fault `{1}` is of the resolver that clients in the lab "
                                 "ask, and those of serve stand outside: misproxy lab {0}",
                                 loaded.scenario.about.id, fault.id)};
    }
    plan_.emplace(std::move(loaded.scenario), options_.seed);
    return std::nullopt;
  }

  /// Before the lab is entered: this machine's network is out of reach then.
  std::optional<Refusal> listen() {
    const auto wanted =
        options_.listen.empty() ? Endpoint{"127.0.0.1", 0} : options_.listen.front();
    boost::system::error_code error;
    const auto host = wanted.host == "localhost" ? std::string("127.0.0.1") : wanted.host;
    const tcp::endpoint at(boost::asio::ip::make_address(host, error), wanted.port);
    boost::asio::io_context context;
    tcp::acceptor acceptor(context);
    if (!error) acceptor.open(at.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(at, error);
    if (!error) acceptor.listen(boost::asio::socket_base::max_listen_connections, error);
    if (error) {
      return Refusal{ExitCode::environment,
                     fmt::format("cannot listen on {}: {}", wanted.text(), error.message())};
    }
    outside_ = acceptor.local_endpoint();
    listening_ = acceptor.release();
    return std::nullopt;
  }

  std::optional<Refusal> enter() {
    auto why = ready_file_.clear();
    if (why.empty()) why = lab::enter_lab();
    if (why.empty()) return std::nullopt;
    return Refusal{ExitCode::environment, why};
  }

  std::optional<Refusal> open_ca() {
    auto opened = installed_authority(options_.state_dir);
    if (auto* refusal = std::get_if<Refusal>(&opened)) return std::move(*refusal);
    stored_ = std::move(std::get<live::StoredAuthority>(opened));
    return std::nullopt;
  }

  /// Empty, or a sentence.
  std::string serve() {
    Catalogue catalogue(*Authority::read(stored_->pem, live::today()), small_key(), live::today,
                        KeyLog::kept);
    Console console(stderr_has_colour());
    RunRequest request;
    request.plan = &*plan_;
    LiveStage stage(LiveStage::Where::lab, request, catalogue, RunBatch::interrupt_fd());
    if (auto why = stage.listen(); !why.empty()) return why;
    RunOptions kept;
    kept.world = RunOptions::WorldChoice::lab;
    kept.capture = options_.capture;
    const RunCaptures captures(kept, {}, nullptr);
    stage.capture({&*plan_,
                   std::nullopt,
                   true,
                   {simulated::CapturePointId::client},
                   &captures.sinks(),
                   options_.comments},
                  captures.sinks());
    stage.tell(console);
    const auto inside = stage.server().proxy();
    LabDoor door(stage.context(), tcp::v4() == outside_.protocol() ? tcp::v4() : tcp::v6(),
                 listening_, {boost::asio::ip::make_address(inside.host), inside.port},
                 [&](tcp::socket& socket) {
                   boost::system::error_code told_by_connect;
                   stage.at_client([&] { socket.open(tcp::v4(), told_by_connect); });
                 });
    if (auto why = announce(stage.server()); !why.empty()) return why;
    constexpr std::chrono::hours kNoLimit{24 * 365};
    stage.run([&] { door.start(); }, [&] { door.stop(); }, kNoLimit);
    console.finish();
    auto why = captures.why();
    const auto trace = stage.take_trace();
    if (options_.trace && why.empty()) why = write_output(*options_.trace, to_json_lines(trace));
    return why;
  }

  std::string announce(const live::Server& server) {
    const Endpoint outside{outside_.address().to_string(), outside_.port()};
    const bool speaks_tls = plan_->scenario().client_speaks_tls();
    const auto url = (speaks_tls ? "https://" : "http://") + outside.text();
    const auto ca = stored_->certificate.string();
    tell(fmt::format("{}  # misproxy {}: {} in the lab, seed {}, plan {:.12}\n",
                     curl_command(plan_->scenario().client, url, ca), kVersion, server.name(),
                     plan_->seed(), plan_->digest()));
    return ready_file_.write(
        ready_json({server.name(), outside, url, {}, ca, options_.seed, ::getpid()}) + "\n");
  }

  const ServeOptions& options_;
  ReadyFile ready_file_;
  std::optional<Plan> plan_;
  std::optional<live::StoredAuthority> stored_;
  tcp::endpoint outside_;
  int listening_ = -1;
};

}  // namespace

ExitCode serve_lab(const ServeOptions& options) {
  LabService service(options);
  return service.run();
}

}  // namespace misproxy::app
