#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "packets/decoder.hpp"

namespace misproxy {

/// Reads a packed file as the stream that it holds, with memory that does not grow with either.
class Unpacker {
 public:
  /// `begin`: what has been read of the file already, which this closes.
  Unpacker(std::FILE* file, std::string begin, Packing packing);
  /// Of bytes that outlive this.
  Unpacker(std::string_view bytes, Packing packing);
  ~Unpacker();
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;

  /// 0 at the end, and where it goes no further: `why` says which it was.
  std::size_t read(char* out, std::size_t room);
  /// Why the stream ends before its end: `its gzip data break off`.
  const std::optional<std::string>& why() const { return why_; }

 private:
  bool refill();
  std::size_t end(std::string why);

  std::FILE* file_ = nullptr;
  std::string piece_;
  std::string_view in_;  // what is left of it
  Packing packing_ = Packing::none;
  std::unique_ptr<Decoder> decoder_;  // null: it is not packed
  bool between_ = true;               // two members
  bool any_member_ = false;
  bool over_ = false;
  std::uint64_t taken_ = 0;
  std::uint64_t given_ = 0;
  std::optional<std::string> why_;
};

/// What an Unpacker gives, for a library that reads files; the Unpacker outlives it.
std::FILE* open_unpacked(Unpacker& unpacker);

/// What a packed text holds, up to `most` bytes and as far as it goes; anything else as it is.
struct Unpacked {
  std::string bytes;
  std::optional<std::string> why;  // it goes no further
  bool cut = false;                // there is more
};
Unpacked unpacked(std::string_view bytes, std::size_t most);

}  // namespace misproxy
