#include "proxy/tls_front.hpp"

#include <gtest/gtest.h>

#include "support/moment.hpp"
#include "support/playbook.hpp"
#include "tls/catalogue.hpp"
#include "tls/client_tls.hpp"

namespace misproxy {
namespace {

using test::kNow;
using test::noted;
using test::Playbook;
using test::sent;

/// A proxy of few words: it answers what it hears, and ends at `bye`.
class Parrot final : public Session {
 public:
  void step(const Event& event, Instant, ActionList& actions) override {
    if (const auto* bytes = std::get_if<Received>(&event)) {
      heard += bytes->bytes;
      actions.emplace_back(Send{Party::client, "echo " + std::string(bytes->bytes)});
      if (bytes->bytes == "bye") actions.emplace_back(Hangup{Party::client, Ending::fin});
      if (bytes->bytes == "rst") actions.emplace_back(Hangup{Party::client, Ending::rst});
    }
    if (const auto* closed = std::get_if<Closed>(&event)) {
      ++ends;
      actions.emplace_back(Hangup{closed->peer, Ending::fin});
    }
  }
  std::string heard;
  int ends = 0;
};

struct Behind {
  Catalogue catalogue{Authority::from_seed(1, kNow), kNow};
  Parrot* parrot = new Parrot;
  TlsFront front{std::unique_ptr<Session>(parrot),
                 catalogue.context_for("proxy.test", ServerSettings{})};
  Playbook play{front};
  ClientTls client{make_client_context(catalogue.authority().certificate_pem(), kNow),
                   "proxy.test"};
  std::string plaintext;

  void start() { client.start(); }

  /// Hands on what the client has to say, so many bytes at a time, and what comes back.
  void pump(std::size_t piece = 1 << 20) {
    for (auto out = client.take_output(); !out.empty(); out = client.take_output()) {
      for (std::size_t at = 0; at < out.size(); at += piece) {
        play.give(Received{Party::client, std::string_view(out).substr(at, piece)});
        for (const auto& action : play.take()) {
          if (const auto* send = std::get_if<Send>(&action))
            plaintext += client.receive(send->bytes);
          if (std::holds_alternative<Hangup>(action)) hung_up = std::get<Hangup>(action).how;
          if (const auto* note = std::get_if<Note>(&action)) notes.emplace_back(note->name);
        }
      }
    }
  }
  std::optional<Ending> hung_up;
  std::vector<std::string> notes;
};

TEST(TlsFront, GivesPlaintextToTheSessionBehindHoweverItCame) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{1} << 20}) {
    Behind behind;
    behind.start();
    behind.pump(piece);
    ASSERT_EQ(behind.client.state(), TlsEngine::State::open);
    behind.client.send("hello");
    behind.pump(piece);
    EXPECT_EQ(behind.parrot->heard, "hello");
    EXPECT_EQ(behind.plaintext, "echo hello");
    EXPECT_EQ(behind.notes, std::vector<std::string>{"tls-to-proxy"});
  }
}

TEST(TlsFront, EndsWithCloseNotifyAndAResetWithout) {
  Behind behind;
  behind.start();
  behind.pump();
  behind.client.send("bye");
  behind.pump();
  EXPECT_EQ(behind.hung_up, Ending::fin);
  EXPECT_EQ(behind.client.state(), TlsEngine::State::closed_by_peer);
  Behind reset;
  reset.start();
  reset.pump();
  reset.client.send("rst");
  reset.pump();
  EXPECT_EQ(reset.hung_up, Ending::rst);
  EXPECT_EQ(reset.client.state(), TlsEngine::State::open);
}

TEST(TlsFront, TellsTheEndOnce) {
  Behind behind;
  behind.start();
  behind.pump();
  behind.client.send("hello");
  behind.client.close();
  behind.pump();
  behind.play.give(Closed{Party::client, Ending::fin});
  behind.play.take();
  EXPECT_EQ(behind.parrot->ends, 1);
}

TEST(TlsFront, WhoSpeaksNoTlsIsClosed) {
  Behind behind;
  behind.play.give(Received{Party::client, "CONNECT a.test:443 HTTP/1.1\r\n\r\n"});
  behind.pump();
  const auto actions = behind.play.take();
  const auto hangups = std::count_if(actions.begin(), actions.end(), [](const Action& action) {
    return std::holds_alternative<Hangup>(action);
  });
  EXPECT_EQ(hangups, 1);
  EXPECT_TRUE(behind.parrot->heard.empty());
  EXPECT_EQ(behind.parrot->ends, 1) << "it is told that the client has gone";
  behind.play.give(Closed{Party::client, Ending::fin}).expect_nothing();
}

}  // namespace
}  // namespace misproxy
