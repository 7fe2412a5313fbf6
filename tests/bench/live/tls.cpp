#include "bench/live/tls.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <vector>

#include "core/ensure.hpp"

namespace misproxy::bench {
namespace {

constexpr std::size_t kRecord = 16 * 1024;

SSL_CTX* client_context() {
  static SSL_CTX* const context = [] {
    auto* made = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(made, TLS1_3_VERSION);
    SSL_CTX_set_ciphersuites(made, "TLS_AES_256_GCM_SHA384");
    return made;
  }();
  return context;
}

void seal_for(int fd, std::uint64_t bytes) {
  const std::array<unsigned char, 32> key{};
  std::array<unsigned char, 12> nonce{};
  const std::vector<unsigned char> plain(kRecord, 'x');
  std::vector<unsigned char> sealed(kRecord + 64);
  auto* cipher = EVP_CIPHER_CTX_new();
  EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), nullptr, key.data(), nonce.data());
  for (std::uint64_t sent = 0; sent < bytes; sent += kRecord) {
    int size = 0;
    ++nonce[0];
    EVP_EncryptInit_ex(cipher, nullptr, nullptr, nullptr, nonce.data());
    EVP_EncryptUpdate(cipher, sealed.data(), &size, plain.data(), kRecord);
    EVP_EncryptFinal_ex(cipher, sealed.data() + size, &size);
    EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, 16, sealed.data() + kRecord);
    if (!send_all(fd, {reinterpret_cast<const char*>(sealed.data()), kRecord + 16})) break;
  }
  EVP_CIPHER_CTX_free(cipher);
}

}  // namespace

TlsClient::TlsClient(Fd socket, const std::string& host)
    : socket_(std::move(socket)), ssl_(SSL_new(client_context()), &SSL_free) {
  SSL_set_fd(ssl_.get(), socket_.get());
  SSL_set_tlsext_host_name(ssl_.get(), host.c_str());
  ensure(SSL_connect(ssl_.get()) == 1, "a handshake that is measured failed");
}

std::uint64_t TlsClient::get(const std::string& host, const std::string& target,
                             std::uint64_t bytes) {
  const auto asked = fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n", target, host);
  SSL_write(ssl_.get(), asked.data(), static_cast<int>(asked.size()));
  std::vector<char> piece(kRecord);
  std::string head;
  std::uint64_t got = 0;
  while (got < bytes) {
    const int count = SSL_read(ssl_.get(), piece.data(), static_cast<int>(piece.size()));
    if (count <= 0) break;
    if (head.ends_with("\r\n\r\n")) {
      got += static_cast<std::uint64_t>(count);
      continue;
    }
    head.append(piece.data(), static_cast<std::size_t>(count));
    const auto end = head.find("\r\n\r\n");
    if (end == std::string::npos) continue;
    got += head.size() - end - 4;
    head.resize(end + 4);
  }
  return got;
}

TlsFloor::TlsFloor(std::uint64_t bytes_each) : child(begin_cipher(bytes_each)) {}

TlsFloor::TlsFloor(const std::string& certificate, const std::string& key)
    : child(begin_handshakes(certificate, key)) {}

Child TlsFloor::begin_cipher(std::uint64_t bytes) {
  const auto listening = listen_on_loopback(port);
  return Child([&] {
    while (true) {
      const Fd fd(::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (fd.is_open()) seal_for(fd.get(), bytes);
    }
  });
}

Child TlsFloor::begin_handshakes(const std::string& certificate, const std::string& key) {
  const auto listening = listen_on_loopback(port);
  return Child([&] {
    auto* context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_use_certificate_chain_file(context, certificate.c_str());
    SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM);
    while (true) {
      const Fd fd(::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC));
      auto* ssl = SSL_new(context);
      SSL_set_fd(ssl, fd.get());
      SSL_accept(ssl);
      SSL_free(ssl);
    }
  });
}

}  // namespace misproxy::bench
