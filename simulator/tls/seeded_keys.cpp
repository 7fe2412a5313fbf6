#include "tls/seeded_keys.hpp"

#include "core/draw.hpp"
#include "tls/seeded_random.hpp"

namespace misproxy {

Catalogue& SeededKeys::catalogue() {
  if (!catalogue_) catalogue_.emplace(Authority::from_seed(seed_, now_), now_, log_);
  return *catalogue_;
}

ServerContext SeededKeys::server(const std::string& host, const std::vector<std::string>& tls) {
  return catalogue().context_for(host, tls);
}

ClientContext SeededKeys::client() {
  if (client_) return client_;
  RandomStream stream(draw(seed_, "client context", "", 0));
  const RandomScope scope(stream);
  client_ = make_client_context(catalogue().authority().certificate_pem(), now_);
  return client_;
}

}  // namespace misproxy
