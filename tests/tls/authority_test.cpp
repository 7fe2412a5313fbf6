#include "tls/authority.hpp"

#include <gtest/gtest.h>
#include <openssl/x509v3.h>

#include "tls/pem.hpp"

namespace misproxy {
namespace {

const CivilTime kNow{std::chrono::seconds{1'800'000'000}};

int der_size(const Certificate& certificate) { return i2d_X509(certificate.get(), nullptr); }

TEST(Authority, IssuesForNamesAddressesAndLongNames) {
  const auto authority = *Authority::read(Authority::create(kNow), kNow);
  const auto key = make_key();
  const auto name = authority.issue("tools.cisco.com", key, kNow);
  EXPECT_EQ(X509_check_host(name.get(), "tools.cisco.com", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(name.get(), "example.com", 0, 0, nullptr), 0);
  const auto address = authority.issue("72.163.4.161", key, kNow);
  EXPECT_EQ(X509_check_ip_asc(address.get(), "72.163.4.161", 0), 1);
  const auto lengthy = std::string(60, 'a') + "." + std::string(60, 'b') + ".test";
  EXPECT_EQ(
      X509_check_host(authority.issue(lengthy, key, kNow).get(), lengthy.c_str(), 0, 0, nullptr),
      1);
}

TEST(Authority, MakesCertificatesOfOneSize) {
  const auto authority = *Authority::read(Authority::create(kNow), kNow);
  const auto key = make_key();
  const int size = der_size(authority.issue("a.test", key, kNow));
  for (int i = 0; i < 50; ++i)
    ASSERT_EQ(der_size(authority.issue("a.test", key, kNow)), size);
}

TEST(Authority, RefusesWhatItCannotUse) {
  const auto pem = Authority::create(kNow);
  const auto other = Authority::create(kNow);
  EXPECT_TRUE(Authority::read(pem, kNow).has_value());
  EXPECT_FALSE(Authority::read({pem.certificate, other.key}, kNow).has_value());
  EXPECT_FALSE(Authority::read({"", ""}, kNow).has_value());
  EXPECT_FALSE(Authority::read(pem, kNow + std::chrono::days{4000}).has_value());
  EXPECT_FALSE(Authority::read(pem, kNow - std::chrono::days{2}).has_value());
}

TEST(Authority, OfASeedIsTheSameEveryTime) {
  const auto one = Authority::from_seed(1, kNow);
  const auto again = Authority::from_seed(1, kNow);
  const auto other = Authority::from_seed(2, kNow);
  EXPECT_EQ(one.pem().certificate, again.pem().certificate);
  EXPECT_EQ(one.pem().key, again.pem().key);
  EXPECT_NE(one.pem().key, other.pem().key);
  const auto key = one.make_server_key();
  const auto host = to_pem(one.issue("a.test", key, kNow));
  EXPECT_EQ(host, to_pem(again.issue("a.test", again.make_server_key(), kNow)));
  EXPECT_NE(host, to_pem(one.issue("b.test", key, kNow)));
  EXPECT_NE(host, to_pem(other.issue("a.test", other.make_server_key(), kNow)));
}

TEST(Authority, OfASeedIsReadByNobody) {
  const auto pem = Authority::from_seed(1, kNow).pem();
  EXPECT_TRUE(is_virtual_authority(pem.certificate));
  EXPECT_FALSE(Authority::read(pem, kNow).has_value());
  EXPECT_FALSE(is_virtual_authority(Authority::create(kNow).certificate));
  EXPECT_FALSE(is_virtual_authority("nonsense"));
}

}  // namespace
}  // namespace misproxy
