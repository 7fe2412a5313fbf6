// Who plays the parts behind the proxy: faults that ask for it, and which worlds have whom.

#include <gtest/gtest.h>

#include "fault/hidden.hpp"
#include "plan/worlds.hpp"
#include "proxy/proxy_session.hpp"
#include "support/plans.hpp"
#include "support/playbook.hpp"

namespace misproxy {
namespace {

using test::fault_text;
using test::injected;
using test::noted;
using test::plan_with;
using test::Playbook;

constexpr auto kAt = "point = 'upstream-connect'";
constexpr auto kConnect = "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n";

Open opened(Cast cast) { return {Party::origin, {"a.test", 443}, cast}; }

/// A session that has been asked for a tunnel, and tells how it opens the origin.
struct Asked {
  Plan plan;
  FaultCounts& counts;
  ProxySession session{plan, counts, {1, {}, 0}};
  Playbook play{session};

  Asked(std::string_view faults, FaultCounts& counted) : plan(plan_with(faults)), counts(counted) {
    play.give(Opened{Party::client})
        .expect(noted("connected"))
        .give(Received{Party::client, kConnect})
        .expect(CountAttempt{"a.test"});
  }
  Playbook& attempt(std::int64_t number) { return play.give(AttemptCounted{number}); }
};

TEST(Cast, IsAskedForWhenTheOriginIsOpened) {
  FaultCounts counts;
  Asked asked(fault_text("bad", kAt, "certificate = { kind = 'expired' }") +
                  fault_text("seen", kAt, "inspect = { ca = 'untrusted' }"),
              counts);
  asked.attempt(1).expect({noted("request"), injected("certificate", "bad"),
                           injected("inspect", "seen"),
                           opened({CertificateKind::expired, CertificateKind::untrusted_ca})});
}

TEST(Cast, IsTheUsualWhereNoFaultApplies) {
  FaultCounts counts;
  Asked asked(fault_text("bad", "point = 'upstream-connect', attempt = 2",
                         "certificate = { kind = 'expired' }"),
              counts);
  asked.attempt(1).expect({noted("request"), opened({})});
}

TEST(Cast, CountsHowOftenAndTheFirstOfTwoHasThePart) {
  const auto faults = fault_text("once", "point = 'upstream-connect', times = 1",
                                 "certificate = { kind = 'expired' }") +
                      fault_text("else", kAt, "certificate = { kind = 'self-signed' }");
  FaultCounts counts;
  Asked first(faults, counts);
  first.attempt(1).expect(
      {noted("request"), injected("certificate", "once"), opened({CertificateKind::expired, {}})});
  Asked second(faults, counts);
  second.attempt(2).expect({noted("request"), injected("certificate", "else"),
                            opened({CertificateKind::self_signed, {}})});
}

TEST(Cast, APartIsTakenOnce) {
  const auto plan = plan_with(fault_text("first", "point = 'upstream-connect', host = 'a.test'",
                                         "certificate = { kind = 'expired' }") +
                              fault_text("other", kAt, "certificate = { kind = 'self-signed' }") +
                              fault_text("beside", kAt, "inspect = { ca = 'trusted' }"));
  EXPECT_TRUE(hidden_faults(plan.scenario().faults).empty()) << "the second has other hosts";
}

TEST(Cast, SomeKindsAreForLiveAlone) {
  const auto why = [](std::string_view text) {
    return why_not_virtual(plan_with(text).scenario()).value_or("");
  };
  EXPECT_EQ(why("certificate = 'expired'\n"), "");
  EXPECT_EQ(why("certificate = 'weak-key'\n"),
            "test: `certificate = \"weak-key\"` needs RSA keys or a real client; the world `live` "
            "has them: misproxy run --world live --client curl test");
  EXPECT_NE(why(fault_text("f", kAt, "certificate = { kind = 'sha-1' }")), "");
  EXPECT_NE(why("tls = ['1.0', '1.1']\n"), "");
  EXPECT_EQ(why("tls = ['1.0', '1.2']\n"), "");
  EXPECT_NE(why("[proxy]\ntls = true\ncertificate = 'expired'\n"), "");
  EXPECT_EQ(why("[proxy]\ntls = true\n"), "");
}

}  // namespace
}  // namespace misproxy
