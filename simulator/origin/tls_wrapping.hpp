#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "origin/tls_parting.hpp"
#include "origin/wrapping.hpp"
#include "tls/record_units.hpp"
#include "tls/server_tls.hpp"

namespace misproxy {

/// TLS, and what the trace tells of it.
class TlsWrapping final : public Wrapping {
 public:
  /// From the first byte that is no TLS, where less than a full record of it comes.
  static constexpr std::chrono::seconds kNoTlsLimit{5};

  TlsWrapping(const ServerContext& context, CertificateKind shown)
      : tls_(context), parting_(Point::tunnel, shown) {}

  State state() const override;

  std::size_t take(std::string_view bytes, ActionList& actions) override;
  bool ready() const override { return units_.complete(); }
  bool stuck() const override { return units_.lost() && !record_.empty(); }
  std::string open(ActionList& actions) override;
  void gone(std::string_view how, ActionList& actions) override {
    parting_.gone(tls_, how, actions);
  }

  void seal(std::string_view words) override { tls_.send(words); }
  bool alert(std::uint8_t level, std::uint8_t description) override {
    return tls_.alert(level, description);
  }
  void close() override { tls_.close(); }
  std::string take_output(ActionList& actions) override;

  std::string protocol() const override { return tls_.protocol(); }
  std::string server_name() const override { return tls_.server_name(); }
  std::string cipher() const override { return tls_.cipher(); }
  std::string_view scheme() const override { return "https"; }
  std::uint16_t usual_port() const override { return 443; }

 private:
  void note_hello(ActionList& actions);
  void note_handshake(ActionList& actions);

  ServerTls tls_;
  TlsParting parting_;
  RecordUnits units_;
  std::string record_;  // what has come of the record under way
  std::size_t secrets_told_ = 0;
  bool hello_told_ = false;
};

}  // namespace misproxy
