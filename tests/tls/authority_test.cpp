#include "tls/authority.hpp"

#include <gtest/gtest.h>
#include <openssl/x509v3.h>

#include "support/moment.hpp"
#include "tls/pem.hpp"

namespace misproxy {
namespace {

using test::kNow;

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

TEST(Authority, NamesTheFlaw) {
  const auto pem = Authority::create(kNow);
  const auto other = Authority::create(kNow);
  const auto flaw = [](const PemPair& pair, CivilTime now = kNow) {
    return Authority::flaw(pair, now);
  };
  EXPECT_EQ(flaw(pem), std::nullopt);
  EXPECT_EQ(flaw({"nonsense", pem.key}), AuthorityFlaw::no_certificate);
  EXPECT_EQ(flaw({pem.certificate, "nonsense"}), AuthorityFlaw::no_key);
  EXPECT_EQ(flaw({pem.certificate, other.key}), AuthorityFlaw::not_its_key);
  EXPECT_EQ(flaw(Authority::from_seed(1, kNow).pem()), AuthorityFlaw::virtual_);
  EXPECT_EQ(flaw(pem, kNow - std::chrono::days{2}), AuthorityFlaw::not_yet_valid);
  EXPECT_EQ(flaw(pem, kNow + std::chrono::days{4000}), AuthorityFlaw::expired);
  const auto key = make_key();
  const auto server = Authority::read(pem, kNow)->issue("a.test", key, kNow);
  EXPECT_EQ(flaw({to_pem(server), to_pem(key)}), AuthorityFlaw::no_authority);
}

/// Whether a client that trusts `authority` takes `certificate` at a time.
bool holds(const std::string& authority, const Certificate& certificate, CivilTime now) {
  const auto anchors = certificates_in(authority);
  X509_STORE* store = X509_STORE_new();
  X509_STORE_add_cert(store, anchors.front().get());
  X509_STORE_CTX* context = X509_STORE_CTX_new();
  X509_STORE_CTX_init(context, store, certificate.get(), nullptr);
  X509_STORE_CTX_set_time(context, 0, now.time_since_epoch().count());
  const bool good = X509_verify_cert(context) == 1;
  X509_STORE_CTX_free(context);
  X509_STORE_free(store);
  return good;
}

TEST(Authority, RenewedIsTrustedByOldAndNewAlike) {
  const auto before = Authority::create(kNow);
  const auto later = kNow + std::chrono::days{3600};
  const auto certificate = std::get<std::string>(Authority::renewed(before, later));
  const PemPair after{certificate, before.key};
  EXPECT_EQ(validity_of(certificate)->until, later + std::chrono::days{3649});
  EXPECT_NE(fingerprint_of(certificate), fingerprint_of(before.certificate));
  const auto key = make_key();
  const auto issued = Authority::read(after, later)->issue("a.test", key, later);
  EXPECT_TRUE(holds(before.certificate, issued, later));
  EXPECT_TRUE(holds(certificate, issued, later));
  const auto past_the_old = later + std::chrono::days{60};
  EXPECT_FALSE(holds(before.certificate, issued, past_the_old));
  EXPECT_TRUE(holds(certificate, issued, past_the_old));
}

TEST(Authority, RenewsWhatHasEnded) {
  const auto before = Authority::create(kNow);
  const auto later = kNow + std::chrono::days{5000};
  const auto certificate = std::get<std::string>(Authority::renewed(before, later));
  EXPECT_TRUE(Authority::read({certificate, before.key}, later).has_value());
  EXPECT_EQ(std::get<AuthorityFlaw>(Authority::renewed({before.certificate, ""}, later)),
            AuthorityFlaw::no_key);
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

TEST(Authority, OfASeedIsSignedWhereItIsShown) {
  const auto authority = Authority::from_seed(1, kNow);
  const auto* const anchor = authority.anchor();
  auto* const shown = authority.certificate();
  EXPECT_EQ(authority.certificate(), shown);
  EXPECT_EQ(X509_verify(shown, authority.key()), 1);
  const ASN1_BIT_STRING* signature = nullptr;
  X509_get0_signature(&signature, nullptr, anchor);
  EXPECT_EQ(ASN1_STRING_length(signature), 0);
  const auto signed_part = [](const x509_st* certificate) {
    unsigned char* der = nullptr;
    const int size = i2d_re_X509_tbs(const_cast<x509_st*>(certificate), &der);
    std::string part(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    return part;
  };
  EXPECT_EQ(signed_part(anchor), signed_part(shown));
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
