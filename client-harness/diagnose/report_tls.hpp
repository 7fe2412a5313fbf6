#pragma once

#include "diagnose/observations.hpp"
#include "evidence/client_report.hpp"

namespace misproxy::diagnose {

// What a client's report tells of a connection's TLS.

/// By the messages that it names. Where no CONNECT was sent, TLS with the proxy itself is all that
/// there is.
void observe_told_tls(const evidence::LoggedConnection& logged, TlsSeen& tls);

/// By the client's last words, where it names no message. `by`: who sent an alert that they tell
/// of.
void observe_words_on_tls(End by, Connection& connection);

/// Where nothing shows TLS: curl waited for a response (exit code 52), or tells when TLS was there.
void note_tls_is_done(const evidence::ClientReport& report, Connection& connection);

}  // namespace misproxy::diagnose
