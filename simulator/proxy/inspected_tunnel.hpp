#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/cast.hpp"
#include "http/request_reader.hpp"
#include "origin/tls_parting.hpp"
#include "proxy/inner_relay.hpp"
#include "proxy/origin_side.hpp"
#include "session/action.hpp"
#include "tls/client_tls.hpp"
#include "tls/hello_peek.hpp"
#include "tls/server_tls.hpp"
#include "tls/whole_records.hpp"

namespace misproxy {

/// What TLS inspection needs: whom it plays, and whom it believes.
struct InspectionKeys {
  /// What it shows clients of `host`, with a certificate of that kind; `http/1.1` inside.
  std::function<ServerContext(const std::string& host, CertificateKind kind)> show;
  /// What it holds an origin's certificate against.
  std::function<ClientContext()> check;
};

/// Where faults act inside: makes the one who shows the client that certificate and relays.
using MakeRelay =
    std::function<std::unique_ptr<InnerRelay>(const ServerContext& shown, CertificateKind kind)>;

/// The bytes of one tunnel under TLS inspection.
///
///     client ── ServerTls, or an InnerRelay ── plaintext ── ClientTls ── origin
///
/// It looks at the ClientHello first, then shakes hands with the origin in its name, and shows the
/// client a certificate for that name only when it knows that the origin's is good. One that is not
/// is answered for with a 503, inside. What is no TLS passes as it is, and so does all where the
/// origin speaks first.
class InspectedTunnel final : public OriginSide {
 public:
  /// Bytes of either side that wait for the other's handshake; past it the tunnel ends.
  static constexpr std::size_t kMostHeld = 256 * 1024;

  /// `host`: that the CONNECT names, for clients that send no SNI. `make_relay`: nothing where no
  /// fault acts inside.
  InspectedTunnel(const InspectionKeys& keys, std::string host, CertificateKind kind,
                  MakeRelay make_relay)
      : keys_(keys), host_(std::move(host)), kind_(kind), make_relay_(std::move(make_relay)) {}

  void tell(const Event& event) override;
  void from_client(std::string_view bytes) override;
  void from_origin(std::string_view bytes) override;
  void client_ended() override;
  void origin_ended(Ending how) override;
  ActionList take_actions() override;

 private:
  /// `listening`: for a ClientHello. `asking`: the origin shakes hands. `refusing`: it is not
  /// believed.
  enum class State { listening, asking, joined, refusing, plain, over };

  void listen(std::string_view bytes);
  void pass_plain();
  void bound_held();
  void ask_origin();
  void take_from_origin(std::string_view record);
  void show_client();
  void refuse(std::string why);
  void decrypt(std::string_view record);
  void client_failed();
  void answer(std::string_view plaintext);
  void finish(Ending how);
  void flush();
  void relay_on();
  void note(Note note) { actions_.emplace_back(std::move(note)); }

  const InspectionKeys& keys_;
  std::string host_;
  CertificateKind kind_;
  MakeRelay make_relay_;
  State state_ = State::listening;
  std::string heard_;  // from the client, before anybody answers it
  HelloPeek peek_;
  WholeRecords hello_records_;
  WholeRecords client_records_;
  WholeRecords origin_records_;
  std::unique_ptr<ServerTls> client_;  // this, once it is answered
  std::unique_ptr<InnerRelay> relay_;  // or this
  std::unique_ptr<ClientTls> origin_;
  std::string early_;  // plaintext of the origin's, before the client's handshake is done
  RequestReader request_{kMostHead};
  std::string why_;  // the origin is not believed
  TlsParting parting_{Point::tunnel};
  std::size_t secrets_told_ = 0;

  static constexpr std::size_t kMostHead = 32'768;
};

}  // namespace misproxy
