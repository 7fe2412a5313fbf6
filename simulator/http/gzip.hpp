#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace misproxy {

/// The gzip coding (RFC 1952, RFC 9110 section 8.4.1.3) as a pure transformation: bytes in, as they
/// come, and bytes out. The same input makes the same output however it is cut.
class Gzip {
 public:
  Gzip();
  ~Gzip();
  Gzip(Gzip&&) noexcept;
  Gzip& operator=(Gzip&&) noexcept;

  /// What comes of these bytes by now.
  std::string put(std::string_view bytes);
  /// What is left, at the end.
  std::string finish();

 private:
  struct Stream;
  std::string deflate(std::string_view bytes, int flush);

  std::unique_ptr<Stream> stream_;
};

/// Whether an `Accept-Encoding` takes gzip: RFC 9110 section 12.5.3.
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace misproxy
