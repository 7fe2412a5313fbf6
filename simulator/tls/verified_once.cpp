#include "tls/verified_once.hpp"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <string>

#include "core/ensure.hpp"

namespace misproxy {
namespace {

constexpr std::size_t kMostKept = 1000;

/// What one context found good, asked by the threads that share it.
class Verified {
 public:
  bool has(const std::string& question) {
    const std::lock_guard lock(mutex_);
    return good_.contains(question);
  }
  void add(std::string question) {
    const std::lock_guard lock(mutex_);
    if (good_.size() < kMostKept) good_.insert(std::move(question));
  }
  void clear() {
    const std::lock_guard lock(mutex_);
    good_.clear();
  }

 private:
  std::mutex mutex_;
  std::set<std::string> good_;
};

void forget(void*, void* verified, CRYPTO_EX_DATA*, int, long, void*) {
  delete static_cast<Verified*>(verified);
}

/// Where a context has its `Verified`, which OpenSSL ends with it.
int place() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, &forget);
  return index;
}

Verified* verified_by(const SSL_CTX* context) {
  return static_cast<Verified*>(SSL_CTX_get_ex_data(context, place()));
}

std::string wanted_host(X509_STORE_CTX* store) {
  X509_VERIFY_PARAM* wanted = X509_STORE_CTX_get0_param(store);
  if (const char* name = X509_VERIFY_PARAM_get0_host(wanted, 0)) return name;
  char* address = X509_VERIFY_PARAM_get1_ip_asc(wanted);
  std::string host = address != nullptr ? address : "";
  OPENSSL_free(address);
  return host;
}

void append_der(std::string& text, X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  ensure(size > 0, "i2d_X509");
  text.append(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
}

/// All that the answer depends on, besides what the context says: the host, the server's
/// certificate, and those that it sent along.
std::string question_of(X509_STORE_CTX* store) {
  std::string question = wanted_host(store) + '\0';
  append_der(question, X509_STORE_CTX_get0_cert(store));
  auto* sent = X509_STORE_CTX_get0_untrusted(store);
  for (int i = 0; i < sk_X509_num(sent); ++i)
    append_der(question, sk_X509_value(sent, i));
  return question;
}

int verify(X509_STORE_CTX* store, void*) {
  const auto* ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* verified = verified_by(SSL_get_SSL_CTX(ssl));
  auto question = question_of(store);
  if (verified->has(question)) {
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
  }
  const int result = std::max(X509_verify_cert(store), 0);
  if (result == 1) verified->add(std::move(question));
  return result;
}

}  // namespace

void forget_verified(ssl_ctx_st* context) { verified_by(context)->clear(); }

void verify_each_once(ssl_ctx_st* context) {
  ensure(SSL_CTX_set_ex_data(context, place(), new Verified) == 1, "SSL_CTX_set_ex_data");
  SSL_CTX_set_cert_verify_callback(context, &verify, nullptr);
}

}  // namespace misproxy
