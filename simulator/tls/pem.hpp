#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tls/authority.hpp"

struct bio_st;
struct X509_name_st;

namespace misproxy {

struct BioDeleter {
  void operator()(bio_st* bio) const;
};
using Bio = std::unique_ptr<bio_st, BioDeleter>;

/// An empty BIO to write to; one to read `text` from, which has to outlive it.
Bio memory_bio();
Bio memory_bio(const std::string& text);
/// What was written.
std::string text_in(const Bio& bio);

/// In the words of `curl -v`: `CN=a.test`.
std::string text_of(const X509_name_st* name);

/// PEM texts (RFC 7468), and back; what does not read is nothing.
std::string to_pem(const x509_st* certificate);
std::string to_pem(const Certificate& certificate);
std::string to_pem(const Key& key);
std::vector<Certificate> certificates_in(const std::string& pem);
Key key_in(const std::string& pem);

}  // namespace misproxy
