#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/endpoint.hpp"
#include "core/fields.hpp"
#include "core/time.hpp"
#include "fault/fault.hpp"

namespace misproxy {

/// What a scenario is and what it is for.
struct About {
  std::string id;       // lower case, digits and dashes; by custom the file's name without `.toml`
  std::string title;    // one line, for lists
  std::string teaches;  // a paragraph
  std::string article;  // the section of the article that shows it

  template <class Visitor>
  void visit(Visitor& v) {
    v.required("id", id);
    v.required("title", title);
    v.required("teaches", teaches);
    v.optional("article", article);
    v.check("id", is_id(id), "an id has lower-case letters, digits and dashes, 1 to 64 of them");
  }

  static bool is_id(std::string_view text);
};

/// Where the parties stand; the article's addresses unless the file says otherwise. The world
/// `live` has only loopback and leaves them to the captures.
struct Network {
  std::string client = "10.40.40.1";
  std::string proxy = "10.10.10.1:80";
  std::string origin = "72.163.4.161:443";

  template <class Visitor>
  void visit(Visitor& v) {
    v.optional("client", client);
    v.optional("proxy", proxy);
    v.optional("origin", origin);
    v.check("client", is_address(client), "an IPv4 or IPv6 address");
    v.check("proxy", is_address_and_port(proxy), "an address and a port, such as `10.10.10.1:80`");
    v.check("origin", is_address_and_port(origin),
            "an address and a port, such as `72.163.4.161:443`");
  }

  static bool is_address_and_port(std::string_view text);
};

/// The healthy proxy's limits. Reaching one closes the connection and leaves an event.
///
/// Units: `head_limit_bytes` of a request head with its final empty line; `head_timeout_ms` from
/// the connection, or from the last reply, to the end of the next head; `idle_timeout_ms` of a
/// tunnel in which nothing passes.
struct ProxySettings {
  std::int64_t head_limit_bytes = 32'768;
  Milliseconds head_timeout_ms{30'000};
  std::optional<Milliseconds> idle_timeout_ms;

  static constexpr Milliseconds kIdleTimeout{300'000};

  template <class Visitor>
  void visit(Visitor& v) {
    v.optional("head_limit_bytes", head_limit_bytes, Range{64, 1'048'576});
    v.optional("head_timeout_ms", head_timeout_ms, Range{1, 24LL * 3600 * 1000});
    v.optional("idle_timeout_ms", idle_timeout_ms, Range{1, 24LL * 3600 * 1000});
  }
};

/// A host that the embedded origin plays. `host` may be a glob; the certificate is made for the
/// host that was asked for. `tls` lists the versions that it speaks, "1.2" and "1.3".
struct OriginSettings {
  std::string host;
  std::int64_t port = 443;
  std::vector<std::string> tls{"1.2", "1.3"};

  template <class Visitor>
  void visit(Visitor& v) {
    v.required("host", host);
    v.optional("port", port, Range{1, 65'535});
    v.optional("tls", tls);
    v.check("host", is_host_or_glob(host),
            "a host name, an address, or a glob such as `*.cisco.com`");
    v.check("tls", are_tls_versions(tls), "a list of \"1.2\" and \"1.3\", at least one of them");
  }

  bool speaks(std::string_view version) const;
  static bool is_host_or_glob(std::string_view text);
  static bool are_tls_versions(const std::vector<std::string>& versions);
};

/// What the client does: the request to make through the proxy.
///
/// Units: `body_bytes` of a request body, sent with POST; `max_time_ms` until it gives up, absent
/// for the client's own limit.
struct ClientSettings {
  enum class Method { get, head, post };

  std::string url = "https://tools.cisco.com";
  Method method = Method::head;
  std::int64_t body_bytes = 0;
  std::optional<Milliseconds> max_time_ms;

  template <class Visitor>
  void visit(Visitor& v);
  static bool is_https_url(std::string_view text);
};

template <>
struct WordsOf<ClientSettings::Method> {
  static constexpr std::array<std::string_view, 3> words{"GET", "HEAD", "POST"};
};

template <class Visitor>
void ClientSettings::visit(Visitor& v) {
  v.optional("url", url);
  v.optional("method", method);
  v.optional("body_bytes", body_bytes, Range{0, 1LL << 40});
  v.optional("max_time_ms", max_time_ms, Range{1, 24LL * 3600 * 1000});
  v.check("url", is_https_url(url),
          "a URL such as `https://tools.cisco.com/path`, in printable ASCII");
  v.check_together("body_bytes", body_bytes == 0 || method == Method::post,
                   "a body goes with `method = \"POST\"`");
}

/// What curl reports, for versions from `from` (included) to `below` (not): the first entry that
/// covers a version counts for it. `http_code` and `http_connect` are 0 where curl prints 000;
/// `message` is a glob over the text of `%{errormsg}`, empty where curl has none.
struct CurlExpectation {
  std::optional<std::string> from;
  std::optional<std::string> below;
  std::int64_t exit = 0;
  std::int64_t http_connect = 0;
  std::int64_t http_code = 0;
  std::string message;

  template <class Visitor>
  void visit(Visitor& v) {
    v.optional("from", from);
    v.optional("below", below);
    v.required("exit", exit, Range{0, 255});
    v.required("http_connect", http_connect, Range{0, 999});
    v.required("http_code", http_code, Range{0, 999});
    v.optional("message", message);
    v.check("from", !from || is_version(*from), "a version such as \"8.20\"");
    v.check("below", !below || is_version(*below), "a version such as \"8.20\"");
  }

  /// `version`: `major.minor`, with whatever follows.
  bool covers(std::string_view version) const;
  static bool is_version(std::string_view text);
};

struct Expect {
  std::vector<CurlExpectation> curl;

  template <class Visitor>
  void visit(Visitor& v) {
    v.optional("curl", curl);
  }
};

/// A scenario file, checked whole: one behaviour, and what to expect of it.
struct Scenario {
  static constexpr std::int64_t kSchema = 1;

  About about;
  Network network;
  ProxySettings proxy;
  std::vector<OriginSettings> origins;
  std::vector<Fault> faults;
  ClientSettings client;
  Expect expect;

  template <class Visitor>
  void visit(Visitor& v) {
    std::int64_t schema = kSchema;
    v.required("schema", schema, Range{kSchema, kSchema});
    v.required("about", about);
    v.optional("network", network);
    v.optional("proxy", proxy);
    v.required("origin", origins);
    v.optional("fault", faults);
    v.optional("client", client);
    v.optional("expect", expect);
  }
};

}  // namespace misproxy
