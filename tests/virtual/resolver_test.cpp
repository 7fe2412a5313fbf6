// The resolver that the client asks: right answers, those of faults, and what asks nothing.
#include "virtual/resolver.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/plans.hpp"

namespace misproxy::simulated {
namespace {

constexpr auto kProxy = "proxy.a.test";

Plan plan_at_lookup(std::string_view when, std::string_view deed, std::uint64_t seed = 1) {
  return test::plan_with(
      fmt::format("[network]\nproxy_name = '{}'\n{}", kProxy,
                  test::fault_text("f", fmt::format("point = 'lookup'{}", when), deed)),
      seed);
}

/// Asked of one resolver after the other.
class Asking {
 public:
  explicit Asking(Plan plan) : plan_(std::move(plan)), resolver_(plan_, counts_) {}

  std::optional<Resolver::Reply> reply(std::uint16_t type = kDnsA, std::string_view name = kProxy) {
    return resolver_.answer(dns_query(7, name, type));
  }
  DnsResponse response(std::uint16_t type = kDnsA, std::string_view name = kProxy) {
    const auto said = reply(type, name);
    return said ? read_dns_response(said->message).value_or(DnsResponse{}) : DnsResponse{};
  }
  std::optional<Resolver::Reply> raw(std::string_view message) { return resolver_.answer(message); }

