#include "proxy/gate.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/credentials.hpp"

namespace misproxy {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view kTarget = "a.test:443";

AuthSettings settings_of_three() {
  AuthSettings settings;
  settings.users = {{"joe", "p:w"}, {"ann", "secret"}, {"J\xC3\xA4s\xC3\xB8n", "\xE2\x82\xAC"}};
  return settings;
}

/// A gate, a book, and a client that comes with whatever a test makes of its credentials.
struct Door {
  explicit Door(AuthSettings auth = settings_of_three()) : settings(std::move(auth)) {}
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

  AuthSettings settings;
  NonceBook book;
  Gate gate{settings, book, 1, 1};
  Instant now{};

  Judged judge(const std::vector<std::string>& values, std::string_view method = "CONNECT",
               std::string_view target = kTarget) {
    RequestHead head;
    head.method = method;
    head.target = target;
    for (const auto& value : values)
      head.take_header("Proxy-Authorization", value);
    last = gate.judge(head, now);
    return last.judged;
  }
  Judged judge(const std::string& value) { return judge(std::vector{value}); }

  std::vector<std::string> challenges(Judged after = Judged::no_credentials) {
    std::vector<std::string> values;
    for (const auto& header : gate.answer({after, "Digest", ""}, true, now).headers) {
      constexpr std::string_view kName = "Proxy-Authenticate: ";
      if (header.starts_with(kName)) values.push_back(header.substr(kName.size()));
    }
    return values;
  }
  /// A challenge of this algorithm, taken.
  DigestChallenge challenge(std::string_view algorithm = "SHA-256") {
    for (const auto& each : parse_challenges(challenges())) {
      const auto digest = supported_digest(each);
      if (digest && digest->algorithm == algorithm) return *digest;
    }
    ADD_FAILURE() << "no challenge of " << algorithm;
    return {};
  }
  std::string answer(const DigestChallenge& challenge, std::uint32_t count = 1,
                     std::string_view password = "p:w", std::string_view uri = kTarget) const {
    return digest_credentials(challenge, "joe", password, {"CONNECT", uri}, "c", count);
  }

