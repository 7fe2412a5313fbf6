#include "support/real_server.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>

#include <chrono>
#include <filesystem>

#include "support/real_proxy.hpp"
#include "support/socket.hpp"

namespace misproxy::test {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kBound{30};

std::string configuration(const std::string& folder, std::uint16_t tls, std::uint16_t plain) {
  return fmt::format(
      "daemon off;\nmaster_process off;\npid {0}/nginx.pid;\nerror_log {0}/error.log;\n"
      "events {{ worker_connections 512; }}\n"
      "http {{\naccess_log off;\nclient_body_temp_path {0}/body;\nproxy_temp_path {0}/proxy;\n"
      "fastcgi_temp_path {0}/fastcgi;\nuwsgi_temp_path {0}/uwsgi;\nscgi_temp_path {0}/scgi;\n"
      "server {{\nlisten 127.0.0.1:{1} ssl;\nlisten [::1]:{1} ssl;\n"
      "listen 127.0.0.1:{2};\nlisten [::1]:{2};\n"
      "ssl_certificate {0}/cert.pem;\nssl_certificate_key {0}/key.pem;\nroot {0}/files;\n}}\n}}\n",
      folder, tls, plain);
}

}  // namespace

bool await_port(std::uint16_t port) {
  const auto until = std::chrono::steady_clock::now() + kBound;
  while (std::chrono::steady_clock::now() < until) {
    if (Socket(port).connected()) return true;
    ::poll(nullptr, 0, 10);
  }
  return false;
}

RealServer::RealServer() : tls_port_(free_port()), plain_port_(free_port()) {
  auto folder = (folder_ / "").string();
  folder.pop_back();
  fs::create_directory(folder_ / "files");
  const auto made =
      run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
           "-nodes", "-days", "2", "-subj", "/CN=real.test", "-addext",
           "subjectAltName=DNS:real.test,DNS:*.real.test,IP:127.0.0.1,IP:::1", "-keyout",
           folder + "/key.pem", "-out", folder + "/cert.pem"});
  EXPECT_EQ(made.code, 0) << made.err;
  put("small", "a real answer\n");
  const auto config = folder_.write("nginx.conf", configuration(folder, tls_port_, plain_port_));
  process_.emplace(std::vector<std::string>{"/usr/sbin/nginx", "-p", folder, "-e",
                                            folder + "/early.log", "-c", config});
  if (await_port(tls_port_)) return;
  process_->signal(SIGKILL);
  const auto end = process_->wait();
  ADD_FAILURE() << config << ": nginx does not listen\n" << end.out << end.err;
}

void RealServer::put(const std::string& name, const std::string& text) const {
  static_cast<void>(folder_.write("files/" + name, text));
}

}  // namespace misproxy::test
