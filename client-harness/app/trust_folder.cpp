#include "app/trust_folder.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "live/files.hpp"
#include "tls/java_trust_store.hpp"

namespace misproxy::app {
namespace {

/// The CAs that OpenSSL's programs trust by themselves; empty where none are installed.
std::string system_bundle() {
  const auto* named = std::getenv("SSL_CERT_FILE");
  std::ifstream file(named == nullptr ? "/etc/ssl/certs/ca-certificates.crt" : named);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TrustFiles trust_files_in(const std::filesystem::path& folder) {
  const auto path_of = [&](const char* name) { return (folder / name).string(); };
  return {path_of("ca.pem"), path_of("ca-bundle.pem"), path_of("ca.p12"), kTrustStorePassword};
}

std::string write_trust_files(const TrustFiles& files, const std::string& ca) {
  auto why = live::write_file(files.ca, ca);
  if (why.empty()) why = live::write_file(files.bundle, system_bundle() + ca);
  return why.empty() ? live::write_file(files.java, java_trust_store(ca)) : why;
}

}  // namespace misproxy::app
