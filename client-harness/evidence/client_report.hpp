#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace misproxy::evidence {

/// Where a fact stands. `quote`: the line as it is, or the packet as tcpdump would print it; cut
/// after 300 bytes, without control characters, valid UTF-8.
struct Citation {
  enum class Unit { packet, line };

  std::string file;  // as it was named to us
  Unit unit = Unit::line;
  std::uint64_t number = 0;  // from 1
  std::string quote;
};

/// A fact of a text, with its place.
template <class T>
struct Told {
  T value{};
  Citation where;
};

/// An HTTP head as a client's log prints it: `< HTTP/1.1 403 Forbidden` and the lines behind it.
struct LoggedResponse {
  int status = 0;
  std::string version;  // `HTTP/1.1`, `HTTP/2`
  std::string reason;
  std::vector<std::pair<std::string, std::string>> headers;  // names as they came
  Citation where;                                            // of the status line
  bool ended = false;                                        // the empty line was logged, too
};

struct LoggedRequest {
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;
  Citation where;
};

/// A TLS handshake message or alert that the log names.
struct LoggedTls {
  bool sent = false;  // (OUT)
  enum class Kind { handshake, alert, change_cipher } kind = Kind::handshake;
  std::string name;  // `Client hello`, `certificate expired`, in the log's words
  int code = 0;  // the handshake type; of an alert its description (0 to 255), -1 where not told
  bool fatal = false;  // an alert of that level, where it is told
  Citation where;
};

/// One connection of a client, as its log tells of it: from one `* Trying` to the next.
struct LoggedConnection {
  std::string server;  // `10.10.10.1`, as tried; a name where no address is told
  std::uint16_t port = 0;
  bool tls_to_proxy = false;  // an https:// proxy
  std::optional<Citation> trying;
  std::optional<Citation> connected;
  std::optional<Told<std::string>> failed;      // `Connection refused`, `No route to host`, ...
  std::optional<LoggedRequest> connect;         // the last CONNECT, where there were several
  std::optional<LoggedResponse> connect_reply;  // the last final answer to a CONNECT
  std::vector<LoggedResponse> earlier_replies;  // 407s before it, 1xx
  std::optional<Citation> tunnel;               // the tunnel is up: `CONNECT tunnel established`
  std::vector<LoggedTls> proxy_tls;             // with an https:// proxy itself, before the CONNECT
  std::vector<LoggedTls> tls;                   // with the origin
  std::optional<Told<std::string>> tls_done;    // `TLSv1.3 / TLS_AES_256_GCM_SHA384`
  std::optional<Told<std::string>> issuer;
  std::optional<Told<std::string>> subject;
  std::optional<Told<std::string>> starts;  // the certificate's dates, in the log's words
  std::optional<Told<std::string>> expires;
  std::optional<Told<std::string>> verify_error;  // `certificate has expired`
  std::optional<Told<std::string>> proxy_auth;  // `Digest`: `Proxy auth using Digest with user 'a'`
  std::optional<Told<std::string>> server_auth;   // `Basic`, for the origin: curl's -u
  std::optional<Told<std::string>> not_http;      // an answer's first line that is no status line
  std::optional<LoggedRequest> request;           // the last inside the tunnel, or without one
  std::optional<LoggedResponse> response;         // the last final answer to it
  std::vector<LoggedResponse> earlier_responses;  // redirects, 100
  std::optional<Told<std::uint64_t>> body_bytes;  // received, as far as the log tells
  std::optional<Told<std::string>> problem;       // the last `*` line that tells what went wrong
  bool ended = false;  // the log tells its end: closed, left intact, all saved
  /// No word says that it goes to a proxy, and the client is one that might go around it.
  bool may_be_direct = false;
  bool upstream = false;  // the proxy's own, to what is behind it
};

/// curl's %{time_...}, in seconds since its beginning; nothing where they are not told.
struct Timings {
  std::optional<double> connect;
  std::optional<double> appconnect;
  std::optional<double> starttransfer;
  std::optional<double> total;
};

/// What one program said of one piece of work: a `curl -v` or `--trace-ascii` log, wget's log, the
/// log of misproxy's own client. One report for each command or each end in the text.
struct ClientReport {
  std::string tool;                  // `curl`, `wget`
  std::string version;               // `7.88.1`, where told
  std::vector<std::string> command;  // words of the command line, where the log shows it
  std::optional<Citation> command_at;
  std::optional<Told<std::string>> proxy;  // as written: of -x, or of a variable that curl names
  std::optional<Told<std::string>> unresolved_proxy;  // the name; empty where not told
  std::optional<Told<std::string>> unresolved_host;
  /// No word says that the name is the proxy's: it is not the URL's.
  bool proxy_is_inferred = false;
  std::vector<LoggedConnection> connections;
  std::optional<Told<int>> exit;           // from `curl: (56)`, `# exit=56`, `exit=`
  std::optional<Told<std::string>> error;  // `CONNECT tunnel failed, response 403`
  std::optional<Told<std::chrono::milliseconds>> timed_out_after;
  /// Of the last body. From a progress meter that says `149k` they are rounded down.
  std::optional<Told<std::uint64_t>> bytes_received;
  std::optional<Told<std::uint64_t>> bytes_expected;  // `out of 400000 bytes`, Content-Length
  std::optional<Told<std::uint64_t>> bytes_missing;   // `with 160000 bytes remaining`
  std::optional<Told<std::uint64_t>> slower_than;     // bytes/s: `Operation too slow. Less than`
  std::optional<Told<int>> http_connect;              // -w
  std::optional<Told<int>> http_code;
  std::optional<Told<Timings>> timings;         // -w
  bool broken_off = false;                      // it ends where its writer was stopped
  bool interrupted = false;                     // ^C, exit 130, `Killed`
  std::optional<Told<std::uint64_t>> left_out;  // connections behind this report; the file's last
  std::uint64_t read = 0;                       // connections of the file, where some are left out
};

/// `/etc/sf/iprep_proxy.conf`, in the article's form.
struct ProxySettings {
  std::optional<Told<std::string>> host;
  std::optional<Told<std::string>> port;  // as written: it may be no number
  std::optional<Told<std::string>> user;
  bool has_password = false;
  std::vector<Told<std::string>> unknown;  // lines that are none of those
  std::string password;                    // to be used, and never to be shown
};

/// A line of `netstat -na` or `ss -tan`.
struct SocketRow {
  std::string local;  // `10.40.40.1:48584`
  std::string remote;
  std::string state;  // netstat's words: ESTABLISHED, SYN_SENT, CLOSE_WAIT; ss's are translated
  std::uint64_t receive_queue = 0;  // bytes
  std::uint64_t send_queue = 0;
  Citation where;
};

}  // namespace misproxy::evidence
