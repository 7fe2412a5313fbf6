#include "tls/spare_contexts.hpp"

namespace misproxy {

ClientContext SpareContexts::client(x509_st* ca, CivilTime now) {
  if (client_.use_count() == 1) {
    trust_another(client_, ca, now);
  } else {
    client_ = make_client_context(ca, now);
  }
  return client_;
}

ServerContext SpareContexts::server(const ServerSettings& settings) {
  const auto found = servers_.find(settings);
  if (found == servers_.end()) return nullptr;
  for (const auto& context : found->second) {
    if (context.use_count() == 1) return context;
  }
  return nullptr;
}

void SpareContexts::keep(const ServerSettings& settings, ServerContext context) {
  servers_[settings].push_back(std::move(context));
}

}  // namespace misproxy
