#include "tls/seeded_keys.hpp"

namespace misproxy {

Catalogue& SeededKeys::catalogue() {
  if (!catalogue_) catalogue_.emplace(Authority::from_seed(seed_, now_), now_, log_, spare_);
  return *catalogue_;
}

ServerContext SeededKeys::server(const std::string& host, const ServerSettings& settings) {
  if (settings.tls.empty()) return nullptr;
  return catalogue().context_for(host, settings);
}

ClientContext SeededKeys::client() {
  if (client_) return client_;
  auto* ca = catalogue().authority().anchor();
  client_ = spare_ != nullptr ? spare_->client(ca, now_) : make_client_context(ca, now_);
  return client_;
}

}  // namespace misproxy
