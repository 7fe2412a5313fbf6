#include "teaching/asking_client.hpp"

#include <algorithm>

#include "capture/checksum.hpp"
#include "core/draw.hpp"

namespace misproxy::teaching {
namespace {

constexpr Timer kTimer = Timer::fault;  // none of the client's own
constexpr Duration kRoundTrip = std::chrono::microseconds{480};
constexpr Duration kPatience = std::chrono::seconds{2};
constexpr int kTries = 2;
constexpr std::uint16_t kDns = 53;
constexpr unsigned kA = 1;
constexpr unsigned kAaaa = 28;
constexpr unsigned kAsked = 0x0100;     // recursion is desired
constexpr unsigned kAnswered = 0x8180;  // and available

void put_u16(std::string& out, unsigned value) {
  out += static_cast<char>(value >> 8);
  out += static_cast<char>(value & 0xffU);
}

/// Labels, each behind its length. Source: RFC 1035 section 3.1.
std::string labels(std::string_view name) {
  std::string made;
  while (!name.empty()) {
    const auto label = name.substr(0, name.find('.'));
    made += static_cast<char>(label.size());
    made += label;
    name.remove_prefix(std::min(label.size() + 1, name.size()));
  }
  return made + '\0';
}

std::string message(std::uint16_t id, unsigned flags, unsigned answers, std::string_view question) {
  std::string made;
  for (const unsigned field : {unsigned{id}, flags, 1U, answers, 0U, 0U})
    put_u16(made, field);
  return made += question;
}

/// Of no such name, or of a server that fails. Source: RFC 1035 section 4.1.1.
unsigned code_of(Told told) {
  switch (told) {
    case Told::server_failure:
      return 2;
    case Told::no_such_name:
      return 3;
    case Told::refused:
      return 5;
    case Told::address:
    case Told::no_address:
    case Told::unheard:
      return 0;
  }
  return 0;
}

struct Ends {
  IpAddress from;
  IpAddress to;
  std::uint16_t from_port = 0;
  std::uint16_t to_port = 0;
};

std::uint16_t udp_checksum(const Ends& ends, std::string_view udp) {
  std::string pseudo{ends.from.wire()};
  pseudo += ends.to.wire();
  put_u16(pseudo, 17);
  put_u16(pseudo, static_cast<unsigned>(udp.size()));
  Checksum sum;
  sum.add(pseudo);
  sum.add(udp);
  return sum.value() == 0 ? 0xffff : sum.value();
}

/// Source: RFC 768, RFC 791.
std::string udp_packet(const Ends& ends, std::uint16_t id, std::string_view payload) {
  std::string udp;
  const auto length = static_cast<unsigned>(payload.size() + 8);
  for (const unsigned field : {unsigned{ends.from_port}, unsigned{ends.to_port}, length, 0U})
    put_u16(udp, field);
  udp += payload;
  const auto udp_sum = udp_checksum(ends, udp);
  udp[6] = static_cast<char>(udp_sum >> 8);
  udp[7] = static_cast<char>(udp_sum & 0xffU);
  std::string ip;
  for (const unsigned field : {0x4500U, length + 20, unsigned{id}, 0x4000U, 0x4011U, 0U})
    put_u16(ip, field);
  ip += ends.from.wire();
  ip += ends.to.wire();
  Checksum sum;
  sum.add(ip);
  ip[10] = static_cast<char>(sum.value() >> 8);
  ip[11] = static_cast<char>(sum.value() & 0xffU);
  return ip + udp;
}

}  // namespace

void AskingClient::step(const Event& event, Instant now, ActionList& actions) {
  const auto* fired = std::get_if<Fired>(&event);
  if (fired != nullptr && fired->timer == kTimer) return hear(now, actions);
  give(event, now, actions);
}

void AskingClient::give(const Event& event, Instant now, ActionList& actions) {
  ActionList wanted;
  inner_->step(event, now, wanted);
  for (auto& action : wanted) {
    if (const auto* lookup = std::get_if<Resolve>(&action)) {
      name_ = lookup->host;
      tries_ = 0;
      ask(now, actions);
    } else {
      actions.push_back(std::move(action));
    }
  }
}

void AskingClient::ask(Instant now, ActionList& actions) {
  ++tries_;
  ++asked_;
  for (const unsigned type : {kA, kAaaa})
    send(true, message(drawn("id", type), kAsked, 0, question(type)), now);
  actions.push_back(StartTimer{kTimer, setup_.told == Told::unheard ? kPatience : kRoundTrip});
}

void AskingClient::hear(Instant now, ActionList& actions) {
  if (setup_.told != Told::unheard) {
    for (const unsigned type : {kA, kAaaa})
      send(false, answer(type), now);
  }
  if (asks_again()) return ask(now, actions);
  if (setup_.told == Told::address) return give(Resolved{setup_.address}, now, actions);
  give(Failed{Failed::Why::unresolved}, now, actions);
}

/// What says nothing of the name says nothing for good.
bool AskingClient::asks_again() const {
  const bool open = setup_.told == Told::unheard || setup_.told == Told::server_failure ||
                    setup_.told == Told::refused;
  return open && tries_ < kTries;
}

std::string AskingClient::question(unsigned type) const {
  auto made = labels(name_);
  put_u16(made, type);
  put_u16(made, 1);  // the Internet
  return made;
}

/// Where the name has an address, a server that knows no other family denies the name for that
/// one: many do, and it is harmless.
std::string AskingClient::answer(unsigned type) const {
  const bool has_address = setup_.told == Told::address;
  const bool tells = has_address && type == kA;
  const auto code = has_address && !tells ? code_of(Told::no_such_name) : code_of(setup_.told);
  auto made = message(drawn("id", type), kAnswered | code, tells ? 1 : 0, question(type));
  if (!tells) return made;
  put_u16(made, 0xc00c);  // the name stands in the question
  put_u16(made, kA);
  put_u16(made, 1);
  put_u16(made, 0);
  put_u16(made, 300);  // seconds
  put_u16(made, 4);
  return made += parse_ip(setup_.address)->wire();
}

void AskingClient::send(bool to_server, const std::string& message, Instant now) {
  const auto port = static_cast<std::uint16_t>(0x8000U | drawn("port", 0));
  const auto ends = to_server ? Ends{setup_.client, setup_.server, port, kDns}
                              : Ends{setup_.server, setup_.client, kDns, port};
  auto frame = std::make_shared<simulated::Frame>();
  frame->raw = udp_packet(ends, ++ip_id_, message);
  taps_.frame({now, simulated::CapturePointId::client, false, std::move(frame)});
}

/// The same for a question and its answer.
std::uint16_t AskingClient::drawn(const char* what, unsigned number) const {
  return static_cast<std::uint16_t>(
      draw(setup_.seed, "look-up " + std::to_string(number), what, asked_));
}

}  // namespace misproxy::teaching
