#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/endpoint.hpp"
#include "http/response_reader.hpp"
#include "session/event.hpp"

namespace misproxy {

/// The request that opens a tunnel through a parent proxy. `credentials`: values of
/// Proxy-Authorization for it. Source: RFC 9110 sections 7.6.3, 9.3.6, 11.7.2.
std::string parent_request(const Endpoint& target, const std::vector<std::string>& credentials);

/// What a parent proxy says to a CONNECT, from its bytes as they come.
///
/// A 2xx is the tunnel's beginning, a 1xx is passed over. All else is the client's to see, as squid
/// and tinyproxy have it: the reply is collected, and passed on without the headers that concern
/// one connection alone (RFC 9110 section 7.6.1), its length told anew. Of a body there is at most
/// `kMostBody`.
class ParentReply {
 public:
  static constexpr std::size_t kMostHead = 64 * 1024;
  static constexpr std::size_t kMostBody = 64 * 1024;

  /// The tunnel is there; or it failed; or more has to come.
  enum class Said { more, yes, no };

  /// Takes bytes; what stands behind a 2xx is the tunnel's, and left in `bytes`.
  Said take(std::string_view& bytes);
  /// It has ended, or nothing more is waited for.
  Said end(Failed::Why why);
  /// Why not, where it said no.
  const Failed& failed() const { return failed_; }

 private:
  Said judge();
  Said decline();
  Said fail(Failed::Why why, std::string detail);
  void restart();

  std::optional<ResponseReader> reader_;
  std::string body_;
  Failed failed_{Failed::Why::garbage};
};

}  // namespace misproxy
