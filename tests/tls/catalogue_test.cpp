#include "tls/catalogue.hpp"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <fmt/format.h>

#include "support/moment.hpp"
#include "tls/pem.hpp"

namespace misproxy {
namespace {

using test::kNow;

using std::chrono::days;

const std::vector<std::string> kTls{"1.2", "1.3"};

Validity validity_in(const ServerContext& context) {
  const auto* certificate = SSL_CTX_get0_certificate(context.get());
  Certificate copy(X509_dup(const_cast<X509*>(certificate)));
  return validity_of(to_pem(copy)).value();
}

/// A catalogue whose clock a test sets.
struct Timed {
  CivilTime now = kNow;
  Authority authority = Authority::from_seed(1, kNow);
  Catalogue catalogue{Authority::from_seed(1, kNow), authority.make_server_key(),
                      [this] { return now; }};
};

TEST(Catalogue, ServesForYearsWithCertificatesThatHold) {
  Timed timed;
  for (int day = 0; day < 800; ++day) {
    timed.now = kNow + days{day};
    const auto [from, until] = validity_in(timed.catalogue.context_for("a.test", kTls));
    ASSERT_LT(from, timed.now) << day;
    ASSERT_GE(until - timed.now, days{29}) << day;
  }
}

TEST(Catalogue, MakesACertificateAnewOnlyWhenATimeIsOver) {
  Timed timed;
  const auto first = timed.catalogue.context_for("a.test", kTls);
  timed.now = kNow + Catalogue::kRenewal - std::chrono::seconds{1};
  EXPECT_EQ(timed.catalogue.context_for("a.test", kTls), first);
  timed.now += std::chrono::seconds{1};
  const auto second = timed.catalogue.context_for("a.test", kTls);
  EXPECT_NE(second, first);
  EXPECT_EQ(timed.catalogue.context_for("a.test", kTls), second);
}

TEST(Catalogue, AClockThatIsSetBackLeavesNoCertificateOfTheFuture) {
  Timed timed;
  timed.catalogue.context_for("a.test", kTls);
  timed.now = kNow - days{30};
  EXPECT_LT(validity_in(timed.catalogue.context_for("a.test", kTls)).from, timed.now);
}

TEST(Catalogue, KeepsTheNamesThatWereUsedLast) {
  Timed timed;
  const auto name = [](std::size_t i) { return fmt::format("h{}.test", i); };
  const auto first = timed.catalogue.context_for(name(0), kTls);
  const auto second = timed.catalogue.context_for(name(1), kTls);
  for (std::size_t i = 2; i < Catalogue::kMostKept; ++i)
    timed.catalogue.context_for(name(i), kTls);
  EXPECT_EQ(timed.catalogue.context_for(name(0), kTls), first);  // so that name(1) is the oldest
  timed.catalogue.context_for("one-more.test", kTls);
  EXPECT_EQ(timed.catalogue.context_for(name(0), kTls), first);
  EXPECT_NE(timed.catalogue.context_for(name(1), kTls), second);
}

}  // namespace
}  // namespace misproxy
