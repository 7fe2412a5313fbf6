#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>

#include "core/ensure.hpp"
#include "packets/decoder.hpp"

namespace misproxy {
namespace {

using namespace std::string_view_literals;

class Gzip final : public Decoder {
 public:
  Gzip() { ensure(inflateInit2(&zlib_, 16 + MAX_WBITS) == Z_OK, "zlib has memory for a window"); }
  ~Gzip() override { inflateEnd(&zlib_); }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  Step step(std::string_view& in, char* out, std::size_t room, std::size_t& made) override {
    // It is only read, whatever the signature says.
    zlib_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    zlib_.avail_in = static_cast<uInt>(std::min<std::size_t>(in.size(), 1U << 30));
    zlib_.next_out = reinterpret_cast<Bytef*>(out);
    const auto most = zlib_.avail_out = static_cast<uInt>(std::min<std::size_t>(room, 1U << 30));
    const int result = inflate(&zlib_, Z_NO_FLUSH);
    in.remove_prefix(static_cast<std::size_t>(reinterpret_cast<char*>(zlib_.next_in) - in.data()));
    made = most - zlib_.avail_out;
    if (result == Z_STREAM_END) {
      inflateReset(&zlib_);
      return Step::between;
    }
    return result == Z_OK || result == Z_BUF_ERROR ? Step::more : Step::broken;
  }

  std::string why() const override { return zlib_.msg != nullptr ? zlib_.msg : "no gzip"; }

 private:
  z_stream zlib_{};
};

class Zstd final : public Decoder {
 public:
  Zstd() : zstd_(ZSTD_createDStream()) { ensure(zstd_ != nullptr, "zstd has memory"); }
  ~Zstd() override { ZSTD_freeDStream(zstd_); }
  Zstd(const Zstd&) = delete;
  Zstd& operator=(const Zstd&) = delete;

  Step step(std::string_view& in, char* out, std::size_t room, std::size_t& made) override {
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    ZSTD_outBuffer to{out, room, 0};
    result_ = ZSTD_decompressStream(zstd_, &to, &from);
    in.remove_prefix(from.pos);
    made = to.pos;
    if (ZSTD_isError(result_) != 0) return Step::broken;
    return result_ == 0 ? Step::between : Step::more;
  }

  std::string why() const override { return ZSTD_getErrorName(result_); }

 private:
  ZSTD_DStream* zstd_;  // which takes no window of more than 128 MiB
  std::size_t result_ = 0;
};

/// The magics of frames that are passed over, as `zstd --patch-from` and pzstd write them.
bool is_skippable(std::string_view begin) {
  return begin.size() >= 4 && (begin[0] & 0xF0) == 0x50 && begin.substr(1, 3) == "\x2a\x4d\x18"sv;
}

}  // namespace

Packing packing_of(std::string_view begin) {
  if (begin.starts_with("\x1f\x8b\x08"sv)) return Packing::gzip;
  if (begin.starts_with("\x28\xb5\x2f\xfd"sv) || is_skippable(begin)) return Packing::zstd;
  return Packing::none;
}

std::unique_ptr<Decoder> decoder_of(Packing packing) {
  switch (packing) {
    case Packing::none:
      return nullptr;
    case Packing::gzip:
      return std::make_unique<Gzip>();
    case Packing::zstd:
      return std::make_unique<Zstd>();
  }
  return nullptr;
}

}  // namespace misproxy
