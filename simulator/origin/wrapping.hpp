#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/certificate_kind.hpp"
#include "session/action.hpp"
#include "tls/catalogue.hpp"

namespace misproxy {

/// What the bytes of an origin's connection are wrapped in: TLS, or nothing at all.
///
///     bytes -> take -> open -> what the client says
///     what the origin says -> seal -> take_output -> bytes
class Wrapping {
 public:
  /// `opening`: nothing can be said within it yet. `closed`: the client says no more within it,
  /// while the other direction may go on.
  enum class State { opening, open, closed, failed };

  virtual ~Wrapping() = default;
  virtual State state() const = 0;

  /// Takes bytes up to the first place from which anything follows, and returns how many: what
  /// becomes of them does not depend on how they were cut. `ready`: that place is reached.
  virtual std::size_t take(std::string_view bytes, ActionList& actions) = 0;
  virtual bool ready() const = 0;
  /// What was taken is none of it, and is judged when it ends, or when `Timer::limit` has fired.
  virtual bool stuck() const = 0;
  /// What the client says in what was taken.
  virtual std::string open(ActionList& actions) = 0;
  /// The client has gone, in a way that needs no word of the dialogue.
  virtual void gone(std::string_view how, ActionList& actions) = 0;

  virtual void seal(std::string_view words) = 0;
  /// An alert; false where it cannot be said.
  virtual bool alert(std::uint8_t level, std::uint8_t description) = 0;
  /// The last word that it has of its own.
  virtual void close() = 0;
  virtual std::string take_output(ActionList& actions) = 0;

  // Known once it is open.

  /// `h2`, `http/1.1`, or empty where nothing was agreed on.
  virtual std::string protocol() const { return {}; }
  /// The host that the client has asked for within it, or empty.
  virtual std::string server_name() const { return {}; }
  virtual std::string cipher() const { return {}; }
  /// Of the URLs of what it wraps, and the port that they need not name.
  virtual std::string_view scheme() const = 0;
  virtual std::uint16_t usual_port() const = 0;
};

/// TLS as `context` has it; nothing where there is none. `shown`: the scenario's certificate.
std::unique_ptr<Wrapping> make_wrapping(const ServerContext& context, CertificateKind shown);

}  // namespace misproxy
