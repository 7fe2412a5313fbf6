#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/fields.hpp"
#include "core/life.hpp"
#include "core/outcome.hpp"
#include "core/words.hpp"

namespace misproxy {

/// What curl reports, for versions from `from` (included) to `below` (not): the first entry that
/// covers a version counts for it. `http_code` and `http_connect` are 0 where curl prints 000;
/// `message` is a glob over the text of `%{errormsg}`, which is empty where curl has none; absent,
/// it is not compared.
struct CurlExpectation {
  std::optional<std::string> from;
  std::optional<std::string> below;
  std::int64_t exit = 0;
  std::int64_t http_connect = 0;
  std::int64_t http_code = 0;
  std::optional<std::string> message;

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

/// What becomes of the built-in client. What is absent is not compared. `phase` is the last that it
/// reached; `http_connect` and `http_code` are 0 where no such answer came; `bytes` of the last
/// response's body; `attempts` that it made.
struct ClientExpectation {
  std::optional<ClientPhase> phase;
  std::optional<ClientError> error;
  std::optional<std::int64_t> http_connect;
  std::optional<std::int64_t> http_code;
  std::optional<std::int64_t> bytes;
  std::optional<std::int64_t> attempts;

  template <class Visitor>
  void visit(Visitor& v) {
    v.optional("phase", phase);
    v.optional("error", error);
    v.optional("http_connect", http_connect, Range{0, 999});
    v.optional("http_code", http_code, Range{0, 999});
    v.optional("bytes", bytes, Range{0});
    v.optional("attempts", attempts, Range{1});
  }

  bool says_something() const {
    return phase || error || http_connect || http_code || bytes || attempts;
  }
};

/// What becomes of a program of one's own (`--client exec:COMMAND`). `output` is a glob over its
/// stdout and stderr, without the line ends behind them.
struct ExecExpectation {
  std::optional<std::int64_t> exit;
  std::optional<std::string> output;

  template <class Visitor>
  void visit(Visitor& v) {
    v.optional("exit", exit, Range{0, 255});
    v.optional("output", output);
  }

  bool says_something() const { return exit || output; }
};

/// An event of the trace that must occur, or, with `never`, must not. All that is given must hold
/// for one event.
struct EventExpectation {
  std::string event;
  std::optional<Party> party;
  std::optional<Party> seen_by;
  std::optional<Cause> origin;
  std::optional<std::string> fault;
  bool never = false;

  template <class Visitor>
  void visit(Visitor& v) {
    v.required("event", event);
    v.optional("party", party);
    v.optional("seen_by", seen_by);
    v.optional("origin", origin);
    v.optional("fault", fault);
    v.optional("never", never);
  }
};

/// A request that a client must make, or, with `never`, must not. All that is given must hold for
/// one request, for the nth with `request`.
///
/// `at`: where it has come: at the proxy, CONNECTs and all, or at the embedded origin. `method`,
/// `target`: globs. `headers`: each a name that must be there, or `Name: glob` for its value;
/// `no_headers`: names that must not. `credentials`: the scheme of Proxy-Authorization, `none`
/// without; at the origin, of Authorization. `body_sha256`: of the body as it was sent. Secret
/// values (credentials, cookies, tokens) are known to nobody: they read `***`.
struct RequestExpectation {
  enum class At { proxy, origin };

  At at = At::proxy;
  std::optional<std::int64_t> request{};
  std::optional<std::string> method{};
  std::optional<std::string> target{};
  std::vector<std::string> headers{};
  std::vector<std::string> no_headers{};
  std::optional<std::string> credentials{};
  std::optional<std::string> body_sha256{};
  bool never = false;

  static constexpr std::array kHelps{
      KeyHelp{"at", "where it has come"},
      KeyHelp{"request", "which one of all that come there, from 1; absent, any"},
      KeyHelp{"method", "a glob"},
      KeyHelp{"target", "a glob over the request target, `host:port` of a CONNECT"},
      KeyHelp{"headers", "each a name that is there, or `Name: glob`"},
      KeyHelp{"no_headers", "names that are not there"},
      KeyHelp{"credentials", "the scheme of Proxy-Authorization, of Authorization at the origin"},
      KeyHelp{"body_sha256", "of the body as it was sent"},
      KeyHelp{"never", "no request is like that"},
  };

  template <class Visitor>
  void visit(Visitor& v);
  static bool are_names(const std::vector<std::string>& names);
  static bool are_patterns(const std::vector<std::string>& headers);
  static bool is_sha256(std::string_view text);
};

template <>
struct WordsOf<RequestExpectation::At> {
  static constexpr std::array<std::string_view, 2> words{"proxy", "origin"};
};

template <class Visitor>
void RequestExpectation::visit(Visitor& v) {
  v.optional("at", at);
  v.optional("request", request, Range{1});
  v.optional("method", method);
  v.optional("target", target);
  v.optional("headers", headers);
  v.optional("no_headers", no_headers);
  v.optional("credentials", credentials);
  v.optional("body_sha256", body_sha256);
  v.optional("never", never);
  v.check("headers", are_patterns(headers), "each is a name, or `Name: glob`");
  v.check("no_headers", are_names(no_headers), "each is a header's name alone");
  v.check("credentials", !credentials || !credentials->empty(),
          "a scheme such as \"Digest\", a glob, or \"none\"");
  v.check("body_sha256", !body_sha256 || is_sha256(*body_sha256),
          "64 hexadecimal digits in small letters");
}

/// What must come of a scenario. In every run, whatever its world and client, each fault must act,
/// except those whose ids stand in `may_not_fire`; of those in `one_fires`, at least one.
struct Expect {
  /// What the diagnosis must name, an id of `misproxy verdicts`; not compared where absent.
  std::optional<std::string> verdict;
  std::optional<ClientExpectation> client;
  std::vector<CurlExpectation> curl;
  std::optional<ExecExpectation> exec;
  std::vector<EventExpectation> event;
  std::vector<RequestExpectation> request;
  std::vector<std::string> may_not_fire;
  std::vector<std::string> one_fires;

  template <class Visitor>
  void visit(Visitor& v) {
    v.optional("verdict", verdict);
    v.optional("client", client);
    v.optional("curl", curl);
    v.optional("exec", exec);
    v.optional("event", event);
    v.optional("request", request);
    v.optional("may_not_fire", may_not_fire);
    v.optional("one_fires", one_fires);
    v.check("one_fires", one_fires.size() != 1,
            "of the faults that it names at least one acts: name two or more; a fault that stands "
            "in no list must act");
  }
};

}  // namespace misproxy
