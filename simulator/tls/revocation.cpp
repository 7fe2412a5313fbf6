#include "tls/revocation.hpp"

#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>

#include "core/ensure.hpp"
#include "tls/owned.hpp"
#include "tls/pem.hpp"

namespace misproxy {
namespace {

using Time = Owned<ASN1_TIME, ASN1_TIME_free>;
using GeneralizedTime = Owned<ASN1_GENERALIZEDTIME, ASN1_GENERALIZEDTIME_free>;
using List = Owned<X509_CRL, X509_CRL_free>;
using Basic = Owned<OCSP_BASICRESP, OCSP_BASICRESP_free>;
using Response = Owned<OCSP_RESPONSE, OCSP_RESPONSE_free>;
using Id = Owned<OCSP_CERTID, OCSP_CERTID_free>;

constexpr std::chrono::hours kSince{24};  // for so long it has been revoked

/// Ed25519, the virtual world's, hashes for itself.
const EVP_MD* digest_of(const Authority& authority) {
  return authority.is_virtual() ? nullptr : EVP_sha256();
}

Time asn1(CivilTime time) { return Time(ASN1_TIME_set(nullptr, time.time_since_epoch().count())); }

GeneralizedTime generalized(CivilTime time) {
  return GeneralizedTime(ASN1_GENERALIZEDTIME_set(nullptr, time.time_since_epoch().count()));
}

void add_entry(X509_CRL* list, const ASN1_INTEGER* serial, CivilTime when) {
  X509_REVOKED* entry = X509_REVOKED_new();
  X509_REVOKED_set_serialNumber(entry, const_cast<ASN1_INTEGER*>(serial));
  X509_REVOKED_set_revocationDate(entry, asn1(when).get());
  X509_CRL_add0_revoked(list, entry);
}

}  // namespace

std::string revocation_list(const Authority& authority, CivilTime now) {
  const Key key = make_weak_key();  // of a certificate that is made for its serial number alone
  const Leaf leaf{.names = {"revoked.invalid"},
                  .validity = {now - kSince, now},
                  .serial = std::string(kRevokedSerial)};
  const auto revoked = authority.issue(leaf, key);
  const List list(X509_CRL_new());
  X509_CRL_set_version(list.get(), X509_CRL_VERSION_2);
  X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(authority.certificate()));
  X509_CRL_set1_lastUpdate(list.get(), asn1(now - kSince).get());
  X509_CRL_set1_nextUpdate(list.get(), asn1(authority.validity().until).get());
  add_entry(list.get(), X509_get0_serialNumber(revoked.get()), now - kSince);
  ensure(X509_CRL_sign(list.get(), authority.key(), digest_of(authority)) > 0, "X509_CRL_sign");
  const Bio text = memory_bio();
  PEM_write_bio_X509_CRL(text.get(), list.get());
  return text_in(text);
}

std::string revoked_staple(const Authority& authority, const Certificate& certificate,
                           CivilTime now) {
  const Basic basic(OCSP_BASICRESP_new());
  const Id id(OCSP_cert_to_id(EVP_sha1(), certificate.get(), authority.certificate()));
  const auto since = generalized(now - kSince);
  const auto until = generalized(now + Authority::kServerLife);
  OCSP_basic_add1_status(basic.get(), id.get(), V_OCSP_CERTSTATUS_REVOKED,
                         OCSP_REVOKED_STATUS_KEYCOMPROMISE, since.get(), since.get(), until.get());
  ensure(OCSP_basic_sign(basic.get(), authority.certificate(), authority.key(),
                         digest_of(authority), nullptr, 0) == 1,
         "OCSP_basic_sign");
  const Response response(OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()));
  unsigned char* der = nullptr;
  const int size = i2d_OCSP_RESPONSE(response.get(), &der);
  ensure(size > 0, "i2d_OCSP_RESPONSE");
  std::string text(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return text;
}

}  // namespace misproxy
