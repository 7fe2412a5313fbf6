#include "tls/pem.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

namespace misproxy {

void BioDeleter::operator()(bio_st* bio) const { BIO_free(bio); }

Bio memory_bio() { return Bio(BIO_new(BIO_s_mem())); }

Bio memory_bio(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string text_in(const Bio& bio) {
  char* start = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &start);
  return {start, static_cast<std::size_t>(length)};
}

std::string text_of(const X509_name_st* name) {
  const Bio text = memory_bio();
  X509_NAME_print_ex(text.get(), name, 0, XN_FLAG_SEP_SPLUS_SPC);
  return text_in(text);
}

std::string to_pem(const X509* certificate) {
  const Bio text = memory_bio();
  PEM_write_bio_X509(text.get(), certificate);
  return text_in(text);
}

std::string to_pem(const Certificate& certificate) { return to_pem(certificate.get()); }

std::string to_pem(const Key& key) {
  const Bio text = memory_bio();
  PEM_write_bio_PKCS8PrivateKey(text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return text_in(text);
}

std::vector<Certificate> certificates_in(const std::string& pem) {
  const Bio text = memory_bio(pem);
  std::vector<Certificate> found;
  while (X509* certificate = PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr))
    found.emplace_back(certificate);
  ERR_clear_error();  // the end of the text is an error to OpenSSL
  return found;
}

Key key_in(const std::string& pem) {
  const Bio text = memory_bio(pem);
  Key key(PEM_read_bio_PrivateKey(text.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  return key;
}

}  // namespace misproxy
