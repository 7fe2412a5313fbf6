#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/fields.hpp"
#include "core/time.hpp"
#include "core/words.hpp"
#include "fault/answer.hpp"

namespace misproxy {

/// What the client does: the request to make through the proxy, by CONNECT for a URL of https, and
/// else forwarded. Curl takes from this what it has a flag for; the built-in client takes all.
///
/// Units: `body_bytes` of a request body, sent with POST; `max_time_ms` for one attempt, absent for
/// no such limit. `attempts`: how often it tries in all, `retry_delay_ms` apart; `max_redirects`
/// that it follows; with `again_after_ms` it asks once more, on the same connection, after so long,
/// and curl at once. `headers`: one `Name: value` an entry, sent with each request but a CONNECT.
/// `proxy_tls`: whether it speaks TLS with the proxy; absent, as the proxy does. `follow`: whether
/// it follows redirects; absent, curl does not, and the built-in client does. Each phase has a
/// limit of its own: `resolve_ms`, `connect_ms` (TCP), `reply_ms` (from the CONNECT to the end of
/// its answer's head), `tls_ms`, `response_ms` (from the request to the end of its answer's head),
/// `idle_ms` (without a byte of a body); 0 is no limit.
struct ClientSettings {
  enum class Method { get, head, post };
  enum class Auth { none, basic, digest, any };

  static constexpr std::string_view kHost = "tools.cisco.com";

  std::string url = "https://" + std::string(kHost);
  Method method = Method::head;
  std::int64_t body_bytes = 0;
  std::optional<Milliseconds> max_time_ms;
  std::vector<std::string> headers;
  std::optional<bool> follow;
  std::optional<bool> proxy_tls;
  std::string proxy_user;
  std::string proxy_password;
  Auth proxy_auth = Auth::none;
  std::int64_t attempts = 3;
  Milliseconds retry_delay_ms{1'000};
  std::int64_t max_redirects = 5;
  std::optional<Milliseconds> again_after_ms;
  Milliseconds resolve_ms{10'000};
  Milliseconds connect_ms{15'000};
  Milliseconds reply_ms{30'000};
  Milliseconds tls_ms{30'000};
  Milliseconds response_ms{60'000};
  Milliseconds idle_ms{60'000};

  template <class Visitor>
  void visit(Visitor& v);
  static bool is_url(std::string_view text);

 private:
  template <class Visitor>
  void visit_limits(Visitor& v);
};

template <>
struct WordsOf<ClientSettings::Method> {
  static constexpr std::array<std::string_view, 3> words{"GET", "HEAD", "POST"};
};

template <>
struct WordsOf<ClientSettings::Auth> {
  static constexpr std::array<std::string_view, 4> words{"none", "basic", "digest", "any"};
};

template <class Visitor>
void ClientSettings::visit(Visitor& v) {
  v.optional("url", url);
  v.optional("method", method);
  v.optional("body_bytes", body_bytes, Range{0, 1LL << 40});
  v.optional("max_time_ms", max_time_ms, Range{1, 24LL * 3600 * 1000});
  v.optional("headers", headers);
  v.optional("follow", follow);
  v.optional("proxy_tls", proxy_tls);
  v.optional("proxy_user", proxy_user);
  v.optional("proxy_password", proxy_password);
  v.optional("proxy_auth", proxy_auth);
  v.optional("attempts", attempts, Range{1, 1'000});
  v.optional("max_redirects", max_redirects, Range{0, 100});
  visit_limits(v);
  v.check("url", is_url(url),
          "a URL such as `https://tools.cisco.com/path`, or one of `http://`, in printable ASCII");
  v.check("headers", Answer::all_are_fields(headers),
          "each header is `Name: value` in one line, or folded: `Name: value\\r\\n more`");
  v.check_together("body_bytes", body_bytes == 0 || method == Method::post,
                   "a body goes with `method = \"POST\"`");
  v.check_together("proxy_auth", proxy_auth == Auth::none || !proxy_user.empty(),
                   "credentials need `proxy_user`");
}

template <class Visitor>
void ClientSettings::visit_limits(Visitor& v) {
  const Range limit{0, 24LL * 3600 * 1000};
  v.optional("retry_delay_ms", retry_delay_ms, limit);
  v.optional("again_after_ms", again_after_ms, limit);
  v.optional("resolve_ms", resolve_ms, limit);
  v.optional("connect_ms", connect_ms, limit);
  v.optional("reply_ms", reply_ms, limit);
  v.optional("tls_ms", tls_ms, limit);
  v.optional("response_ms", response_ms, limit);
  v.optional("idle_ms", idle_ms, limit);
}

}  // namespace misproxy
