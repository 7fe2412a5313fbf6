// Faults inside TLS: at the bytes, the times and the heads of requests and responses.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <map>

#include "origin/make_session.hpp"
#include "origin/server_settings.hpp"
#include "support/http2_client.hpp"
#include "support/plain_talk.hpp"
#include "support/plans.hpp"
#include "support/tls_trust.hpp"
#include "tls/client_tls.hpp"

namespace misproxy {
namespace {

using test::body_of;
using test::fault_text;
using test::Http2Client;
using test::plan_with;

constexpr std::string_view kGetBytes = "GET /bytes/3000 HTTP/1.1\r\nHost: a\r\n\r\n";

ServerContext server_context(const Plan& plan, bool http2) {
  auto settings = server_settings(plan, *plan.origin_for("a.test", 443));
  if (http2) settings.alpn = {"h2", "http/1.1"};
  return test::test_catalogue().context_for("a.test", settings);
}

/// A client's side, in its version and with its cipher suite, all where none is named.
struct Dress {
  std::string version = "1.3";
  const char* suite = nullptr;
  bool http2 = false;
};

ClientContext client_context(const Dress& dress) {
  auto context =
      make_client_context(test::test_ca().certificate, test::test_time(), {dress.version});
  if (dress.http2) test::offer_http2(context);
  if (dress.suite != nullptr && dress.version == "1.3") {
    EXPECT_EQ(SSL_CTX_set_ciphersuites(context.get(), dress.suite), 1);
  } else if (dress.suite != nullptr) {
    EXPECT_EQ(SSL_CTX_set_cipher_list(context.get(), dress.suite), 1);
  }
  return context;
}

/// An origin of a plan with these faults, a TLS client that talks to it, and a clock that goes from
/// timer to timer.
struct FaultyTalk {
  Plan plan;
  FaultCounts counts;
  std::unique_ptr<Session> session;
  ClientTls client;
  Http2Client http;
  bool http2;
  std::string heard;
  std::vector<std::pair<std::int64_t, std::size_t>> sends;  // milliseconds, bytes of plaintext
  std::vector<std::string> notes;
  std::vector<Note> injected;
  std::vector<Ending> endings;
  std::map<Timer, Instant> timers;
  Instant now{};
  std::size_t cut = 0;  // of what the client sends, into pieces; 0 is whole
  bool drains = true;
  bool owed = false;
  bool paused = false;

  explicit FaultyTalk(std::string_view faults = {}, const Dress& dress = {})
      : plan(plan_with(faults)),
        session(make_origin_session(plan, counts, server_context(plan, dress.http2),
                                    {1, "a.test", 1}, 443, test::test_time())),
        client(client_context(dress), "a.test"),
        http2(dress.http2) {
    client.start();
    give(Opened{Party::client});
    for (int i = 0; i < 4; ++i)
      pump();
  }

  void give(const Event& event) {
    ActionList actions;
    session->step(event, now, actions);
    for (const auto& action : actions)
      take(action);
    if (drains && std::exchange(owed, false)) give(Drained{Party::client});
  }

  void take(const Action& action) {
    if (const auto* note = std::get_if<Note>(&action)) {
      notes.push_back(note->fault + note->name);
      if (!note->fault.empty()) injected.push_back(*note);
    }
    if (const auto* hangup = std::get_if<Hangup>(&action)) endings.push_back(hangup->how);
    if (const auto* timer = std::get_if<StartTimer>(&action)) {
      timers[timer->timer] = now + timer->after;
    }
    if (std::holds_alternative<Pause>(action)) paused = true;
    if (std::holds_alternative<Resume>(action)) paused = false;
    if (const auto* send = std::get_if<Send>(&action)) {
      EXPECT_TRUE(endings.empty()) << "bytes after the end";
      const auto plaintext = client.receive(send->bytes);
      heard += plaintext;
      if (http2) http.receive(plaintext);
      if (!plaintext.empty())
        sends.emplace_back(now / std::chrono::milliseconds(1), plaintext.size());
      owed = true;
    }
  }

