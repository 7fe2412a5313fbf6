#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "tls/authority.hpp"

struct X509_name_st;

namespace misproxy {

/// The parts of an X.509 certificate (RFC 5280 section 4.1), one after the other; `sign` is the
/// last, as it seals what is there.
using Serial = std::array<unsigned char, 16>;

/// Version, serial number, validity and key. Of the serial number the first two bits are replaced:
/// it is positive, and always of the same length.
Certificate new_certificate(const Key& key, Validity validity, Serial serial);

/// None where it is longer than a common name may be: the alternative name carries it.
void set_common_name(X509_name_st* name, std::string_view text);

/// An extension that says the same in every certificate: its text, a literal in OpenSSL's words
/// (x509v3_config(5)), is read once.
void add_constant(x509_st* certificate, int nid, const char* value);
/// Hosts and addresses that it is for.
void add_alternative_names(x509_st* certificate, const std::vector<std::string>& hosts);
/// The hash of its key.
void add_key_identifier(x509_st* certificate);
/// The hash of its issuer's key, as the issuer's certificate has it; empty where that is itself.
void add_issuers_key_identifier(x509_st* certificate, const x509_st* issuer);

void sign(x509_st* certificate, evp_pkey_st* key, bool sha_1 = false);
/// As if signed with Ed25519, and without a signature: for who trusts it anyway.
void leave_unsigned(x509_st* certificate);
bool is_signed(const x509_st* certificate);

bool is_ed25519(const evp_pkey_st* key);

}  // namespace misproxy
