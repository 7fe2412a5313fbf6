// What misproxy's live world costs beside a bare relay and the proxies that people run: seconds of
// a core for each GB, CONNECT, round trip and handshake, in rounds in which each has its turn.
#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>
#include <vector>

#include "bench/live/cpu.hpp"
#include "bench/live/growth.hpp"
#include "bench/live/hostile.hpp"
#include "bench/live/loads.hpp"
#include "bench/live/rounds.hpp"
#include "bench/live/tls.hpp"

namespace misproxy::bench {
namespace {

constexpr std::uint64_t kMiB = 1 << 20;

struct Options {
  std::string misproxy;
  std::string before;
  double minutes = 10;
  std::string what = "all";
  std::string format = "text";
  RoundEffort effort;
  bool quick = false;
  std::vector<std::string> flags;  // of `serve`
};

class Bench {
 public:
  explicit Bench(Options options)
      : options_(std::move(options)),
        share_(options_.quick ? 0.01 : 1),
        stable_(options_.misproxy, origin_.port) {
    if (options_.quick) options_.effort = {1, 1, 100};
    options_.effort.seconds = options_.minutes * 60 / (options_.what == "all" ? kContests : 1);
    if (!options_.before.empty()) before_.emplace(options_.before, origin_.port);
  }

  int run() {
    transfers();
    small_things();
    embedded();
    if (asked("memory")) memory();
    if (asked("growth"))
      growth(stable_, options_.flags, {share_, options_.minutes * 60, {origin_.child.process()}},
             [](auto line) { tell(line); });
    bool well = true;
    if (asked("hostile"))
      well = hostile(stable_, options_.flags, share_, [](auto line) { tell(line); });
    tell({});
    if (options_.format == "json") fmt::print("{}", to_json(outcomes_));
    return well ? 0 : 1;
  }

 private:
  static constexpr int kContests = 9;

  static void tell(const std::string& line) {
    if (::isatty(2) != 0) fmt::print(stderr, "\r\x1b[K{}", line);
  }

  bool asked(const std::string& name) const {
    return options_.what == name ||
           (options_.what == "all" && name != "growth" && name != "hostile");
  }

  std::uint64_t mib(std::uint64_t count) const {
    return std::max<std::uint64_t>(
        1, static_cast<std::uint64_t>(static_cast<double>(count * kMiB) * share_));
  }
  int times(int count) const { return std::max(8, static_cast<int>(count * share_)); }

  /// The floor, misproxy, and all peers that are installed.
  std::vector<Subject> field(bool splices) {
    std::vector<Subject> all{stable_.floor(splices), stable_.misproxy("misproxy", options_.flags)};
    if (before_) all.push_back(before_->misproxy("misproxy before", options_.flags));
    for (auto peer : {stable_.nginx(), stable_.tinyproxy(), stable_.squid(), stable_.apache()})
      if (peer) all.push_back(std::move(*peer));
    return all;
  }

  void hold_contest(Contest contest) {
    contest.helpers.push_back(origin_.child.process());
    outcomes_.push_back(hold(contest, options_.effort, [](const auto& line) { tell(line); }));
    print_last();
  }

  void print_last() const {
    tell({});
    if (options_.format != "text") return;
    fmt::print("{}", to_table({outcomes_.back()}));
    std::fflush(stdout);
  }

  void transfers() {
    struct Kind {
      const char* key;
      const char* name;
      char which;
      int tunnels;
      double aim;
    };
    for (const auto& kind :
         {Kind{"down8", "8 tunnels down", 'D', 8, 1.15}, Kind{"down1", "1 tunnel down", 'D', 1, 0},
          Kind{"up8", "8 tunnels up", 'U', 8, 0},
          Kind{"both8", "8 tunnels both ways", 'B', 8, 0}}) {
      if (!asked(kind.key)) continue;
      const auto bytes = mib(512) / static_cast<std::uint64_t>(kind.tunnels);
      hold_contest({kind.name,
                    "s of a core per GB",
                    1,
                    field(true),
                    [=](const Subject& s) { return transfer(s, kind.which, kind.tunnels, bytes); },
                    {},
                    kind.aim});
    }
  }

