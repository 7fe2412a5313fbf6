#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/fields.hpp"
#include "core/life.hpp"
#include "core/outcome.hpp"

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

/// What must come of a scenario. In every run, whatever its world and client, each fault must act,
/// except those whose ids stand in `may_not_fire`; of those in `one_fires`, at least one.
struct Expect {
  /// What the diagnosis must name, an id of `misproxy verdicts`; not compared where absent.
  std::optional<std::string> verdict;
  std::optional<ClientExpectation> client;
  std::vector<CurlExpectation> curl;
  std::optional<ExecExpectation> exec;
  std::vector<EventExpectation> event;
  std::vector<std::string> may_not_fire;
  std::vector<std::string> one_fires;

  template <class Visitor>
  void visit(Visitor& v) {
    v.optional("verdict", verdict);
    v.optional("client", client);
    v.optional("curl", curl);
    v.optional("exec", exec);
    v.optional("event", event);
    v.optional("may_not_fire", may_not_fire);
    v.optional("one_fires", one_fires);
    v.check("one_fires", one_fires.size() != 1,
            "of the faults that it names at least one acts: name two or more; a fault that stands "
            "in no list must act");
  }
};

}  // namespace misproxy
