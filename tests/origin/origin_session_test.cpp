#include "origin/origin_session.hpp"
#include "origin/make_session.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>

#include "core/encoding.hpp"
#include "core/http_date.hpp"
#include "support/plans.hpp"
#include "support/playbook.hpp"
#include "support/tls_trust.hpp"
#include "tls/client_tls.hpp"
#include "tls/record_units.hpp"

namespace misproxy {
namespace {

using test::fault_text;
using test::injected;
using test::noted;
using test::plan_with;
using test::Playbook;

/// An origin of a plan with these faults, and a TLS client that talks to it; notes by name, in
/// order.
struct OriginTalk {
  Plan plan;
  FaultCounts counts;
  std::unique_ptr<Session> session;
  ClientTls client;
  std::string plaintext;  // what the client heard
  std::vector<std::string> notes;
  std::vector<Hangup> hangups;
  bool drains = true;  // what is sent is handed on at once
  Instant now{};
  std::size_t cut = 0;  // of what the client sends, into pieces; 0 is whole

  explicit OriginTalk(std::string_view faults = {}, std::string_view version = "1.3",
                      std::uint16_t port = 443,
                      const std::string& trusted = test::test_ca().certificate)
      : plan(plan_with(faults)),
        session(make_origin_session(plan, counts,
                                    test::test_catalogue().context_for("a.test", {"1.2", "1.3"}),
                                    {1, "a.test", 1}, port, test::test_time())),
        client(make_client_context(trusted, test::test_time(), {std::string(version)}), "a.test") {
    client.start();
    give(Opened{Party::client});
    shake_hands();
  }

  void shake_hands() {
    for (int i = 0; i < 4; ++i)
      pump();
  }

  void pump() {
    const auto bytes = client.take_output();
    const auto piece = cut == 0 ? bytes.size() : cut;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      give(Received{Party::client, std::string_view(bytes).substr(at, piece)});
    }
  }

  void give(const Event& event) {
    ActionList actions;
    session->step(event, now, actions);
    for (const auto& action : actions)
      take(action);
  }

  void take(const Action& action) {
    if (const auto* note = std::get_if<Note>(&action)) notes.push_back(note->fault + note->name);
    if (const auto* hangup = std::get_if<Hangup>(&action)) hangups.push_back(*hangup);
    if (const auto* timer = std::get_if<StartTimer>(&action)) give(Fired{timer->timer});
    if (const auto* send = std::get_if<Send>(&action)) {
      EXPECT_TRUE(hangups.empty()) << "bytes after the end";
      plaintext += client.receive(send->bytes);
      if (drains) give(Drained{Party::client});
    }
  }

