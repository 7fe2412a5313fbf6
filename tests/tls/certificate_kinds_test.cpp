#include <fmt/format.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "support/moment.hpp"
#include "support/tls_talk.hpp"
#include "tls/catalogue.hpp"
#include "tls/hello_peek.hpp"
#include "tls/pem.hpp"
#include "tls/recipe.hpp"

namespace misproxy {
namespace {

using test::kNow;

std::string shown_in_virtual(CertificateKind kind) {
  Catalogue catalogue(Authority::from_seed(7, kNow), kNow);
  const auto context = catalogue.context_for("a.test", ServerSettings{.certificate = kind});
  Certificate copy(X509_dup(const_cast<X509*>(SSL_CTX_get0_certificate(context.get()))));
  return to_pem(copy);
}

/// What OpenSSL's client finds wrong.
long verified(CertificateKind kind, Authority authority) {
  const auto trusted = make_client_context(
      authority.certificate_pem(), authority.is_virtual() ? std::optional(kNow) : std::nullopt);
  Catalogue catalogue(std::move(authority), kNow);
  test::TlsTalk talk(trusted, catalogue.context_for("a.test", ServerSettings{.certificate = kind}),
                     "a.test");
  talk.shake_hands();
  return talk.client.verify_result();
}

TEST(CertificateKinds, AreTheSameBytesForASeed) {
  for (const auto& recipe : kRecipes) {
    if (recipe.weak_key || recipe.sha_1) continue;
    EXPECT_EQ(shown_in_virtual(recipe.kind), shown_in_virtual(recipe.kind)) << word(recipe.kind);
  }
  EXPECT_NE(shown_in_virtual(CertificateKind::good), shown_in_virtual(CertificateKind::expired));
}

TEST(CertificateKinds, AreFoundOutInTheVirtualWorldToo) {
  const auto found = [](CertificateKind kind) {
    return verified(kind, Authority::from_seed(1, kNow));
  };
  EXPECT_EQ(found(CertificateKind::good), X509_V_OK);
  EXPECT_EQ(found(CertificateKind::expired), X509_V_ERR_CERT_HAS_EXPIRED);
  EXPECT_EQ(found(CertificateKind::not_yet_valid), X509_V_ERR_CERT_NOT_YET_VALID);
  EXPECT_EQ(found(CertificateKind::wrong_host), X509_V_ERR_HOSTNAME_MISMATCH);
  EXPECT_EQ(found(CertificateKind::self_signed), X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
  EXPECT_EQ(found(CertificateKind::incomplete_chain), X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
  EXPECT_EQ(found(CertificateKind::untrusted_ca), X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN);
}

TEST(HelloPeek, SeesTheNameAndAnswersNothing) {
  ClientTls client(make_client_context("", kNow), "a.test");
  client.start();
  const auto hello = client.take_output();
  HelloPeek whole;
  EXPECT_EQ(whole.take(hello), HelloPeek::Seen::hello);
  EXPECT_EQ(whole.server_name(), "a.test");
  HelloPeek pieces;
  EXPECT_EQ(pieces.take(std::string_view(hello).substr(0, 100)), HelloPeek::Seen::nothing);
  EXPECT_EQ(pieces.take(std::string_view(hello).substr(100)), HelloPeek::Seen::hello);
  HelloPeek none;
  EXPECT_EQ(none.take("GET / HTTP/1.1\r\n\r\n"), HelloPeek::Seen::no_hello);
}

}  // namespace
}  // namespace misproxy
