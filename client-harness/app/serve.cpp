#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>

#include "app/hints.hpp"
#include "app/json_text.hpp"
#include "app/parent.hpp"
#include "app/ready_file.hpp"
#include "app/recorders.hpp"
#include "app/refusal.hpp"
#include "app/say.hpp"
#include "app/scenario_files.hpp"
#include "app/serve_lab.hpp"
#include "app/serve_options.hpp"
#include "app/serve_outputs.hpp"
#include "app/serve_records.hpp"
#include "app/served_api.hpp"
#include "app/signal_watch.hpp"
#include "app/state.hpp"
#include "app/stdout_use.hpp"
#include "app/version.hpp"
#include "drivers/curl_command.hpp"
#include "live/farewell.hpp"
#include "live/files.hpp"
#include "live/server.hpp"
#include "live/today.hpp"
#include "plan/worlds.hpp"
#include "tls/pem.hpp"

namespace misproxy::app {
namespace {

/// True of a path whose reader may keep a write waiting; what is not there will be a file.
bool may_wait(const std::string& path) {
  if (is_stdout(path)) return true;
  const live::File file(::open(path.c_str(), O_PATH | O_CLOEXEC));
  return file.is_open() && live::may_wait(file.fd());
}

void allow_many_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE,
            &limit);  // where it fails, accepting waits for descriptors to become free
}

