#pragma once

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "packets/unpacker.hpp"

struct pcap;

namespace misproxy {

/// A frame as it stands in the file; `bytes` hold until the next is read.
struct RawFrame {
  std::size_t number = 0;           // from 1, as Wireshark counts
  std::chrono::nanoseconds time{};  // since 1970-01-01 00:00 UTC
  std::size_t length = 0;           // bytes that it had, of which `bytes` were captured
  std::string_view bytes;
};

/// Why a capture cannot be read, or not on from a frame, in one sentence that names the file.
struct CaptureError {
  enum class Kind { unreadable, broken } kind = Kind::broken;
  std::string sentence;
};

/// Reads the frames of a pcap or pcapng file, packed with gzip or zstd or not, one after the other,
/// however broken it may be.
class CaptureReader {
 public:
  static std::variant<CaptureReader, CaptureError> open(const std::string& path);
  /// A file that is at hand; `name` stands in its errors, and `bytes` outlive the reader.
  static std::variant<CaptureReader, CaptureError> of(const std::string& name,
                                                      std::string_view bytes);

  /// Nothing at the end, and where the file turns out broken: `error` says which it was.
  std::optional<RawFrame> next();
  /// A DLT_ number: what the frames begin with.
  int link_type() const { return link_type_; }
  const std::optional<CaptureError>& error() const { return error_; }

 private:
  struct Close {
    void operator()(pcap* file) const;
  };

  static std::variant<CaptureReader, CaptureError> with(const std::string& path, std::FILE* file,
                                                        std::unique_ptr<Unpacker> unpacker);
  CaptureReader(std::string path, pcap* file, std::unique_ptr<Unpacker> unpacker);
  std::optional<RawFrame> end(bool broken);

  std::string path_;
  std::unique_ptr<Unpacker> unpacker_;  // that gives the file
  std::unique_ptr<char[]> buffer_;      // of the file, which is closed before it goes
  std::unique_ptr<pcap, Close> file_;
  int link_type_ = 0;
  std::size_t frames_ = 0;
  std::optional<CaptureError> error_;
};

}  // namespace misproxy
