// How fast `misproxy diagnose` reads a capture, beside a bare walk over its packets with libpcap
// and beside `tshark -q -z expert`, in one run; and how much memory it takes.

#include <fcntl.h>
#include <fmt/format.h>
#include <pcap/pcap.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>

#include "bench/case_traffic.hpp"
#include "bench/measure.hpp"
#include "core/ensure.hpp"
#include "support/tree.hpp"

namespace misproxy::bench {
namespace {

constexpr double kAimOverTshark = 20;  // at least; 50 is what we are after
constexpr double kMostMib = 512;

struct Cost {
  double seconds = 0;  // until it ended
  double mib = 0;      // at its peak
};

/// Runs a program, its output thrown away. Nothing where it does not exist or ends by a signal.
std::optional<Cost> cost_of(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (auto& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const auto begin = std::chrono::steady_clock::now();
  const auto child = fork();
  ensure(child >= 0, "fork");
  if (child == 0) {
    const int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(nothing, STDOUT_FILENO);
    dup2(nothing, STDERR_FILENO);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  ensure(wait4(child, &status, 0, &usage) == child, "wait4");
  if (!WIFEXITED(status) || WEXITSTATUS(status) > 1) return std::nullopt;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  return Cost{took.count(), static_cast<double>(usage.ru_maxrss) / 1024};
}

/// What no reader can do without: libpcap hands out each packet, and nobody looks at it.
std::uint64_t bare_walk(const std::string& path) {
  char why[PCAP_ERRBUF_SIZE];
  auto* file = pcap_open_offline(path.c_str(), why);
  ensure(file != nullptr, "the capture can be read");
  std::uint64_t packets = 0;
  pcap_pkthdr* header = nullptr;
  const u_char* bytes = nullptr;
  while (pcap_next_ex(file, &header, &bytes) == 1)
    ++packets;
  pcap_close(file);
  return packets;
}

/// A file in the folder for temporary ones, gone at the end.
class TemporaryFile {
 public:
  TemporaryFile() {
    auto form = (std::filesystem::temp_directory_path() / "misproxy-bench-XXXXXX").string();
    const int descriptor = mkstemp(form.data());
    ensure(descriptor >= 0, "a temporary file can be made");
    close(descriptor);
    path_ = form;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct Sizes {
  std::uint64_t packets = 1'000'000;
  std::uint64_t connections = 100'000;
  int rounds = 3;
};

/// The cheapest of some rounds: what the machine does beside it only adds.
Cost diagnose(const std::string& path, int rounds) {
  std::optional<Cost> best;
  for (int i = 0; i < rounds; ++i) {
    const auto cost = cost_of({MISPROXY_BINARY, "diagnose", path});
    ensure(cost.has_value(), "misproxy diagnose can use the capture");
    if (!best || cost->seconds < best->seconds) best = cost;
  }
  return *best;
}

void add_traffic(const Sizes& sizes, std::vector<Figure>& figures) {
  const TemporaryFile file;
  write_traffic(read_cases(MISPROXY_CAPTURES), sizes.packets, file.path());
  const auto packets = bare_walk(file.path());
  const auto walk = measure(
                        {sizes.rounds, {}}, [&] { bare_walk(file.path()); }, [] {})
                        .subject;
  const auto own = diagnose(file.path(), sizes.rounds);
  const auto tshark = cost_of({"tshark", "-q", "-z", "expert", "-r", file.path()});
  const auto walks =
      fmt::format("a bare walk ({:.0f} ns a packet)", walk * 1e9 / static_cast<double>(packets));
  if (tshark) {
    figures.push_back({fmt::format("diagnose, {} packets", packets), tshark->seconds / own.seconds,
                       "x tshark", kAimOverTshark, true, walks, own.seconds / walk});
    figures.push_back({"a bare walk over them", tshark->seconds / walk, "x tshark", kAimOverTshark,
                       true, "diagnose", walk / own.seconds});
  } else {
    fmt::print(stderr, "without tshark, which is not installed\n");
  }
  figures.push_back(
      {"peak memory of that", own.mib, "MiB", kMostMib, false, walks, own.seconds / walk});
}

void add_short(const Sizes& sizes, std::vector<Figure>& figures) {
  const TemporaryFile file;
  write_short_connections(sizes.connections, file.path());
  const auto walk = measure(
                        {sizes.rounds, {}}, [&] { bare_walk(file.path()); }, [] {})
                        .subject;
  const auto own = diagnose(file.path(), 1);
  figures.push_back({fmt::format("peak memory, {} connections", sizes.connections), own.mib, "MiB",
                     kMostMib, false, "a bare walk", own.seconds / walk});
}

std::vector<Figure> measure_all(const Sizes& sizes) {
  std::vector<Figure> figures;
  add_traffic(sizes, figures);
  add_short(sizes, figures);
  return figures;
}

}  // namespace
}  // namespace misproxy::bench

/// Exit codes: 0, whatever the figures; 2 a flag that it does not know.
///   --make PATH PACKETS      only writes the capture of so many packets, to look at it otherwise
///   --make-short PATH COUNT  the same for so many connections of four packets
int main(int count, char** arguments) {
  namespace bench = misproxy::bench;
  const std::vector<std::string> words(arguments + 1, arguments + count);
  const bool quick = words == std::vector<std::string>{"--quick"};
  if (words.size() == 3 && words[0] == "--make") {
    bench::write_traffic(bench::read_cases(MISPROXY_CAPTURES), std::stoull(words[2]), words[1]);
    return 0;
  }
  if (words.size() == 3 && words[0] == "--make-short") {
    bench::write_short_connections(std::stoull(words[2]), words[1]);
    return 0;
  }
  if (!words.empty() && !quick) {
    std::fputs(
        "misproxy_bench_diagnose [--quick | --make PATH PACKETS | --make-short PATH COUNT]\n",
        stderr);
    return 2;
  }
  const auto figures = bench::measure_all(quick ? bench::Sizes{10'000, 1'000, 1} : bench::Sizes{});
  const auto text =
      quick ? fmt::format("{} figures can be measured\n", figures.size()) : bench::table(figures);
  std::fputs(text.c_str(), stdout);
  return 0;
}
