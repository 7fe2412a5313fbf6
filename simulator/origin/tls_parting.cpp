#include "origin/tls_parting.hpp"

#include <string>
#include <utility>

namespace misproxy {

void TlsParting::failed(const ServerTls& tls, ActionList& actions) {
  if (tls.alert_received() && asked_) return;
  actions.emplace_back(
      Note(point_, Party::client, Cause::peer, "tls-failed").with("why", tls.failure()));
  if (tls.alert_received()) gone(tls, "alert", actions);
}

void TlsParting::gone(const ServerTls& tls, std::string_view how, ActionList& actions) {
  if (asked_ || !tls.certificate_sent() || std::exchange(told_, true)) return;
  Note note(point_, Party::client, Cause::peer, "closed-after-certificate");
  note.measured.emplace_back("how", std::string(how));
  if (const auto alert = tls.alert_received())
    note.measured.emplace_back("alert", std::int64_t{*alert});
  if (shown_ != CertificateKind::good)
    note.fields.emplace_back("certificate", std::string(word(shown_)));
  actions.emplace_back(std::move(note));
}

}  // namespace misproxy