bool is_ignored(int number) {
  struct sigaction action {};
  return ::sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

std::string signal_name(int number) { return fmt::format("SIG{}", ::sigabbrev_np(number)); }

/// The process that serves: the scenarios, their CA, their trace, and how it ends.
class Service {
 public:
  explicit Service(const ServeOptions& options)
      : options_(options),
        console_(stderr_has_colour()),
        threads_(options.threads),
        records_(options, console_, recorders_, threads_,
                 [this] { boost::asio::post(threads_.first(), [this] { stop("output-lost"); }); }),
        signals_(watch_.context()),
        ready_file_(options.ready_file) {
    recorders_.add(console_);
    recorders_.add(hints_);
    if (options.api) recorders_.add(api_.log());
  }

  ExitCode run() {
    if (const auto refusal = prepare()) {
      live::begin_farewell();  // what is queued by now must not hold up the end
      return complain(refusal->code, refusal->sentence);
    }
    if (bad_scenarios_) return ExitCode::bad_input;
    announce();
    if (!warnings_.empty()) console_.say(warnings_);
    for (auto& server : servers_)
      server->start();
    api_.start();
    threads_.run();
    api_.end();
    const bool kept = end_records();
    console_.finish();
    return kept ? ExitCode::ok : ExitCode::environment;
  }

 private:
  std::optional<Refusal> prepare() {
    if (const auto why = refuse_serve_outputs(options_); !why.empty())
      return Refusal{ExitCode::bad_input, why};
    if (const auto why = ready_file_.clear(); !why.empty())
      return Refusal{ExitCode::environment, why};
    auto plans = load();
    if (!plans || bad_scenarios_) return std::exchange(refusal_, std::nullopt);
    if (auto refusal = open_ca()) return refusal;
    allow_many_files();
    if (auto refusal = listen(std::move(*plans))) return refusal;
    if (auto refusal = open_api()) return refusal;
    if (auto refusal = records_.open(servers_)) return refusal;  // last: it empties the files
    await_signal();  // before anybody can know that we are there
    return write_ready_file();
  }

  std::optional<std::vector<Plan>> load() {
    const bool by_itself = options_.files.empty() && !options_.api;
    const auto found =
        find_scenarios(by_itself ? std::vector<std::string>{"allow"} : options_.files);
    if (!found.errors.empty()) {
      refusal_ = Refusal{found.errors.front().code, found.errors.front().message};
      return std::nullopt;
    }
    if (options_.listen.size() > found.files.size()) {
      refusal_ =
          Refusal{ExitCode::bad_input,
                  fmt::format("--listen stands {} times, for {} scenario{}", options_.listen.size(),
                              found.files.size(), found.files.size() == 1 ? "" : "s")};
      return std::nullopt;
    }
    std::vector<Plan> plans;
    for (const auto& file : found.files) {
      auto loaded = load_scenario(file.name, file.text);
      tell(to_text(loaded.problems));
      bad_scenarios_ = bad_scenarios_ || !loaded.problems.empty();
      if (const auto why = why_not_live(loaded.scenario); loaded.problems.empty() && why) {
        refusal_ = Refusal{ExitCode::bad_input, *why};
        return std::nullopt;
      }
      if (loaded.problems.empty()) warn_of(loaded);
      plans.emplace_back(std::move(loaded.scenario), options_.seed);
      texts_.push_back(file.text);
    }
    return plans;
  }

  /// What can be meant so, once each; told behind the curl commands, which come first.
  void warn_of(const LoadedScenario& loaded) {
    auto text = to_text(loaded.warnings);
    if (const auto unheeded = unheeded_live(loaded.scenario))
      text += fmt::format("misproxy: warning: {}\n", *unheeded);
    if (warnings_.find(text) == std::string::npos) warnings_ += text;
  }

  std::optional<Refusal> open_ca() {
    const auto now = live::today();
    auto opened = open_state(options_.state_dir, now);
    if (const auto* why = std::get_if<std::string>(&opened))
      return Refusal{ExitCode::environment, *why};
    auto& stored = std::get<live::StoredAuthority>(opened);
    ca_path_ = stored.certificate.string();
    warnings_ += ending_soon(stored, now);
    ca_ = stored.pem.certificate;
    state_ = stored.certificate.parent_path();
    catalogue_ = std::make_unique<Catalogue>(
        *Authority::read(stored.pem, now), key_in(stored.server_key), live::today,
        options_.capture || options_.api ? KeyLog::kept : KeyLog::none);
    if (!options_.ca_out) return std::nullopt;
    if (!is_stdout(*options_.ca_out)) ca_path_ = *options_.ca_out;
    if (may_wait(*options_.ca_out))
      return records_.queue(*options_.ca_out, "CA", stored.pem.certificate);
    const auto why = write_output(*options_.ca_out, stored.pem.certificate);
    if (!why.empty()) return Refusal{ExitCode::environment, why};
    return std::nullopt;
  }

  std::optional<Refusal> listen(std::vector<Plan> plans) {
    std::map<std::string, int> times;
    for (std::size_t i = 0; i < plans.size(); ++i) {
      const auto id = plans[i].scenario().about.id;
      const int nth = ++times[id];
      const auto name = nth == 1 ? id : fmt::format("{}#{}", id, nth);
      servers_.push_back(std::make_unique<live::Server>(name, std::move(plans[i]), *catalogue_,
                                                        recorders_, threads_,
                                                        [this] { connection_closed(); }));
      servers_.back()->allow(live::GuestList(options_.allow_clients));
      servers_.back()->splice(options_.splice);
      if (records_.may_let_wait()) servers_.back()->wait_for(records_);
      const auto where = listen_address(i);
      if (const auto error = servers_.back()->listen(where.host, where.port)) {
        return Refusal{ExitCode::environment, fmt::format("cannot listen on {} for {}: {}",
                                                          where.text(), name, error.message())};
      }
    }
    return std::nullopt;
  }

  Endpoint listen_address(std::size_t index) const {
    if (index < options_.listen.size()) return options_.listen[index];
    return {options_.listen.empty() ? "127.0.0.1" : options_.listen.back().host, 0};
  }

  std::optional<Refusal> open_api() {
    if (!options_.api) return std::nullopt;
    auto why = api_.open(
        {*options_.api, options_.allow_clients, ca_path_, ca_, state_, kVersion, options_.splice},
        *catalogue_, threads_, recorders_);
    if (!why.empty()) return Refusal{ExitCode::environment, why};
    for (std::size_t i = 0; i < servers_.size(); ++i)
      api_.adopt(*servers_[i], texts_[i]);
    return std::nullopt;
  }

  std::optional<Refusal> write_ready_file() {
    if (options_.ready_file && may_wait(*options_.ready_file))
      return records_.queue(*options_.ready_file, "ready file", ready_lines());
    const auto why = ready_file_.write(ready_lines());
    if (!why.empty()) return Refusal{ExitCode::environment, why};
    return std::nullopt;
  }

  std::string ready_lines() const {
    std::string text;
    for (const auto& server : servers_) {
      Ready ready{server->name(), server->proxy(), server->proxy_url(), {},
                  ca_path_,       options_.seed,   ::getpid()};
      for (auto& origin : server->origins())
        ready.origins.push_back({origin.host, origin.port, origin.listen});
      text += ready_json(ready) + "\n";
    }
    if (options_.api) text += api_.ready_line();
    return text;
  }

  /// On stderr the commands to paste; then whoever reads stdout may know of us, and then of events.
  void announce() {
    hints_.trust(ca_path_);
    for (const auto& server : servers_) {
      const auto& plan = server->plan();
      console_.say(fmt::format("{}  # misproxy {}: {}, seed {}, plan {:.12}\n",
                               curl_command(plan.scenario().client, server->proxy_url(), ca_path_),
                               kVersion, server->name(), plan.seed(), plan.digest()));
    }
    if (options_.api) console_.say(api_.announcement());
    console_.settle();
    records_.announce(ready_lines());
    for (const auto& server : servers_) {
      const auto& plan = server->plan();
      server->record_run(TraceEvent(Point::run, Party::proxy, Cause::environment, "started")
                             .with("seed", static_cast<std::int64_t>(plan.seed()))
                             .with("plan", plan.digest())
                             .measuring("version", kVersion));
    }
  }

  void note_all(std::string_view what, std::string_view key, const std::string& value) {
    for (const auto& server : servers_) {
      server->record_run(
          TraceEvent(Point::run, Party::proxy, Cause::environment, what).measuring(key, value));
    }
  }

  /// What comes last, and whether everything is written that was to be.
  bool end_records() {
    records_.tell_dropped();
    note_all("stopped", "why", why_);
    return records_.finish();
  }

  void await_signal() {
    signals_.add(SIGINT);
    signals_.add(SIGTERM);
    if (!is_ignored(SIGHUP)) signals_.add(SIGHUP);  // under nohup it is
    if (options_.exit_with_parent) {
      signals_.add(Parent::kSignal);
      parent_.watch();
      if (parent_.is_gone()) {
        live::begin_farewell();
        boost::asio::post(threads_.first(), [this] { stop("exit-with-parent"); });
      }
    }
    await_next_signal();
    watch_.begin();
  }

  void await_next_signal() {
    signals_.async_wait([this](const boost::system::error_code& error, int number) {
      if (error) return;
      if (number == Parent::kSignal && !parent_.is_gone())
        return await_next_signal();  // only a thread of the parent's has ended
      live::begin_farewell();
      let_second_end();
      auto why = number == Parent::kSignal ? "exit-with-parent" : signal_name(number);
      boost::asio::post(threads_.first(), [this, why = std::move(why)] { stop(why); });
    });
  }

  /// A second signal finds the default action again, and ends at once; but not a parent that ends
  /// with us, nor a terminal's further SIGHUPs: those stay caught, and nobody awaits them.
  void let_second_end() {
    boost::system::error_code ignored;
    signals_.remove(SIGINT, ignored);
    signals_.remove(SIGTERM, ignored);
  }

  /// From any thread.
  void connection_closed() {
    if (options_.exit_after && ++closed_ == *options_.exit_after) {
      boost::asio::post(threads_.first(), [this] { stop("exit-after"); });
    }
  }

  /// On the first thread.
  void stop(const std::string& why) {
    if (!why_.empty()) return;
    why_ = why;
    if (options_.exit_with_parent) parent_.forget();
    api_.stop();
    for (auto& server : servers_)
      server->stop();
    threads_.release();
  }

  const Parent parent_;
  const ServeOptions& options_;
  Console console_;
  Hints hints_{[this](const std::string& line) { console_.say(line); }};
  Recorders recorders_;
  std::unique_ptr<Catalogue> catalogue_;
  live::Threads threads_;
  ServedApi api_;
  ServeRecords records_;
  SignalWatch watch_;
  boost::asio::signal_set signals_;
  std::vector<std::unique_ptr<live::Server>> servers_;
  ReadyFile ready_file_;
  std::string ca_path_;
  std::string ca_;  // PEM
  std::filesystem::path state_;
  std::vector<std::string> texts_;  // of the scenarios
  std::string warnings_;
  std::optional<Refusal> refusal_;
  bool bad_scenarios_ = false;
  std::atomic<std::uint64_t> closed_ = 0;
  std::string why_;
};

}  // namespace

ExitCode serve(const ServeOptions& options) {
  if (options.lab) return serve_lab(options);
  Service service(options);
  return service.run();
}

}  // namespace misproxy::app
