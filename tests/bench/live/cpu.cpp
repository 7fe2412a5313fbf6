#include "bench/live/cpu.hpp"

#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <sstream>
#include <string>

namespace misproxy::bench {
namespace {

double seconds(const timespec& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// 0 of one that is gone.
pid_t parent_of(const std::string& process) {
  std::ifstream file("/proc/" + process + "/stat");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  const auto name_end = text.rfind(')');  // a name may hold anything
  if (name_end == std::string::npos) return 0;
  std::istringstream rest(text.substr(name_end + 1));
  char state = 0;
  pid_t parent = 0;
  rest >> state >> parent;
  return parent;
}

}  // namespace

double cpu_of(pid_t process) {
  clockid_t clock{};
  timespec time{};
  if (clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &time) != 0) return 0;
  return seconds(time);
}

std::vector<pid_t> family_of(pid_t process) {
  std::vector<pid_t> family{process};
  std::vector<std::pair<pid_t, pid_t>> all;
  for (const auto& each : std::filesystem::directory_iterator("/proc")) {
    const auto name = each.path().filename().string();
    if (std::isdigit(static_cast<unsigned char>(name.front())) != 0)
      all.emplace_back(std::stoi(name), parent_of(name));
  }
  for (std::size_t i = 0; i < family.size(); ++i) {
    for (const auto& [child, parent] : all)
      if (parent == family[i]) family.push_back(child);
  }
  return family;
}

double cpu_of_family(pid_t process) {
  double sum = 0;
  for (const auto each : family_of(process))
    sum += cpu_of(each);
  return sum;
}

bool is_at_rest(pid_t process) {
  for (const auto each : family_of(process)) {
    std::error_code gone;
    for (const auto& thread :
         std::filesystem::directory_iterator(fmt::format("/proc/{}/task", each), gone)) {
      std::ifstream file(thread.path() / "stat");
      std::string text((std::istreambuf_iterator<char>(file)), {});
      const auto name_end = text.rfind(')');
      if (name_end != std::string::npos && text.substr(name_end).starts_with(") R")) return false;
    }
  }
  return true;
}

double memory_of_family(pid_t process) {
  double sum = 0;
  for (const auto each : family_of(process)) {
    std::ifstream file(fmt::format("/proc/{}/status", each));
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("RssAnon:")) sum += std::strtod(line.c_str() + 8, nullptr);
    }
  }
  return sum;
}

double cpu_of_machine() {
  std::ifstream file("/proc/stat");
  std::string word;
  double user = 0, nice = 0, system = 0, idle = 0, waiting = 0, interrupts = 0, soft = 0, steal = 0;
  file >> word >> user >> nice >> system >> idle >> waiting >> interrupts >> soft >> steal;
  return (user + nice + system + interrupts + soft + steal) /
         static_cast<double>(sysconf(_SC_CLK_TCK));
}

double wall_clock() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return seconds(time);
}

}  // namespace misproxy::bench
