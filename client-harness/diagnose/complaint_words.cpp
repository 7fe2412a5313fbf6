#include "diagnose/complaint_words.hpp"

#include <array>

#include "core/ascii.hpp"

namespace misproxy::diagnose {
namespace {

struct Words {
  std::string_view part;
  Complaint complaint;
  std::string_view source;
};

/// The first that is found counts.
constexpr auto kWords = std::to_array<Words>({
    {"was not closed cleanly", Complaint::truncated, "curl, a stream of HTTP/2"},
    {"redirects followed", Complaint::redirects, "curl"},
    {"redirections exceeded", Complaint::redirects, "wget"},
    {"too many redirects", Complaint::redirects, "Python, Java"},
    {"too slow", Complaint::too_slow, "curl"},
    {"bytes remaining to read", Complaint::truncated, "curl"},
    {"end of response with", Complaint::truncated, "curl"},
    {"read error at byte", Complaint::truncated, "wget"},
    {"closed at byte", Complaint::truncated, "wget"},
    {"hex-length", Complaint::truncated, "curl: the rest of a chunked body cannot be read"},
    {"hexadecimal sequence", Complaint::truncated, "curl"},
    {"hexadecimal number", Complaint::truncated, "curl"},
    {"incompleteread", Complaint::truncated, "Python"},
    {"timed out", Complaint::timed_out, "strerror"},
    {"timeout", Complaint::timed_out, "all"},
    {"time-out", Complaint::timed_out, "all"},
    {"did not properly respond", Complaint::timed_out, "Windows, 10060"},
    {"10060", Complaint::timed_out, "Windows"},
    {"refused", Complaint::refused, "strerror"},
    {"no route to host", Complaint::unreachable, "strerror"},
    {"host is unreachable", Complaint::unreachable, "strerror"},
    {"unreachable host", Complaint::unreachable, "Windows"},
    {"network is unreachable", Complaint::unreachable, "strerror"},
    {"reset by peer", Complaint::reset, "strerror"},
    {"connection was reset", Complaint::reset, "curl"},
    {"connection reset", Complaint::reset, "Java, Go"},
    {"econnreset", Complaint::reset, "Node"},
    {"forcibly closed", Complaint::reset, "Windows, 10054"},
    {"10054", Complaint::reset, "Windows"},
    {"broken pipe", Complaint::reset, "strerror"},
    {"client closed", Complaint::interrupted, "nginx, 499"},
    {"empty reply", Complaint::closed, "curl"},
    {"connect aborted", Complaint::closed, "curl"},
    {"ssl_error_syscall", Complaint::closed, "OpenSSL"},
    {"ssl_error_zero_return", Complaint::closed, "OpenSSL"},
    {"failed to receive handshake", Complaint::closed, "Schannel"},
    {"close notify in the handshake", Complaint::closed, "misproxy"},
    {"unexpected eof", Complaint::closed, "OpenSSL"},
    {"connection closed", Complaint::closed, "all"},
    {"closed connection", Complaint::closed, "Python"},
    {"closed the connection", Complaint::closed, "all"},
    {"badstatusline", Complaint::closed, "Python"},
    {"socket hang up", Complaint::closed, "Node"},
    {"non-properly terminated", Complaint::closed, "GnuTLS"},
    {"no data received", Complaint::closed, "wget"},
    {"server closed", Complaint::closed, "all"},
    {"callback aborted", Complaint::interrupted, "curl"},
    {"interrupted", Complaint::interrupted, "all"},
    // glibc's strerror, as its translations have it.
    {"Verbindungsaufbau abgelehnt", Complaint::refused, "de"},
    {"Connexion refus", Complaint::refused, "fr"},
    {"Conexión rehusada", Complaint::refused, "es"},
    {"Conexão recusada", Complaint::refused, "pt_BR"},
    {"Connessione rifiutata", Complaint::refused, "it"},
    {"В соединении отказано", Complaint::refused, "ru"},
    {"接続を拒否されました", Complaint::refused, "ja"},
    {"拒绝连接", Complaint::refused, "zh_CN"},
    {"連線被拒絕", Complaint::refused, "zh_TW"},
    {"Wartezeit für die Verbindung ist abgelaufen", Complaint::timed_out, "de"},
    {"expiration du délai d'attente", Complaint::timed_out, "fr"},
    {"Expiró el tiempo de conexión", Complaint::timed_out, "es"},
    {"Connessione scaduta", Complaint::timed_out, "it"},
    {"Время ожидания соединения истекло", Complaint::timed_out, "ru"},
    {"接続がタイムアウトしました", Complaint::timed_out, "ja"},
    {"连接超时", Complaint::timed_out, "zh_CN"},
    {"Kommunikationspartner zurückgesetzt", Complaint::reset, "de"},
    {"ré-initialisée par le correspondant", Complaint::reset, "fr"},
    {"Conexión reinicializada por la máquina remota", Complaint::reset, "es"},
    {"Соединение разорвано другой стороной", Complaint::reset, "ru"},
    {"接続が相手からリセットされました", Complaint::reset, "ja"},
    {"连接被对方重设", Complaint::reset, "zh_CN"},
    {"连接被对端重置", Complaint::reset, "zh_CN"},
    {"Keine Route zum Zielrechner", Complaint::unreachable, "de"},
    {"Aucun chemin d'accès pour atteindre l'hôte cible", Complaint::unreachable, "fr"},
    {"No existe ninguna ruta hasta el", Complaint::unreachable, "es"},
    {"Нет маршрута до узла", Complaint::unreachable, "ru"},
    {"没有到主机的路由", Complaint::unreachable, "zh_CN"},
});

}  // namespace

Complaint complaint_of(std::string_view words) {
  for (const auto& each : kWords) {
    if (holds_in_any_case(words, each.part)) return each.complaint;
  }
  return Complaint::none;
}

}  // namespace misproxy::diagnose
