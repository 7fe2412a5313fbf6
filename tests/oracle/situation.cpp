#include "oracle/situation.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

namespace misproxy::oracle {
namespace {

using Words = std::istringstream;

template <class Number>
Number number(Words& words) {
  std::int64_t value = 0;
  if (!(words >> value)) throw std::runtime_error("a number is wanted");
  return static_cast<Number>(value);
}

std::pair<std::uint32_t, std::uint32_t> span(const std::string& text) {
  const auto colon = text.find(':');
  if (colon == std::string::npos) throw std::runtime_error("a span such as 1:1449 is wanted");
  return {static_cast<std::uint32_t>(std::stoul(text.substr(0, colon))),
          static_cast<std::uint32_t>(std::stoul(text.substr(colon + 1)))};
}

PeerSegment read_segment(Words& words) {
  PeerSegment segment;
  std::string text;
  if (!(words >> segment.flags >> text)) throw std::runtime_error("flags and a span are wanted");
  std::tie(segment.begin, segment.end) = span(text);
  while (words >> text) {
    if (text == "ack") {
      segment.ack = number<std::uint32_t>(words);
    } else if (text == "win") {
      segment.window = number<std::uint16_t>(words);
    } else if (text == "echo") {
      segment.echo = number<std::size_t>(words);
    } else if (text == "sack") {
      while (words >> text)
        segment.sack.push_back(span(text));
    } else {
      throw std::runtime_error("unknown word " + text);
    }
  }
  return segment;
}

Step read_step(Words& words, Duration at) {
  static const std::map<std::string, Step::Kind> kinds{
      {"<", Step::Kind::segment},          {"write", Step::Kind::write},
      {"shutdown", Step::Kind::shut_down}, {"close", Step::Kind::close},
      {"abort", Step::Kind::abort},        {"pause", Step::Kind::pause},
      {"read", Step::Kind::resume},        {"icmp", Step::Kind::too_large}};
  std::string text;
  words >> text;
  const auto kind = kinds.find(text);
  if (kind == kinds.end()) throw std::runtime_error("unknown step " + text);
  Step step;
  step.at = at;
  step.kind = kind->second;
  if (step.kind == Step::Kind::segment) step.segment = read_segment(words);
  if (step.kind == Step::Kind::write || step.kind == Step::Kind::too_large)
    step.bytes = number<std::size_t>(words);
  return step;
}

bool on(Words& words) {
  std::string text;
  words >> text;
  if (text != "on" && text != "off") throw std::runtime_error("on or off is wanted");
  return text == "on";
}

void read_setting(Words& words, Situation& situation) {
  std::string key;
  words >> key;
  auto& tcp = situation.tcp;
  if (key == "sack")
    tcp.sack = on(words);
  else if (key == "timestamps")
    tcp.timestamps = on(words);
  else if (key == "window_scaling")
    tcp.window_scaling = on(words);
  else if (key == "mtu_probing")
    situation.mtu_probing = on(words);
  else if (key == "keepalive")
    tcp.keepalive = on(words);
  else if (key == "keepalive_time_ms")
    tcp.keepalive_time_ms = Milliseconds{number<int>(words)};
  else if (key == "keepalive_interval_ms")
    tcp.keepalive_interval_ms = Milliseconds{number<int>(words)};
  else if (key == "keepalive_probes")
    tcp.keepalive_probes = number<int>(words);
  else if (key == "initial_window")
    tcp.initial_window = number<int>(words);
  else if (key == "retries2")
    tcp.retries2 = number<int>(words);
  else if (key == "syn_retries")
    tcp.syn_retries = number<int>(words);
  else if (key == "user_timeout_ms")
    tcp.user_timeout_ms = Milliseconds{number<int>(words)};
  else
    throw std::runtime_error("unknown setting " + key);
}

void read_peer(Words& words, Situation::Peer& peer) {
  std::string key;
  while (words >> key) {
    if (key == "mss")
      peer.mss = number<std::uint16_t>(words);
    else if (key == "window")
      peer.window = number<std::uint16_t>(words);
    else if (key == "window_scale")
      peer.window_scale = number<std::uint8_t>(words);
    else if (key == "no_window_scale")
      peer.window_scale.reset();
    else if (key == "no_sack")
      peer.sack = false;
    else if (key == "no_timestamps")
      peer.timestamps = false;
    else
      throw std::runtime_error("unknown word " + key);
  }
}

void read_line(const std::string& line, Situation& situation) {
  Words words(line);
  std::string first;
  words >> first;
  if (first.empty()) return;
  if (first == "#") {
    if (situation.title.empty()) situation.title = line.substr(2);
  } else if (first == "set") {
    read_setting(words, situation);
  } else if (first == "peer") {
    read_peer(words, situation.peer);
  } else if (first == "rtt") {
    situation.round_trip = Milliseconds{number<int>(words)};
  } else if (first == "connect") {
    situation.active = true;
  } else if (first == "no_handshake") {
    situation.handshake = false;
  } else {
    const Duration at = std::chrono::duration_cast<Duration>(
        std::chrono::duration<double, std::milli>(std::stod(first)));
    situation.end = at;
    std::string next = line.substr(line.find(first) + first.size());
    if (next.find("end") != std::string::npos) return;
    Words rest(next);
    situation.steps.push_back(read_step(rest, at));
  }
}

}  // namespace

Situation read_situation(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path + ": cannot be read");
  Situation situation;
  situation.name = std::filesystem::path(path).stem().string();
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    try {
      read_line(line, situation);
    } catch (const std::exception& wrong) {
      throw std::runtime_error(fmt::format("{}:{}: {}", path, number, wrong.what()));
    }
  }
  return situation;
}

}  // namespace misproxy::oracle