  Gate::Judgement last;
};

TEST(Gate, AsksForAllThatItOffersInTheOrderOfItsChoice) {
  Door door;
  const auto challenges = door.challenges();
  ASSERT_EQ(challenges.size(), 3U);
  EXPECT_THAT(challenges[0],
              testing::MatchesRegex("Digest realm=\"misproxy\", qop=\"auth\", algorithm=SHA-256, "
                                    "nonce=\"[0-9a-f]{32}\", charset=UTF-8"));
  EXPECT_THAT(challenges[1], HasSubstr("algorithm=MD5,"));
  EXPECT_EQ(challenges[2], "Basic realm=\"misproxy\", charset=\"UTF-8\"");
  auto only = settings_of_three();
  only.challenges = {"Negotiate", "NTLM"};
  only.realm = "a \"b\" \\";
  EXPECT_THAT(Door(only).challenges(), ElementsAre("Negotiate", "NTLM"));
  only.challenges = {"Basic"};
  EXPECT_THAT(Door(only).challenges(), ElementsAre(R"(Basic realm="a \"b\" \\", charset="UTF-8")"));
}

TEST(Gate, NoncesAreThePlansAndNeverTwice) {
  Door door;
  const auto first = door.challenge().nonce;
  EXPECT_NE(door.challenge().nonce, first);
  EXPECT_EQ(Door().challenge().nonce, first) << "the same seed and connection";
  Gate other(door.settings, door.book, 1, 2);
  EXPECT_THAT(other.answer({}, true, {}).headers[0], Not(HasSubstr(first)));
}

TEST(Gate, TakesBasic) {
  Door door;
  EXPECT_EQ(door.judge(basic_credentials("joe", "p:w")), Judged::accepted) << "the first colon";
  EXPECT_EQ(door.last.scheme, "Basic");
  EXPECT_EQ(door.last.user, "joe");
  EXPECT_EQ(door.judge(basic_credentials("J\xC3\xA4s\xC3\xB8n", "\xE2\x82\xAC")), Judged::accepted);
  EXPECT_EQ(door.judge(basic_credentials("joe", "p")), Judged::wrong_password);
  EXPECT_EQ(door.judge(basic_credentials("Joe", "p:w")), Judged::unknown_user);
  for (const auto* bad : {"Basic", "Basic !", "Basic am9l", "Basic am9lOnA", "Basic a b"}) {
    EXPECT_EQ(door.judge(bad), Judged::malformed) << bad;
    EXPECT_EQ(door.gate.answer(door.last, true, {}).status, 407) << bad;
  }
}

TEST(Gate, TakesDigestOfEachAlgorithm) {
  for (const auto* algorithm : {"SHA-256", "SHA-256-sess", "MD5", "MD5-sess"}) {
    auto settings = settings_of_three();
    settings.algorithms = {algorithm};
    for (const bool userhash : {false, true}) {
      settings.userhash = userhash;
      Door door(settings);
      const auto challenge = door.challenge(algorithm);
      EXPECT_EQ(door.judge(door.answer(challenge)), Judged::accepted) << algorithm;
      EXPECT_EQ(door.last.user, "joe");
      EXPECT_EQ(door.judge(door.answer(challenge, 2, "wrong")), Judged::wrong_password);
    }
  }
}

TEST(Gate, TakesANameInUtf8) {
  Door door;
  const auto challenge = door.challenge();
  auto value = digest_credentials(challenge, "J\xC3\xA4s\xC3\xB8n", "\xE2\x82\xAC",
                                  {"CONNECT", kTarget}, "c", 1);
  EXPECT_EQ(door.judge(value), Judged::accepted);
  value = digest_credentials(challenge, "J\xC3\xA4s\xC3\xB8n", "\xE2\x82\xAC", {"CONNECT", kTarget},
                             "c", 2);
  const auto from = value.find("username=");
  value.replace(from, value.find(',') - from, "username*=UTF-8''J%C3%A4s%C3%B8n");
  EXPECT_EQ(door.judge(value), Judged::accepted) << value;
}

TEST(Gate, WantsTheCountToRise) {
  Door door;
  const auto challenge = door.challenge();
  EXPECT_EQ(door.judge(door.answer(challenge, 1)), Judged::accepted);
  EXPECT_EQ(door.judge(door.answer(challenge, 1)), Judged::replayed);
  EXPECT_THAT(door.challenges(Judged::replayed)[0], Not(HasSubstr("stale")));
  EXPECT_EQ(door.judge(door.answer(challenge, 2)), Judged::accepted);
}

/// `stale=true` where the digest was right, and never else.
TEST(Gate, SaysStaleOnlyToWhoKnowsThePassword) {
  auto settings = settings_of_three();
  settings.nonce_lifetime_ms = Milliseconds{100};
  Door door(settings);
  const auto challenge = door.challenge();
  door.now = 101ms;
  EXPECT_EQ(door.judge(door.answer(challenge)), Judged::stale);
  EXPECT_EQ(door.judge(door.answer(challenge, 1, "wrong")), Judged::wrong_password);
  auto made_up = challenge;
  made_up.nonce = "0123";
  EXPECT_EQ(door.judge(door.answer(made_up)), Judged::unknown_nonce);
  EXPECT_EQ(door.judge(door.answer(made_up, 1, "wrong")), Judged::wrong_password);
  for (const auto judged : {Judged::stale, Judged::unknown_nonce})
    EXPECT_THAT(door.challenges(judged)[0], HasSubstr(", stale=true"));
  for (const auto judged : {Judged::no_credentials, Judged::wrong_password, Judged::unknown_user,
                            Judged::wrong_realm, Judged::replayed}) {
    EXPECT_THAT(door.challenges(judged)[0], Not(HasSubstr("stale"))) << word(judged);
  }
}

TEST(Gate, SaysStaleOfThoseNoncesThatItIsToldTo) {
  auto settings = settings_of_three();
  settings.stale_nonces.emplace().add({1, 1});
  Door door(settings);
  EXPECT_EQ(door.judge(door.answer(door.challenge())), Judged::stale);
  EXPECT_EQ(door.judge(door.answer(door.challenge())), Judged::accepted);
}

/// RFC 7616 section 3.4.6; curl tells the path of an absolute target alone.
TEST(Gate, TakesThePathOfAForwardedTarget) {
  Door door;
  const auto good = door.challenge();
  const auto forwarded = [&](const char* target, const char* uri) {
    const auto credentials = digest_credentials(good, "joe", "p:w", {"GET", uri}, "c", 1);
    return door.judge(std::vector{credentials}, "GET", target);
  };
  EXPECT_EQ(forwarded("http://b.test/x?y", "/y"), Judged::wrong_uri);
  EXPECT_EQ(forwarded("http://b.test/x?y", "/x?y"), Judged::accepted);
  EXPECT_EQ(forwarded("http://b.test", "/"), Judged::replayed) << "the URI is right";
}

TEST(Gate, SeesWhatIsNotItsOwn) {
  Door door;
  const auto good = door.challenge();
  EXPECT_EQ(door.judge(std::vector<std::string>{}), Judged::no_credentials);
  auto other = good;
  other.realm = "elsewhere";
  EXPECT_EQ(door.judge(door.answer(other)), Judged::wrong_realm);
  other = good;
  other.algorithm = "MD5-sess";
  other.hash = DigestHash::md5;
  EXPECT_EQ(door.judge(door.answer(other)), Judged::not_offered);
  EXPECT_EQ(door.judge("Bearer S3CRET"), Judged::not_offered);
  EXPECT_EQ(door.judge("S3CRET"), Judged::not_offered);
  EXPECT_EQ(door.last.scheme, "other");
  EXPECT_EQ(door.judge(door.answer(good, 1, "p:w", "b.test:443")), Judged::wrong_uri);
  EXPECT_EQ(door.judge(std::vector(2, door.answer(good))), Judged::twice);
  const auto stranger = digest_credentials(good, "eve", "p:w", {"CONNECT", kTarget}, "c", 1);
  EXPECT_EQ(door.judge(stranger), Judged::unknown_user);
  EXPECT_EQ(door.last.user, "eve");
  EXPECT_EQ(door.judge(door.answer(good)), Judged::accepted) << "and the right one still works";
}

TEST(Gate, SeesWhatIsNoDigest) {
  Door door;
  const auto good = door.answer(door.challenge());
  const auto without = [&](std::string_view part, std::string_view instead) {
    auto value = good;
    const auto at = value.find(part);
    EXPECT_NE(at, std::string::npos) << part;
    return value.replace(at, part.size(), instead);
  };
  for (const auto& value :
       {without("nc=00000001", "nc=\"00000001\""), without("nc=00000001", "nc=1"),
        without("nc=00000001, ", ""), without(", qop=auth", ""), without("cnonce=\"c\", ", ""),
        without("Digest ", "Digest username=\"x\", username*=y, "), std::string("Digest"),
        without("username=\"joe\"", "username*=\"joe\""), good + ", username=\"ann\"",
        without("nc=00000001", "nc=0000000A")}) {
    EXPECT_EQ(door.judge(value), Judged::malformed) << value;
    EXPECT_NE(door.last.why, "") << value;
    EXPECT_EQ(door.gate.answer(door.last, true, {}).status, 400) << value;
  }
  EXPECT_EQ(door.judge(good), Judged::accepted);
}

TEST(Gate, NtlmAndNegotiateAreOffersOnly) {
  auto settings = settings_of_three();
  settings.challenges = {"NTLM", "Negotiate"};
  Door door(settings);
  EXPECT_EQ(door.judge("NTLM TlRMTVNTUAABAAAA"), Judged::offer_only);
  EXPECT_EQ(door.judge("Negotiate YII="), Judged::offer_only);
  EXPECT_EQ(door.judge(basic_credentials("joe", "p:w")), Judged::not_offered);
}

TEST(Gate, SaysWhatBecomesOfTheConnection) {
  const auto answer = [](AuthSettings::After after, bool stays = true,
                         Judged judged = Judged::no_credentials) {
    auto settings = settings_of_three();
    settings.after_407 = after;
    Door door(settings);
    auto said = door.gate.answer({judged, "Digest", ""}, stays, {});
    return std::pair(said.wire(true, true), *said.keep_alive);
  };
  const auto says = [](std::string_view value) {
    return HasSubstr(fmt::format("\r\nConnection: {}\r\n", value));
  };
  const auto keeps = answer(AuthSettings::After::keep_alive);
  EXPECT_THAT(keeps, testing::Pair(says("keep-alive"), true));
  EXPECT_THAT(keeps.first, testing::StartsWith("HTTP/1.1 407 Proxy Authentication Required\r\n"));
  EXPECT_THAT(answer(AuthSettings::After::close), testing::Pair(says("close"), false));
  EXPECT_THAT(answer(AuthSettings::After::lies), testing::Pair(says("keep-alive"), false));
  EXPECT_THAT(answer(AuthSettings::After::keep_alive, false), testing::Pair(says("close"), false));
  EXPECT_THAT(answer(AuthSettings::After::close, true, Judged::twice),
              testing::Pair(says("keep-alive"), true))
      << "a 400 is no 407";
}

// --- what real proxies get wrong

AuthSettings with(AuthMistake mistake) {
  auto settings = settings_of_three();
  settings.mistakes = {std::string(word(mistake))};
  return settings;
}

TEST(GateMistake, StaleWhateverWasWrong) {
  Door door(with(AuthMistake::stale_on_wrong_password));
  EXPECT_THAT(door.challenges(Judged::wrong_password)[0], HasSubstr("stale=true"));
  EXPECT_THAT(door.challenges(Judged::no_credentials)[0], Not(HasSubstr("stale")));
}

TEST(GateMistake, NeverStale) {
  Door door(with(AuthMistake::never_stale));
  EXPECT_THAT(door.challenges(Judged::stale)[0], Not(HasSubstr("stale")));
}

TEST(GateMistake, HashesSlash) {
  Door door(with(AuthMistake::hashes_slash));
  const auto challenge = door.challenge();
  EXPECT_EQ(door.judge(door.answer(challenge)), Judged::wrong_password);
  EXPECT_EQ(door.judge(door.answer(challenge, 1, "p:w", "/")), Judged::accepted);
}

TEST(GateMistake, AnswersAsAnOriginWould) {
  Door door(with(AuthMistake::unauthorized_on_connect));
  const auto said = door.gate.answer({Judged::no_credentials, "none", ""}, true, {});
  EXPECT_EQ(said.status, 401);
  EXPECT_THAT(said.headers[0], testing::StartsWith("WWW-Authenticate: Digest "));
  EXPECT_THAT(door.challenges(), IsEmpty());
}

TEST(GateMistake, NonceBoundToItsConnection) {
  Door door(with(AuthMistake::nonce_bound_to_connection));
  const auto challenge = door.challenge();
  EXPECT_EQ(door.judge(door.answer(challenge, 1)), Judged::accepted);
  Gate other(door.settings, door.book, 1, 2);
  RequestHead head;
  head.method = "CONNECT";
  head.target = kTarget;
  head.take_header("Proxy-Authorization", door.answer(challenge, 2));
  EXPECT_EQ(other.judge(head, {}).judged, Judged::unknown_nonce);
}

TEST(GateMistake, TheRest) {
  Door unchecked(with(AuthMistake::count_unchecked));
  const auto value = unchecked.answer(unchecked.challenge());
  EXPECT_EQ(unchecked.judge(value), Judged::accepted);
  EXPECT_EQ(unchecked.judge(value), Judged::accepted) << "a replay";
  Door any_uri(with(AuthMistake::uri_unchecked));
  EXPECT_EQ(any_uri.judge(any_uri.answer(any_uri.challenge(), 1, "p:w", "b.test:443")),
            Judged::accepted);
  EXPECT_THAT(Door(with(AuthMistake::no_challenge)).challenges(), IsEmpty());
  Door last_colon(with(AuthMistake::splits_at_last_colon));
  EXPECT_EQ(last_colon.judge(basic_credentials("joe", "p:w")), Judged::unknown_user);
  EXPECT_EQ(last_colon.judge(basic_credentials("ann", "secret")), Judged::accepted);
}

}  // namespace
}  // namespace misproxy
