#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/challenge.hpp"

namespace misproxy {

/// The hash of HTTP Digest. SHA-512-256 is left out: curl 7.88 computes it wrongly.
enum class DigestHash { md5, sha_256 };

/// `none` is RFC 2069's form. `auth_int` covers the request's body, which here is always empty.
enum class DigestQop { none, auth, auth_int };

/// What a proxy asks for with `Digest` (RFC 7616 section 3.3), as far as misproxy can answer.
struct DigestChallenge {
  std::string realm;
  std::string nonce;
  std::optional<std::string> opaque;
  std::string algorithm;  // as the proxy spelled it; empty if it named none, and that is MD5
  DigestHash hash = DigestHash::md5;
  bool session = false;  // an algorithm that ends in -sess
  DigestQop qop = DigestQop::none;
  bool stale = false;     // the nonce was too old, and all else was right
  bool userhash = false;  // the user's name is to be sent hashed
};

/// `challenge` as Digest, or nothing if it is another scheme, has no nonce, or asks for an
/// algorithm or qop that is not supported (-sess without qop is not: no cnonce is sent there).
std::optional<DigestChallenge> supported_digest(const Challenge& challenge);

/// The request that a digest is good for. `uri` is the request target: `host:port` for CONNECT.
struct DigestRequest {
  std::string_view method;
  std::string_view uri;
};

/// The value of Proxy-Authorization that answers `challenge` (RFC 7616 section 3.4).
///
/// `cnonce`: the caller's, fresh for each request. `count`: of requests with this nonce, from 1.
/// Control characters in `user` are not sent: they would end the header's line.
std::string digest_credentials(const DigestChallenge& challenge, std::string_view user,
                               std::string_view password, DigestRequest request,
                               std::string_view cnonce, std::uint32_t count);

/// A client's answer, as the proxy reads it.
struct DigestAuthorization {
  DigestChallenge answered;  // realm, nonce, algorithm and so on as the client repeats them
  std::string username;      // hashed, if `answered.userhash`
  std::string uri;
  std::string cnonce;
  std::uint32_t count = 0;  // nc; 0 without qop
  std::string response;
};

/// The value of Proxy-Authorization, or nothing if it is not Digest or lacks what Digest needs
/// (with qop: cnonce, and nc of 8 hexadecimal digits in lower case, which stand in no quotes), or
/// if a parameter stands twice. The name may come as `username*` (RFC 5987).
std::optional<DigestAuthorization> parse_digest_authorization(std::string_view value);

/// Why it is nothing, in a few words that hold nothing of what was sent; empty where it is
/// something.
std::string digest_flaw(std::string_view value);

/// The name is this user's, hashed where it was sent so.
bool digest_names(const DigestAuthorization& authorization, std::string_view user);

/// The client knows the password of this user, and has said so for this request. What the header
/// says its target to be is not looked at.
bool digest_proves(const DigestAuthorization& authorization, std::string_view user,
                   std::string_view password, DigestRequest request);

/// The client knows the password, and this is its answer for this request.
///
/// Whether realm, nonce, algorithm and qop are those of the challenge, and whether the count rises,
/// is for the one who made the challenge to see. The target in the header must be the request's, or
/// credentials for one host would open another.
bool digest_is_right(const DigestAuthorization& authorization, std::string_view user,
                     std::string_view password, DigestRequest request);

}  // namespace misproxy