  void pump() {
    const auto bytes = client.take_output();
    const auto piece = cut == 0 ? bytes.size() : cut;
    for (std::size_t at = 0; at < bytes.size() && endings.empty(); at += piece)
      give(Received{Party::client, std::string_view(bytes).substr(at, piece)});
  }

  void say(std::string_view request) {
    client.send(request);
    pump();
  }

  /// The time goes on as long as there are timers, and up to `until`.
  void run(std::chrono::milliseconds until = std::chrono::hours(1)) {
    while (endings.empty()) {
      const auto next =
          std::ranges::min_element(timers, {}, [](const auto& t) { return t.second; });
      if (next == timers.end() || next->second > until) break;
      const auto timer = next->first;
      now = std::max(now, next->second);
      timers.erase(next);
      give(Fired{timer});
      if (http2) exchange();
    }
    now = std::max<Instant>(now, until == std::chrono::hours(1) ? now : Instant(until));
  }

  std::string ask(std::string_view request) {
    heard.clear();
    say(request);
    run();
    return heard;
  }

  void exchange() {
    for (auto bytes = http.take_output(); !bytes.empty(); bytes = http.take_output())
      say(bytes);
  }
  Http2Client::Answer& fetch(const std::string& path, const std::string& method = "GET",
                             const std::string& body = {}) {
    const auto stream = http.ask(path, method, {}, body);
    exchange();
    run();
    return http.answer(stream);
  }
};

const Dress kHttp2{.http2 = true};

std::string at_offset(std::string_view point, std::size_t offset,
                      std::string_view key = "offset_bytes") {
  return fmt::format(R"(point = "{}", {} = {})", point, key, offset);
}

const std::string& plain_answer() {
  static const std::string answer = FaultyTalk().ask(kGetBytes);
  return answer;
}

// --- the bytes of a response

TEST(InnerFaults, AResetPassesExactlySoManyBytes) {
  for (std::size_t at = 0; at <= 2000; ++at) {
    FaultyTalk talk(
        fault_text("cut", at_offset("inner-response", at), R"(close = { how = "rst" })"));
    talk.cut = at % 5;
    ASSERT_EQ(talk.ask(kGetBytes), plain_answer().substr(0, at)) << at;
    ASSERT_EQ(talk.endings, std::vector{Ending::rst});
    ASSERT_EQ(talk.injected.at(0).fields.at(0).second, TraceValue(static_cast<std::int64_t>(at)));
  }
}

TEST(InnerFaults, ChangesExactlyTheBytesThatItNames) {
  for (std::size_t at = 0; at <= 2000; at += 23) {
    const auto with = [&](const char* deed, const char* key = "offset_bytes") {
      return FaultyTalk(fault_text("f", at_offset("inner-response", at, key), deed)).ask(kGetBytes);
    };
    const auto head = plain_answer().size() - 3000;
    for (const auto& [key, place] :
         {std::pair{"offset_bytes", at}, {"body_offset_bytes", head + at}}) {
      auto wanted = plain_answer();
      wanted[place] = static_cast<char>(wanted[place] ^ 1);
      ASSERT_EQ(with("corrupt = { xor = 1 }", key), wanted) << key << at;
      ASSERT_EQ(with(R"(inject = { text = "more" })", key),
                std::string(plain_answer()).insert(place, "more"));
      ASSERT_EQ(with("swallow = { bytes = 3 }", key), std::string(plain_answer()).erase(place, 3));
    }
  }
}

TEST(InnerFaults, StackEachAtItsPlace) {
  FaultyTalk talk(
      fault_text("slow", R"(point = "inner-response")", "throttle = { bytes_per_s = 100000 }") +
      fault_text("wrong", at_offset("inner-response", 40'000, "body_offset_bytes"),
                 "corrupt = { xor = 255 }") +
      fault_text("end", at_offset("inner-response", 100'000, "body_offset_bytes"),
                 R"(close = { how = "rst" })"));
  auto wanted = std::string(200'000, '\0');
  talk.plan.download(200'000).fill(0, wanted);
  wanted[40'000] = static_cast<char>(wanted[40'000] ^ 255);
  const auto answer = talk.ask("GET /bytes/200000 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(body_of(answer) == wanted.substr(0, 100'000));
  EXPECT_EQ(talk.now / std::chrono::milliseconds(1),
            static_cast<std::int64_t>(answer.size() / 100));
  EXPECT_EQ(talk.endings, std::vector{Ending::rst});
}

TEST(InnerFaults, StandAtTheLastByteTogether) {
  FaultyTalk talk(fault_text("more", at_offset("inner-response", 3000, "body_offset_bytes"),
                             R"(inject = { text = "more" })") +
                  fault_text("end", at_offset("inner-response", 3000, "body_offset_bytes"),
                             R"(close = { how = "no_close_notify" })"));
  EXPECT_EQ(talk.ask(kGetBytes), plain_answer() + "more");
  EXPECT_EQ(talk.notes.back(), "endclose");
}

// --- the times of a response

TEST(InnerFaults, TakeTheirTime) {
  FaultyTalk late(fault_text("late", R"(point = "inner-response")", "delay = { by_ms = 50 }"));
  EXPECT_EQ(late.ask(kGetBytes), plain_answer());
  EXPECT_EQ(late.sends.front().first, 50);
  EXPECT_EQ(late.ask(kGetBytes), plain_answer()) << "and again";
  EXPECT_EQ(late.sends.back().first, 100);
  FaultyTalk sliced(
      fault_text("s", R"(point = "inner-response")", "slice = { bytes = 1000, gap_ms = 7 }"));
  EXPECT_EQ(sliced.ask(kGetBytes), plain_answer());
  ASSERT_EQ(sliced.sends.size(), 4U);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(sliced.sends[i], (std::pair<std::int64_t, std::size_t>(7 * i, 1000)));
}

TEST(InnerFaults, ASlowDownloadIsMadeNoFasterThanItPasses) {
  FaultyTalk talk(
      fault_text("slow", R"(point = "inner-response")", "throttle = { bytes_per_s = 1000 }"));
  talk.say("GET /bytes/1099511627776 HTTP/1.1\r\nHost: a\r\n\r\n");
  talk.run(std::chrono::seconds(10));
  EXPECT_LE(talk.heard.size(), 10'000U);
  EXPECT_GE(talk.heard.size(), 9'900U);
  talk.give(Closed{Party::client, Ending::rst});
  EXPECT_EQ(talk.endings.size(), 1U);
}

TEST(InnerFaults, ActAtATimeSinceThePoint) {
  for (const auto& dress : {Dress{}, kHttp2}) {
    FaultyTalk waits(fault_text("end", R"(point = "inner-request", after_ms = 70)",
                                R"(close = { how = "fin" })"),
                     dress);
    dress.http2 ? void(waits.fetch("/")) : void(waits.ask(kGetBytes));
    EXPECT_EQ(waits.now, std::chrono::milliseconds(70));
    EXPECT_EQ(waits.endings, std::vector{Ending::fin});
    FaultyTalk goes(
        fault_text("slow", R"(point = "inner-response")", "throttle = { bytes_per_s = 10000 }") +
            fault_text("end", R"(point = "inner-response", after_ms = 100)",
                       R"(close = { how = "rst" })"),
        dress);
    dress.http2 ? void(goes.fetch("/bytes/3000")) : void(goes.ask(kGetBytes));
    EXPECT_EQ(goes.now, std::chrono::milliseconds(100));
    EXPECT_NEAR(static_cast<double>(goes.heard.size()), 1000, 100);
    EXPECT_EQ(goes.endings, std::vector{Ending::rst});
  }
}

// --- turns

TEST(InnerFaults, ActOneAfterTheOtherAtATurn) {
  for (const auto& dress : {Dress{}, kHttp2}) {
    const std::string at = R"(point = "inner-request")";
    FaultyTalk talk(fault_text("hints", at, "respond = { status = 103 }") +
                        fault_text("wait", at, "stall = { for_ms = 30 }") +
                        fault_text("busy", at + R"(, attempt = "1..5")",
                                   R"(respond = { status = 503, body = "later" })") +
                        fault_text("gone", at, "respond = { status = 410 }"),
                    dress);
    if (dress.http2) {
      EXPECT_EQ(talk.fetch("/").body, "later");
    } else {
      EXPECT_EQ(talk.ask(kGetBytes),
                "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 503 Service Unavailable\r\n"
                "Content-Length: 5\r\n\r\nlater");
    }
    EXPECT_EQ(talk.now, std::chrono::milliseconds(30));
    EXPECT_EQ(talk.notes.back(), "busyrespond");
  }
}

TEST(InnerFaults, AskForTheHeads) {
  const auto cuts = [](const std::string& when, std::string_view request) {
    FaultyTalk talk(
        fault_text("cut", R"(point = "inner-response", )" + when, R"(close = { how = "rst" })"));
    talk.ask(request);
    return !talk.endings.empty() && talk.endings.front() == Ending::rst;
  };
  EXPECT_TRUE(cuts(R"(path = "/bytes/*")", kGetBytes));
  EXPECT_FALSE(cuts(R"(path = "/up*")", kGetBytes));
  EXPECT_TRUE(cuts(R"(method = "GET")", kGetBytes));
  EXPECT_FALSE(cuts(R"(method = "POST")", kGetBytes));
  EXPECT_TRUE(cuts("status = 200", kGetBytes));
  EXPECT_TRUE(cuts(R"(status = "400..499")", "GET /elsewhere HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_FALSE(cuts(R"(status = "400..499")", kGetBytes));
  EXPECT_TRUE(cuts(R"(header = "Content-Length: 3000")", kGetBytes));
  EXPECT_FALSE(cuts(R"(header = "Content-Length: 3")", kGetBytes));
  FaultyTalk busy(fault_text("busy", R"(point = "inner-request", path = "/bytes/*", times = 1)",
                             "respond = { status = 503 }") +
                  fault_text("cut", at_offset("inner-response", 12) + ", status = 503",
                             R"(close = { how = "rst" })"));
  EXPECT_NE(busy.ask("GET /healthcheck HTTP/1.1\r\nHost: a\r\n\r\n").find("healthy"),
            std::string::npos);
  EXPECT_EQ(busy.ask(kGetBytes), "HTTP/1.1 503");
}

// --- requests

TEST(InnerFaults, CountTheBytesOfARequest) {
  const std::string post = "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
  for (std::size_t at = 0; at <= post.size(); ++at) {
    FaultyTalk talk(
        fault_text("cut", at_offset("inner-request", at), R"(close = { how = "rst" })"));
    talk.say(post.substr(0, at == 0 ? 0 : at - 1));
    EXPECT_TRUE(talk.endings.empty()) << at;
    talk.say(post.substr(at == 0 ? 0 : at - 1));
    EXPECT_EQ(talk.endings, std::vector{Ending::rst}) << at;
  }
  FaultyTalk second(fault_text("cut", at_offset("inner-request", 49) + R"(, method = "POST")",
                               R"(close = { how = "rst" })"));
  second.cut = 3;
  EXPECT_NE(second.ask(std::string(kGetBytes) + post.substr(0, 52)).find("200 OK"),
            std::string::npos);
  EXPECT_TRUE(second.endings.empty()) << "the method is known behind the head";
  second.say(post.substr(52, 1));
  EXPECT_EQ(second.endings, std::vector{Ending::rst});
}

TEST(InnerFaults, BendARequest) {
  const std::string post = "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
  FaultyTalk late(fault_text("late", R"(point = "inner-request")", "delay = { by_ms = 40 }"));
  EXPECT_NE(late.ask(post).find("received 5 bytes"), std::string::npos);
  EXPECT_EQ(late.now, std::chrono::milliseconds(40));
  EXPECT_NE(late.ask(post).find("received 5 bytes"), std::string::npos);
  EXPECT_EQ(late.now, std::chrono::milliseconds(80));
  FaultyTalk wrong(fault_text("wrong", at_offset("inner-request", 0), "corrupt = { xor = 128 }"));
  EXPECT_NE(wrong.ask(post).find("400 Bad Request"), std::string::npos);
  FaultyTalk less(fault_text("less", at_offset("inner-request", 54) + ", times = 1",
                             "swallow = { bytes = 2 }"));
  EXPECT_EQ(less.ask(post), "") << "three bytes of five have come";
  EXPECT_NE(less.ask(post).find("received 5 bytes"), std::string::npos);
  FaultyTalk slow(fault_text("slow", R"(point = "inner-request", path = "/upload")",
                             "throttle = { bytes_per_s = 100000 }"));
  slow.say("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
  slow.say(std::string(1'000'000, 'x'));
  EXPECT_TRUE(slow.paused);
  slow.run();
  EXPECT_FALSE(slow.paused);
  EXPECT_NE(slow.heard.find("received 1000000 bytes"), std::string::npos);
  EXPECT_EQ(slow.now, std::chrono::seconds(10));
}

// --- alerts

TEST(InnerFaults, AnAlertIsHeardAsItWasMeant) {
  const std::vector<Dress> dresses{{"1.3", "TLS_AES_256_GCM_SHA384"},
                                   {"1.3", "TLS_AES_128_GCM_SHA256"},
                                   {"1.3", "TLS_CHACHA20_POLY1305_SHA256"},
                                   {"1.2", "ECDHE-RSA-AES256-GCM-SHA384"},
                                   {"1.2", "ECDHE-RSA-AES128-GCM-SHA256"},
                                   {"1.2", "ECDHE-RSA-CHACHA20-POLY1305"},
                                   {"1.3", nullptr, true}};
  for (const auto& dress : dresses) {
    FaultyTalk talk(fault_text("alert", at_offset("inner-response", 1000, "body_offset_bytes"),
                               "tls-alert = { description = 80 }"),
                    dress);
    dress.http2 ? void(talk.fetch("/bytes/3000")) : void(talk.ask(kGetBytes));
    EXPECT_EQ(talk.client.alert_received(), 80) << talk.client.cipher();
    EXPECT_EQ(talk.client.failure(), "tlsv1 alert internal error");
    EXPECT_EQ(talk.endings, std::vector{Ending::fin});
    EXPECT_EQ(talk.notes.back(), "alerttls-alert");
  }
}

/// A cipher of blocks: the client's choice, and no alert of ours.
TEST(InnerFaults, AnAlertThatCannotBeSealedIsTold) {
  FaultyTalk talk(
      fault_text("alert", at_offset("inner-response", 1000), "tls-alert = { description = 80 }"),
      Dress{"1.2", "ECDHE-RSA-AES256-SHA384"});
  EXPECT_EQ(talk.ask(kGetBytes), plain_answer().substr(0, 1000));
  EXPECT_EQ(talk.notes.back(), "alert-not-sealed");
  EXPECT_EQ(talk.endings, std::vector{Ending::fin});
  EXPECT_FALSE(talk.client.alert_received());
}

TEST(InnerFaults, AWarningLetsAllGoOnInOrder) {
  FaultyTalk talk(fault_text("w", at_offset("inner-response", 1000),
                             R"(tls-alert = { description = 90, level = "warning" })"),
                  Dress{"1.2"});
  EXPECT_EQ(talk.ask(kGetBytes), plain_answer());
  EXPECT_EQ(talk.ask(kGetBytes), plain_answer());
  EXPECT_EQ(talk.notes.back(), "wtls-alert");
  EXPECT_TRUE(talk.endings.empty());
}

// --- HTTP/2

TEST(InnerFaults, ChangeTheBodyInHttp2) {
  auto plain = std::string(3000, '\0');
  FaultyTalk().plan.download(3000).fill(0, plain);
  for (const std::size_t at : std::initializer_list<std::size_t>{0, 1, 1500, 2999, 3000}) {
    FaultyTalk wrong(fault_text("f", at_offset("inner-response", at), "corrupt = { xor = 1 }"),
                     kHttp2);
    auto wanted = plain;
    if (at < 3000) wanted[at] = static_cast<char>(wanted[at] ^ 1);
    EXPECT_TRUE(wrong.fetch("/bytes/3000").body == wanted) << at;
    EXPECT_EQ(wrong.fetch("/healthcheck").headers[":status"], "200");
    FaultyTalk more(
        fault_text("f", at_offset("inner-response", at, "body_offset_bytes"),
                   R"(inject = { text = "abc" })") +
            fault_text("end", at_offset("inner-response", 3000), R"(close = { how = "fin" })"),
        kHttp2);
    auto& answer = more.fetch("/bytes/3000");
    EXPECT_EQ(answer.headers["content-length"], "3000");
    EXPECT_EQ(more.notes.back(), "endclose") << at;
  }
  FaultyTalk less(fault_text("f", at_offset("inner-response", 1000), "swallow = { bytes = 500 }"),
                  kHttp2);
  EXPECT_TRUE(less.fetch("/bytes/3000").body == std::string(plain).erase(1000, 500));
}

TEST(InnerFaults, SlowTheFramesOfOneResponseInHttp2) {
  FaultyTalk talk(fault_text("slow", R"(point = "inner-response", path = "/bytes/*")",
                             "throttle = { bytes_per_s = 100000 }") +
                      fault_text("wrong",
                                 at_offset("inner-response", 40'000, "body_offset_bytes") +
                                     R"(, path = "/bytes/*")",
                                 "corrupt = { xor = 255 }") +
                      fault_text("wait",
                                 at_offset("inner-response", 60'000, "body_offset_bytes") +
                                     R"(, path = "/bytes/*")",
                                 "stall = { for_ms = 500 }"),
                  kHttp2);
  auto wanted = std::string(100'000, '\0');
  talk.plan.download(100'000).fill(0, wanted);
  wanted[40'000] = static_cast<char>(wanted[40'000] ^ 255);
  const auto second = talk.http.ask("/healthcheck");
  auto& first = talk.fetch("/bytes/100000");
  EXPECT_TRUE(first.body == wanted);
  EXPECT_NEAR(std::chrono::duration<double>(talk.now).count(), 1.5, 0.01);
  EXPECT_EQ(talk.http.answer(second).body, "healthy\n");
  const auto then = talk.now;
  EXPECT_TRUE(talk.fetch("/healthcheck").whole);
  EXPECT_EQ(talk.now, then) << "what is behind it is not slow";
}

/// The fault waits for a body that nobody wants any more; what was asked behind it is answered.
TEST(InnerFaults, WaitForNoStreamThatIsGoneInHttp2) {
  FaultyTalk talk(fault_text("cut", at_offset("inner-response", 3000) + R"(, path = "/bytes/*")",
                             R"(close = { how = "rst" })") +
                      fault_text("slow", R"(point = "inner-response", path = "/bytes/*")",
                                 "throttle = { bytes_per_s = 1000 }"),
                  kHttp2);
  const auto gone = talk.http.ask("/bytes/3000");
  const auto next = talk.http.ask("/healthcheck");
  talk.exchange();
  talk.run(std::chrono::milliseconds(500));
  EXPECT_FALSE(talk.http.answer(next).whole);
  talk.http.reset(gone);
  talk.exchange();
  talk.run();
  EXPECT_EQ(talk.http.answer(next).body, "healthy\n");
  EXPECT_TRUE(talk.endings.empty());
}

TEST(InnerFaults, BendARequestInHttp2) {
  FaultyTalk cut(fault_text("cut", at_offset("inner-request", 70'000) + R"(, path = "/upload")",
                            R"(close = { how = "rst" })"),
                 kHttp2);
  EXPECT_EQ(cut.fetch("/healthcheck").body, "healthy\n");
  cut.fetch("/upload", "POST", std::string(100'000, 'x'));
  EXPECT_EQ(cut.endings, std::vector{Ending::rst});
  FaultyTalk slow(fault_text("slow", R"(point = "inner-request", path = "/upload")",
                             "throttle = { bytes_per_s = 100000 }"),
                  kHttp2);
  EXPECT_TRUE(slow.fetch("/upload", "POST", std::string(100'000, 'x'))
                  .body.starts_with("received 100000 bytes, "));
  EXPECT_EQ(slow.now, std::chrono::seconds(1));
}

}  // namespace
}  // namespace misproxy