  std::string ask(const std::string& request) {
    plaintext.clear();
    client.send(request);
    pump();
    return plaintext;
  }
};

TEST(OriginSession, SpeaksBothVersions) {
  for (const auto* version : {"1.2", "1.3"}) {
    OriginTalk talk({}, version);
    ASSERT_TRUE(talk.client.state() == TlsEngine::State::open) << version;
    EXPECT_EQ(talk.client.verify_result(), 0);
    talk.now = std::chrono::milliseconds(3'700);
    EXPECT_EQ(talk.ask("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"),
              fmt::format("HTTP/1.1 302 Found\r\nDate: {}\r\nServer: misproxy\r\n"
                          "Location: https://a.test/healthcheck\r\nContent-Length: 0\r\n\r\n",
                          http_date(test::test_time() + std::chrono::seconds(3))));
  }
}

TEST(OriginSession, NamesThePortWhereItIsNotTheUsualOne) {
  OriginTalk talk({}, "1.3", 8443);
  EXPECT_NE(talk.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").find("https://a.test:8443/healthcheck"),
            std::string::npos);
}

TEST(OriginSession, AnswersTheSameHoweverTheClientCuts) {
  const std::string two =
      "GET /healthcheck HTTP/1.1\r\nHost: a\r\n\r\nGET /elsewhere HTTP/1.1\r\nHost: a\r\n\r\n";
  OriginTalk whole;
  const auto wanted = whole.ask(two);
  OriginTalk cut;
  cut.cut = 1;
  EXPECT_EQ(cut.ask(two), wanted);
  EXPECT_EQ(cut.notes, whole.notes);
}

TEST(OriginSession, DownloadsAreWholeAndSayTheirDigest) {
  OriginTalk talk;
  const std::string want =
      " /bytes/300000 HTTP/1.1\r\nHost: a\r\nWant-Repr-Digest: sha-512=3, sha-256=10\r\n\r\n";
  const auto answer = talk.ask("GET" + want);
  const auto body = answer.substr(answer.find("\r\n\r\n") + 4);
  EXPECT_EQ(body.size(), 300'000U);
  Sha256 hash;
  hash.update(body);
  EXPECT_NE(answer.find(fmt::format("Repr-Digest: sha-256=:{}:\r\n", to_base64(hash.finish()))),
            std::string::npos);
  const auto head = talk.ask("HEAD" + want);
  EXPECT_EQ(head, answer.substr(0, answer.find("\r\n\r\n") + 4));
}

/// Of a body of any size, without a digest that nobody has asked for.
TEST(OriginSession, AnswersAHeadAtOnce) {
  OriginTalk talk;
  for (const auto* want :
       {"", "Want-Repr-Digest: sha-256=0\r\n", "Want-Repr-Digest: sha-512\r\n"}) {
    talk.client.send(fmt::format("HEAD /bytes/1099511627776 HTTP/1.1\r\nHost: a\r\n{}\r\n", want));
    ActionList actions;
    talk.session->step(Received{Party::client, talk.client.take_output()}, {}, actions);
    std::string heard;
    for (const auto& action : actions) {
      EXPECT_FALSE(std::holds_alternative<StartTimer>(action));
      if (const auto* send = std::get_if<Send>(&action)) heard += talk.client.receive(send->bytes);
    }
    EXPECT_NE(heard.find("Content-Length: 1099511627776"), std::string::npos);
    EXPECT_EQ(heard.find("Repr-Digest"), std::string::npos);
  }
}

TEST(OriginSession, AnswersOptionsWithoutABody) {
  OriginTalk talk;
  const auto answer = talk.ask("OPTIONS /upload HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 204 No Content\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("Allow: GET, HEAD, OPTIONS, POST, PUT\r\n\r\n")) << answer;
  EXPECT_NE(
      talk.ask("PROPFIND /healthcheck HTTP/1.1\r\nHost: a\r\n\r\n").find("405 Method Not Allowed"),
      std::string::npos);
}

/// A client that goes at the sight of the certificate: by an alert, or without a word, before its
/// Finished or behind it.
TEST(OriginSession, NotesAClientThatLeavesAtTheCertificate) {
  const auto notes_of = [](const std::string& ca_pem,
                           const std::function<void(OriginTalk&)>& leave) {
    OriginTalk talk({}, "1.3", 443, ca_pem);
    leave(talk);
    return talk.notes;
  };
  const std::string told = "closed-after-certificate";
  const auto stay = [](OriginTalk&) {};
  const auto fin = [](OriginTalk& talk) { talk.give(Closed{Party::client, Ending::fin}); };
  const auto rst = [](OriginTalk& talk) { talk.give(Closed{Party::client, Ending::rst}); };
  const auto bye = [](OriginTalk& talk) {
    talk.client.close();
    talk.pump();
  };
  EXPECT_EQ(notes_of(Authority::create(test::test_time()).certificate, stay),
            (std::vector<std::string>{"client-hello", "tls-failed", told}));
  const std::vector<std::string> silently{"client-hello", "tls-handshake", told};
  for (const std::function<void(OriginTalk&)>& leave :
       {std::function<void(OriginTalk&)>(fin), {rst}, {bye}})
    EXPECT_EQ(notes_of(test::test_ca().certificate, leave), silently);
  const auto asked = notes_of(test::test_ca().certificate, [](OriginTalk& talk) {
    talk.ask("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
    talk.give(Closed{Party::client, Ending::fin});
  });
  EXPECT_EQ(asked.back(), "inner-response");
}

TEST(OriginSession, TellsTheClientHelloBesideTheDigest) {
  Plan plan = plan_with("");
  FaultCounts session_counts;
  const auto session = make_origin_session(plan, session_counts,
                                           test::test_catalogue().context_for("a.test", {"1.3"}),
                                           {1, "a.test", 1}, 443, test::test_time());
  ClientTls client(make_client_context(test::test_ca().certificate, test::test_time()), "a.test");
  client.start();
  const auto hello = client.take_output();
  ActionList actions;
  session->step(Received{Party::client, hello}, {}, actions);
  const auto& note = std::get<Note>(actions.at(0));
  EXPECT_EQ(note.name, "client-hello");
  EXPECT_TRUE(note.fields.empty());
  EXPECT_EQ(note.measured, (TraceFields{{"bytes", static_cast<std::int64_t>(hello.size())},
                                        {"alpn_offered", "http/1.1"}}));
}

TEST(OriginSession, SendsOnePieceUntilItIsHandedOn) {
  OriginTalk talk;
  talk.drains = false;
  const auto first = talk.ask("GET /bytes/10000000 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_LE(first.size(), OriginSession::kPiece + 1000);
  talk.give(Drained{Party::client});
  EXPECT_LE(talk.plaintext.size(), 2 * OriginSession::kPiece + 1000);
}

TEST(OriginSession, TakesUploadsAndAsksForThem) {
  OriginTalk talk;
  EXPECT_EQ(
      talk.ask(
          "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"),
      "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_NE(talk.ask("hello").find("received 5 bytes"), std::string::npos);
}

TEST(OriginSession, ClosesAsHttpSays) {
  OriginTalk old;
  old.ask("GET /healthcheck HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(old.client.state() == TlsEngine::State::closed_by_peer);
  EXPECT_EQ(old.hangups, (std::vector{Hangup{Party::client, Ending::fin}}));
  OriginTalk kept;
  kept.ask("GET /healthcheck HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(kept.hangups.empty());
  kept.client.close();
  kept.pump();
  EXPECT_EQ(kept.hangups, (std::vector{Hangup{Party::client, Ending::fin}}));
}

TEST(OriginSession, RefusesGarbageInsideAndOutside) {
  OriginTalk inside;
  EXPECT_NE(inside.ask("\x01\x02\r\n\r\n").find("400 Bad Request"), std::string::npos);
  EXPECT_EQ(inside.notes.back(), "refuse");
  EXPECT_EQ(inside.hangups.size(), 1U);

  Plan plan = plan_with("");
  FaultCounts plain_counts;
  const auto plain =
      make_origin_session(plan, plain_counts, test::test_catalogue().context_for("a.test", {"1.3"}),
                          {1, "a.test", 1}, 443, test::test_time());
  Playbook(*plain)
      .give(Received{Party::client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"})
      .expect_nothing()
      .give(Fired{Timer::limit})
      .expect({noted("tls-failed"), Hangup{Party::client, Ending::fin}});
  FaultCounts ended_counts;
  const auto ended =
      make_origin_session(plan, ended_counts, test::test_catalogue().context_for("a.test", {"1.3"}),
                          {1, "a.test", 1}, 443, test::test_time());
  Playbook(*ended)
      .give(Received{Party::client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"})
      .expect_nothing()
      .give(Closed{Party::client, Ending::fin})
      .expect({noted("tls-failed"), Hangup{Party::client, Ending::fin}});
  FaultCounts flooded_counts;
  const auto flooded = make_origin_session(plan, flooded_counts,
                                           test::test_catalogue().context_for("a.test", {"1.3"}),
                                           {1, "a.test", 1}, 443, test::test_time());
  Playbook(*flooded)
      .give(Received{Party::client, std::string(RecordUnits::kFullRecord, 'x')})
      .expect({noted("tls-failed"), Hangup{Party::client, Ending::fin}});
}

TEST(OriginSession, AnswersWhatCameBeforeABadRecord) {
  OriginTalk talk;
  talk.client.send("GET /healthcheck HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto bytes = talk.client.take_output() + std::string("\x17\x03\x03\x00\x05wrong", 10);
  talk.give(Received{Party::client, bytes});
  EXPECT_NE(talk.plaintext.find("healthy"), std::string::npos);
  EXPECT_EQ(talk.notes.back(), "tls-failed");
}

TEST(OriginSession, StallsAfterTheRequestIsTaken) {
  OriginTalk talk(fault_text("quiet", R"(point = "inner-request")", "stall = {}"));
  EXPECT_EQ(talk.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), "");
  EXPECT_EQ(talk.notes, (std::vector<std::string>{"client-hello", "tls-handshake", "inner-request",
                                                  "quietstall"}));
  EXPECT_EQ(talk.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), "");
  EXPECT_EQ(talk.notes.size(), 4U);
  talk.give(Closed{Party::client, Ending::fin});
  EXPECT_EQ(talk.hangups.size(), 1U);
}

TEST(OriginSession, GoesOnAfterATimedStall) {
  OriginTalk talk(fault_text("s", R"(point = "inner-request")", "stall = { for_ms = 10 }"));
  EXPECT_NE(talk.ask("GET /healthcheck HTTP/1.1\r\nHost: a\r\n\r\n").find("healthy"),
            std::string::npos);
}

TEST(OriginSession, RespondsInThePlaceOfTheOrigin) {
  OriginTalk talk(fault_text("busy", R"(point = "inner-request")",
                             R"(respond = { status = 503, reason = "Busy", body = "later" })"));
  EXPECT_EQ(talk.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
            "HTTP/1.1 503 Busy\r\nContent-Length: 5\r\n\r\nlater");
  EXPECT_EQ(talk.ask("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"),
            "HTTP/1.1 503 Busy\r\nContent-Length: 5\r\n\r\n");
}

/// The body bytes that arrive before the cut, and how it ends.
struct CutDownload {
  std::size_t body = 0;
  bool close_notify = false;
  Ending how = Ending::fin;
  bool operator==(const CutDownload&) const = default;
};

CutDownload download_cut(std::size_t at, const char* how) {
  OriginTalk talk(fault_text("cut",
                             fmt::format(R"(point = "inner-response", body_offset_bytes = {})", at),
                             fmt::format(R"(close = {{ how = "{}" }})", how)));
  const auto answer = talk.ask("GET /bytes/200000 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(talk.notes.back(), "cutclose");
  const auto body = answer.size() - (answer.find("\r\n\r\n") + 4);
  return {body, talk.client.state() == TlsEngine::State::closed_by_peer, talk.hangups.at(0).how};
}

TEST(OriginSession, CutsABodyAtTheByte) {
  for (const std::size_t at :
       std::initializer_list<std::size_t>{0, 1, 65'535, 65'536, 65'537, 199'999, 200'000}) {
    EXPECT_EQ(download_cut(at, "rst"), (CutDownload{at, false, Ending::rst})) << at;
    EXPECT_EQ(download_cut(at, "fin"), (CutDownload{at, true, Ending::fin})) << at;
    EXPECT_EQ(download_cut(at, "no_close_notify"), (CutDownload{at, false, Ending::fin})) << at;
  }
}

TEST(OriginSession, ACutBehindTheEndNeverComes) {
  OriginTalk talk(fault_text("cut", R"(point = "inner-response", body_offset_bytes = 9)",
                             R"(close = { how = "rst" })"));
  EXPECT_NE(talk.ask("GET /healthcheck HTTP/1.1\r\nHost: a\r\n\r\n").find("healthy"),
            std::string::npos);
  EXPECT_TRUE(talk.hangups.empty());
}

TEST(OriginSession, AnswersNoFasterThanTheClientTakes) {
  OriginTalk talk;
  talk.drains = false;
  std::string requests;
  for (int i = 0; i < 100; ++i)
    requests += "GET /bytes/65536 HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_LT(talk.ask(requests).size(), OriginSession::kMostHeld + 2 * OriginSession::kPiece);
  std::size_t before = 0;
  while (talk.plaintext.size() > before) {
    before = talk.plaintext.size();
    talk.give(Drained{Party::client});
  }
  EXPECT_GT(before, 100U * 65'536U) << "and all of them in the end";
}

TEST(OriginSession, LeavesADigestThatNobodyWaitsFor) {
  OriginTalk talk;
  talk.client.send(
      "HEAD /bytes/1099511627776 HTTP/1.1\r\nHost: a\r\nWant-Repr-Digest: sha-256=1\r\n\r\n");
  ActionList actions;
  talk.session->step(Received{Party::client, talk.client.take_output()}, {}, actions);
  talk.give(Closed{Party::client, Ending::fin});
  EXPECT_EQ(talk.hangups.size(), 1U);
}

TEST(OriginSession, ReadsNoMoreFromAClientThatAsksAndNeverListens) {
  OriginTalk talk;
  talk.drains = false;
  talk.ask("GET /bytes/10000000 HTTP/1.1\r\nHost: a\r\n\r\n");
  talk.client.send(std::string(OriginSession::kMostHeld + 1, 'x'));
  ActionList actions;
  talk.session->step(Received{Party::client, talk.client.take_output()}, {}, actions);
  ASSERT_EQ(actions.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<Pause>(actions.front()));
}

}  // namespace
}  // namespace misproxy
