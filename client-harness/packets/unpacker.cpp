#include "packets/unpacker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace misproxy {
namespace {

constexpr std::size_t kPiece = 256 * 1024;

/// What people capture shrinks to a hundredth at best, a file that is made to fill a disk to a
/// thousandth and less.
constexpr std::uint64_t kMostTimes = 250;
constexpr std::uint64_t kSmall = 256UL << 20;  // bytes: below, who cares

std::string_view name_of(Packing packing) { return packing == Packing::gzip ? "gzip" : "zstd"; }

ssize_t read_cookie(void* cookie, char* out, std::size_t room) {
  return static_cast<ssize_t>(static_cast<Unpacker*>(cookie)->read(out, room));
}

}  // namespace

Unpacker::Unpacker(std::FILE* file, std::string begin, Packing packing)
    : file_(file),
      piece_(std::move(begin)),
      in_(piece_),
      packing_(packing),
      decoder_(decoder_of(packing)),
      taken_(piece_.size()) {}

Unpacker::Unpacker(std::string_view bytes, Packing packing)
    : in_(bytes), packing_(packing), decoder_(decoder_of(packing)), taken_(bytes.size()) {}

Unpacker::~Unpacker() {
  if (file_ != nullptr) std::fclose(file_);
}

/// False at the end of the file, and where it cannot be read.
bool Unpacker::refill() {
  if (file_ == nullptr) return false;
  piece_.resize(kPiece);
  const auto count = std::fread(piece_.data(), 1, piece_.size(), file_);
  if (count == 0 && std::ferror(file_) != 0)
    why_ = fmt::format("it cannot be read on: {}", std::strerror(errno));
  piece_.resize(count);
  in_ = piece_;
  taken_ += count;
  return count > 0;
}

std::size_t Unpacker::end(std::string why) {
  over_ = true;
  if (!why_ && !why.empty()) why_ = std::move(why);
  return 0;
}

std::size_t Unpacker::read(char* out, std::size_t room) {
  while (!over_ && room > 0) {
    if (in_.empty() && !refill()) {
      const bool torn = decoder_ != nullptr && !between_;
      return end(torn ? fmt::format("its {} data break off", name_of(packing_)) : "");
    }
    if (decoder_ == nullptr) {
      const auto count = in_.copy(out, room);
      in_.remove_prefix(count);
      return count;
    }
    std::size_t made = 0;
    const auto step = decoder_->step(in_, out, room, made);
    given_ += made;
    if (step == Decoder::Step::broken) {
      if (between_ && any_member_) return end("");  // what stands behind the last member
      end(fmt::format("its {} data cannot be unpacked ({})", name_of(packing_), decoder_->why()));
      return made;
    }
    between_ = step == Decoder::Step::between;
    any_member_ = any_member_ || between_;
    if (given_ > kSmall && given_ / kMostTimes > taken_)
      return end(fmt::format("it unpacks to more than {} times its size, as no capture or log does",
                             kMostTimes));
    if (made > 0) return made;
  }
  return 0;
}

std::FILE* open_unpacked(Unpacker& unpacker) {
  cookie_io_functions_t functions{};
  functions.read = read_cookie;
  return ::fopencookie(&unpacker, "rb", functions);
}

Unpacked unpacked(std::string_view bytes, std::size_t most) {
  const auto packing = packing_of(bytes);
  if (packing == Packing::none)
    return {std::string(bytes.substr(0, most)), {}, bytes.size() > most};
  Unpacker unpacker(bytes, packing);
  Unpacked result;
  std::string piece(std::min(kPiece, most + 1), '\0');
  while (const auto count = unpacker.read(piece.data(), piece.size())) {
    result.bytes.append(piece, 0, count);
    result.cut = result.bytes.size() > most;
    if (result.cut) break;
  }
  result.bytes.resize(std::min(result.bytes.size(), most));
  result.why = unpacker.why();
  return result;
}

}  // namespace misproxy