 private:
  Plan plan_;
  FaultCounts counts_;
  Resolver resolver_;
};

std::string text_of(const std::optional<IpAddress>& address) {
  return address ? ip_text(*address) : "";
}

TEST(Resolver, KnowsTheNamesOfTheScenario) {
  Asking asking(test::plan_with("[network]\nproxy_name = 'Proxy.a.test'\n"));
  EXPECT_EQ(text_of(asking.response().address), "10.10.10.1");
  EXPECT_EQ(text_of(asking.response(kDnsA, "A.TEST").address), "72.163.4.161");
  EXPECT_EQ(asking.response(kDnsA, "nobody.test").rcode, 3U);
  EXPECT_EQ(asking.response(kDnsA).id, 7);
  EXPECT_TRUE(asking.reply()->events.empty());
}

TEST(Resolver, HasNoRecordOfAnotherType) {
  Asking asking(test::plan_with("[network]\nproxy_name = 'proxy.a.test'\n"));
  const auto response = asking.response(kDnsAaaa);
  EXPECT_EQ(response.rcode, 0U);
  EXPECT_FALSE(response.address);
}

TEST(Resolver, AnswersWithEachResponseCode) {
  constexpr std::array<std::pair<std::string_view, unsigned>, 5> kCodes{
      {{"formerr", 1}, {"servfail", 2}, {"nxdomain", 3}, {"notimp", 4}, {"refused", 5}}};
  for (const auto& [word, code] : kCodes) {
    Asking asking(plan_at_lookup("", fmt::format("dns-answer = {{ rcode = '{}' }}", word)));
    EXPECT_EQ(asking.response().rcode, code) << word;
    EXPECT_EQ(asking.response(kDnsAaaa).rcode, code) << word;
  }
}

TEST(Resolver, TellsTheTraceWhatWasAskedAndAnswered) {
  Asking asking(plan_at_lookup(", attempt = 1", "dns-answer = { rcode = 'servfail' }"));
  const auto first = asking.reply();
  ASSERT_EQ(first->events.size(), 1U);
  const auto& event = first->events[0];
  EXPECT_EQ(event.name, "dns-answer");
  EXPECT_EQ(event.cause, Cause::injected);
  EXPECT_EQ(event.fault, "f");
  EXPECT_EQ(event.fields, (TraceFields{{"name", std::string(kProxy)},
                                       {"question", std::string("A")},
                                       {"rcode", std::string("servfail")}}));
  EXPECT_EQ(first->comment, "f: dns-answer");
  const auto second = asking.reply();
  ASSERT_EQ(second->events.size(), 1U);
  EXPECT_EQ(second->events[0].name, "answered");
  EXPECT_EQ(second->events[0].fields.back(),
            (TraceFields::value_type{"answer", std::string("10.10.10.1")}));
}

TEST(Resolver, GivesAnotherAddressToThoseWhoAskForItsFamily) {
  Asking asking(plan_at_lookup("", "dns-answer = { address = '10.10.10.99' }"));
  EXPECT_EQ(text_of(asking.response().address), "10.10.10.99");
  EXPECT_FALSE(asking.response(kDnsAaaa).address);
  Asking other(plan_at_lookup("", "dns-answer = { address = 'fd00::9' }"));
  EXPECT_EQ(text_of(other.response(kDnsAaaa).address), "fd00::9");
  EXPECT_FALSE(other.response().address);
}

TEST(Resolver, HasFaultsOfOneQuestionAlone) {
  Asking asking(plan_at_lookup(", question = 'AAAA'", "drop = {}"));
  EXPECT_EQ(text_of(asking.response().address), "10.10.10.1");
  EXPECT_EQ(asking.reply(kDnsAaaa)->message, "");
}

TEST(Resolver, CountsTheQuestionsForANameAndAType) {
  Asking asking(plan_at_lookup(", attempt = '1..2'", "dns-answer = { rcode = 'refused' }"));
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(asking.response().rcode, 5U);
    EXPECT_EQ(asking.response(kDnsAaaa).rcode, 5U);
  }
  EXPECT_EQ(asking.response().rcode, 0U);
}

TEST(Resolver, LeavesOtherNamesAlone) {
  Asking asking(plan_at_lookup(", host = 'proxy.*'", "drop = {}"));
  EXPECT_EQ(text_of(asking.response(kDnsA, "a.test").address), "72.163.4.161");
  EXPECT_EQ(asking.reply()->message, "");
}

TEST(Resolver, AnswersLate) {
  Asking asking(plan_at_lookup("", "delay = { by_ms = 1500, jitter_ms = 100 }"));
  const auto reply = asking.reply();
  EXPECT_EQ(text_of(read_dns_response(reply->message)->address), "10.10.10.1");
  EXPECT_GE(reply->wait, std::chrono::milliseconds(1500));
  EXPECT_LE(reply->wait, std::chrono::milliseconds(1600));
  EXPECT_NE(asking.reply()->wait, reply->wait) << "a draw for each question";
}

TEST(Resolver, DrawsFromTheSeed) {
  const auto drawn = [](std::uint64_t seed) {
    Asking asking(plan_at_lookup(", chance = 0.5", "drop = {}", seed));
    std::string text;
    for (int i = 0; i < 40; ++i)
      text += asking.reply()->message.empty() ? '-' : '+';
    return text;
  };
  EXPECT_EQ(drawn(1), drawn(1));
  EXPECT_NE(drawn(1), drawn(2));
}

/// With EDNS, and a root name alone that has no length.
TEST(Resolver, TellsAnExtendedErrorToWhoUnderstandsIt) {
  Asking asking(plan_at_lookup("", "dns-answer = { rcode = 'servfail', extended_error = 22 }"));
  auto query = dns_query(7, kProxy, kDnsA);
  EXPECT_EQ(asking.raw(query)->message.size(), query.size());
  query[11] = 1;
  query += std::string("\0\0\x29\x04\xd0\0\0\0\0\0\0", 11);
  EXPECT_TRUE(asking.raw(query)->message.ends_with(std::string("\0\x0f\0\x02\0\x16", 6)));
}

TEST(Resolver, AnswersNothingToWhatIsNoQuestion) {
  Asking asking(plan_at_lookup("", "drop = {}"));
  const auto good = dns_query(7, kProxy, kDnsA);
  for (std::size_t cut = 0; cut < good.size(); ++cut)
    EXPECT_FALSE(asking.raw(good.substr(0, cut))) << cut;
  const auto changed = [&](std::size_t at, char byte) {
    auto bad = good;
    bad[at] = byte;
    return bad;
  };
  EXPECT_FALSE(asking.raw(changed(2, '\x80'))) << "an answer";
  EXPECT_FALSE(asking.raw(changed(5, 2))) << "two questions";
  EXPECT_FALSE(asking.raw(changed(5, 0))) << "none";
  EXPECT_FALSE(asking.raw(changed(12, '\xc0'))) << "a pointer to where it stands";
  EXPECT_FALSE(asking.raw(changed(12, 63))) << "a label past the end";
  std::string long_name(63, 'a');
  for (int label = 0; label < 4; ++label)
    long_name += "." + std::string(63, 'b');
  EXPECT_FALSE(asking.raw(dns_query(7, long_name, kDnsA)));
}

/// Any byte anywhere: it is answered or not, and no answer is longer than the question and a
/// record.
TEST(Resolver, StandsAnyByteAnywhere) {
  Asking asking(plan_at_lookup("", "dns-answer = { address = '10.0.0.9' }"));
  const auto good = dns_query(7, "a.test", kDnsA);
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      auto bad = good;
      bad[at] = static_cast<char>(byte);
      const auto reply = asking.raw(bad);
      EXPECT_LE(reply ? reply->message.size() : 0, bad.size() + 16);
    }
  }
}

TEST(Resolver, PrintsNamesThatAreNoText) {
  Asking asking(plan_at_lookup("", "dns-answer = { rcode = 'nxdomain' }"));
  const auto reply = asking.reply(kDnsA, std::string_view("a\nb\x80 c", 6));
  EXPECT_EQ(reply->events[0].fields[0].second, TraceValue(std::string("a\\010b\\128\\032c")));
}

}  // namespace
}  // namespace misproxy::simulated
