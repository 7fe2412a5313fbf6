// Faults of the requests and responses of a real origin without TLS.

#include "proxy/plain_relay.hpp"

#include <gtest/gtest.h>

#include "support/inspected.hpp"

namespace misproxy {
namespace {

using test::fault_text;

constexpr std::string_view kGetPlain = "GET /file HTTP/1.1\r\nHost: a.test\r\n\r\n";
constexpr std::string_view kRelayedAnswer =
    "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789";

/// A relay of a plan with these faults, between a client and an origin that are strings.
struct Relayed {
  Plan plan;
  FaultCounts counts;
  PlainRelay relay;
  std::vector<std::string> notes;

  explicit Relayed(const std::string& faults)
      : plan(test::plan_with("port = 80\nconnect-to = '127.0.0.1:8080'\n" + faults)),
        relay(std::make_unique<InnerRelay>(plan, counts, ConnectionFacts{1, "a.test", 1},
                                           test::kNow, nullptr, CertificateKind::good)) {}

  std::string ask(std::string_view request, std::size_t cut) {
    std::string heard;
    for (std::size_t at = 0; at < request.size(); at += cut) {
      relay.from_client(request.substr(at, cut));
      heard += settle().take_for_origin();
    }
    return heard;
  }
  std::string say(std::string_view response, std::size_t cut) {
    std::string heard;
    for (std::size_t at = 0; at < response.size(); at += cut) {
      relay.from_origin(response.substr(at, cut));
      heard += settle().take_for_client();
    }
    return heard;
  }

 private:
  /// Timers of no time fire, and what was sent is taken.
  PlainRelay& settle() {
    for (bool more = true; more;) {
      more = false;
      for (const auto& action : relay.take_actions()) {
        if (const auto* note = std::get_if<Note>(&action))
          notes.push_back(note->fault + note->name);
        const auto* timer = std::get_if<StartTimer>(&action);
        if (timer == nullptr || timer->after != Duration::zero()) continue;
        more = true;
        relay.tell(Fired{of_inner(timer->timer)});
      }
    }
    relay.tell(Drained{Party::client});
    return relay;
  }
};

constexpr std::array<std::size_t, 3> kCuts{1, 7, 1 << 20};

TEST(PlainRelay, PassesWhatNoFaultIsMeantFor) {
  for (const auto cut : kCuts) {
    Relayed relayed(fault_text("elsewhere", "point = 'inner-request', path = '/other'",
                               "respond = { status = 503 }"));
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(relayed.ask(kGetPlain, cut), kGetPlain) << cut;
      EXPECT_EQ(relayed.say(kRelayedAnswer, cut), kRelayedAnswer) << cut;
    }
    EXPECT_EQ(relayed.relay.take_end(), std::nullopt);
    EXPECT_EQ(relayed.notes, (std::vector<std::string>{"inner-request", "inner-response",
                                                       "inner-request", "inner-response"}));
  }
}

TEST(PlainRelay, AnswersInTheOriginsPlace) {
  for (const auto cut : kCuts) {
    Relayed relayed(fault_text("denied", "point = 'inner-request', path = '/file'",
                               "respond = { status = 451, body = 'no' }"));
    EXPECT_EQ(relayed.ask(kGetPlain, cut), "") << "the origin is not asked";
    const auto heard = relayed.relay.take_for_client();
    EXPECT_TRUE(heard.starts_with("HTTP/1.1 451 ")) << heard;
    EXPECT_TRUE(heard.ends_with("\r\n\r\nno")) << heard;
  }
}

TEST(PlainRelay, EndsAtAByteOfTheBody) {
  for (const auto cut : kCuts) {
    Relayed relayed(fault_text("cut", "point = 'inner-response', body_offset_bytes = 4",
                               "close = { how = 'rst' }"));
    EXPECT_EQ(relayed.ask(kGetPlain, cut), kGetPlain);
    EXPECT_EQ(relayed.say(kRelayedAnswer, cut), kRelayedAnswer.substr(0, kRelayedAnswer.size() - 6))
        << cut;
    EXPECT_EQ(relayed.relay.take_end(), Ending::rst);
  }
}

TEST(PlainRelay, TheOriginsEndIsTheEndOfABodyThatHasNoOther) {
  Relayed relayed(fault_text("flip", "point = 'inner-response', body_offset_bytes = 1",
                             "corrupt = { xor = 1 }"));
  relayed.ask(kGetPlain, 7);
  const auto heard = relayed.say("HTTP/1.1 200 OK\r\n\r\nabc", 7);
  relayed.relay.origin_ended(Ending::fin);
  EXPECT_EQ(heard + relayed.relay.take_for_client(), "HTTP/1.1 200 OK\r\n\r\nacc");
  EXPECT_EQ(relayed.relay.take_end(), Ending::fin);
}

}  // namespace
}  // namespace misproxy