  void small_things() {
    if (asked("connect"))
      hold_contest({"CONNECTs",
                    "us each",
                    1e6,
                    field(false),
                    [this](const Subject& s) { return connects(s, times(2000)); },
                    {},
                    1.1});
    if (asked("rtt"))
      hold_contest({"round trips of 64 bytes",
                    "us each",
                    1e6,
                    field(false),
                    [this](const Subject& s) { return round_trips(s, times(20'000)); },
                    {},
                    1.1});
  }

  static Subject of(std::string name, std::uint16_t port, Child child) {
    auto held = std::make_shared<Child>(std::move(child));
    return {std::move(name), port, "", {held->process()}, {held}};
  }

  /// Of nginx behind tinyproxy; a CONNECT leads there.
  std::optional<Subject> secure_pair(std::uint64_t bytes) {
    auto origin = stable_.nginx_origin(bytes);
    if (!origin) return std::nullopt;
    auto pair = stable_.tinyproxy(fmt::format("127.0.0.1:{}", origin->port));
    if (!pair) return std::nullopt;
    pair->name = "tinyproxy, nginx";
    pair->processes.push_back(origin->processes.front());
    pair->children.push_back(origin->children.front());
    return pair;
  }

  Subject embedded(Stable& stable, const std::string& name) {
    auto subject = stable.misproxy(name, options_.flags);
    subject.target = "embedded.test:443";
    return subject;
  }

  void add_embedded(std::vector<Subject>& field) {
    field.push_back(embedded(stable_, "misproxy"));
    if (before_) field.push_back(embedded(*before_, "misproxy before"));
  }

  void embedded() {
    if (asked("embedded")) {
      const auto bytes = mib(256) / (16 * 1024) * (16 * 1024) + 16 * 1024;
      TlsFloor floor(bytes);
      std::vector<Subject> field{of("cipher and a copy", floor.port, std::move(floor.child))};
      add_embedded(field);
      if (auto pair = secure_pair(bytes)) field.push_back(std::move(*pair));
      const auto load = [=](const Subject& s) {
        if (s.name == "cipher and a copy") {
          const auto fd = open_tunnel(s);
          return static_cast<double>(discard(fd.get(), bytes)) / 1e9;
        }
        const auto target =
            s.name.starts_with("misproxy") ? fmt::format("/bytes/{}", bytes) : "/file";
        return secure_download(s, target, bytes);
      };
      hold_contest(
          {"a GB of an embedded origin", "s of a core per GB", 1, std::move(field), load, {}, 1.3});
    }
    if (!asked("handshake")) return;
    TlsFloor floor(stable_.certificate(), stable_.key());
    std::vector<Subject> field{of("OpenSSL alone", floor.port, std::move(floor.child))};
    add_embedded(field);
    if (auto pair = secure_pair(1)) field.push_back(std::move(*pair));
    hold_contest({"handshakes of TLS 1.3, RSA-2048",
                  "us each",
                  1e6,
                  std::move(field),
                  [this](const Subject& s) { return handshakes(s, times(300)); },
                  {},
                  0});
  }

  void memory() {
    Outcome outcome{"memory of an idle tunnel", "KiB", 0, 1, 0, 0, {}};
    for (const auto& subject : field(false)) {
      tell("memory: " + subject.name);
      const auto most = subject.name == "apache" ? 500 : 1000;
      const auto kib = idle_memory(subject, times(most));
      outcome.lines.push_back({subject.name, {kib, kib, kib}, {}});
      const auto floor = outcome.lines.front().cost.median;
      const auto ratio = floor > 0 ? kib / floor : 0;
      outcome.lines.back().ratio = {ratio, ratio, ratio};
    }
    outcomes_.push_back(std::move(outcome));
    print_last();
  }

  BenchOrigin origin_;
  Options options_;
  double share_;
  Stable stable_;
  std::optional<Stable> before_;
  std::vector<Outcome> outcomes_;
};

}  // namespace
}  // namespace misproxy::bench

int main(int argc, char** argv) {
  using namespace misproxy::bench;
  Options options;
  CLI::App app{"Measures misproxy's live world beside a bare relay and other proxies."};
  app.add_option("misproxy", options.misproxy, "The program that is measured")->required();
  app.add_option("--only", options.what,
                 "down8, down1, up8, both8, connect, rtt, embedded, handshake, memory, growth or "
                 "hostile; absent: all but the last two")
      ->check(CLI::IsMember({"all", "down8", "down1", "up8", "both8", "connect", "rtt", "embedded",
                             "handshake", "memory", "growth", "hostile"}));
  app.add_option("--rounds", options.effort.rounds, "Undisturbed rounds that are wanted");
  app.add_option("--most-rounds", options.effort.most, "Rounds that are tried to have so many");
  app.add_option("--minutes", options.minutes,
                 "Rounds that others disturb are tried again, but none is begun that would end "
                 "later than this, 10 where absent; what then counts is marked as disturbed")
      ->check(CLI::Range(0.1, 1000.0));
  app.add_option("--beside", options.before, "Another build of misproxy, measured among the peers");
  app.add_option("--format", options.format)->check(CLI::IsMember({"text", "json"}));
  app.add_flag("--quick", options.quick, "Everything once and small, to see that it can be done");
  app.add_option("--serve-flag", options.flags, "Given to `misproxy serve`; may stand again");
  CLI11_PARSE(app, argc, argv);
  ::signal(SIGPIPE, SIG_IGN);
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  return Bench(std::move(options)).run();
}
