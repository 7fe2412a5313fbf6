#include "http/gzip.hpp"

#include <zlib.h>

#include <array>

#include "core/ascii.hpp"
#include "core/ensure.hpp"

namespace misproxy {
namespace {

constexpr int kGzipWindow = 15 + 16;  // zlib's largest window, and gzip around it
constexpr int kMemory = 8;

/// `q=0`, `q=0.000`: not acceptable.
bool is_refused(std::string_view parameters) {
  const auto weight = without_blanks(parameters);
  if (!weight.starts_with("q=0") && !weight.starts_with("Q=0")) return false;
  return weight.substr(3).find_first_not_of(".0") == std::string_view::npos;
}

}  // namespace

struct Gzip::Stream {
  Stream() {
    const int result = deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, kMemory,
                                    Z_DEFAULT_STRATEGY);
    ensure(result == Z_OK, "deflateInit2");
  }
  ~Stream() { deflateEnd(&z); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  z_stream z{};
};

Gzip::Gzip() : stream_(std::make_unique<Stream>()) {}
Gzip::~Gzip() = default;
Gzip::Gzip(Gzip&&) noexcept = default;
Gzip& Gzip::operator=(Gzip&&) noexcept = default;

std::string Gzip::put(std::string_view bytes) { return deflate(bytes, Z_NO_FLUSH); }
std::string Gzip::finish() { return deflate({}, Z_FINISH); }

std::string Gzip::deflate(std::string_view bytes, int flush) {
  auto& z = stream_->z;
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib only reads them
  z.avail_in = static_cast<uInt>(bytes.size());
  std::string output;
  std::array<char, 16 * 1024> room;
  do {
    z.next_out = reinterpret_cast<Bytef*>(room.data());
    z.avail_out = static_cast<uInt>(room.size());
    ::deflate(&z, flush);
    output.append(room.data(), room.size() - z.avail_out);
  } while (z.avail_out == 0);
  return output;
}

/// A coding that is named counts before `*`.
bool accepts_gzip(std::string_view accept) {
  bool any = false;
  while (!accept.empty()) {
    const auto member = accept.substr(0, accept.find(','));
    accept.remove_prefix(std::min(member.size() + 1, accept.size()));
    const auto coding = without_blanks(member.substr(0, member.find(';')));
    const auto parameters =
        coding.size() < member.size() && member.find(';') != std::string_view::npos
            ? member.substr(member.find(';') + 1)
            : std::string_view();
    if (same_but_for_case(coding, "gzip") || same_but_for_case(coding, "x-gzip")) {
      return !is_refused(parameters);
    }
    if (coding == "*") any = !is_refused(parameters);
  }
  return any;
}

}  // namespace misproxy
