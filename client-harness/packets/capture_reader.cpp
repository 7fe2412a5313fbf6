#include "packets/capture_reader.hpp"

#include <fmt/format.h>
#include <pcap/pcap.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>
#include <utility>

#include "packets/link_layer.hpp"

namespace misproxy {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t kReadAtOnce = 256 * 1024;  // a capture may have gigabytes

CaptureError unreadable(const std::string& path, int error) {
  return {CaptureError::Kind::unreadable,
          fmt::format("cannot read {}: {}", path, std::strerror(error))};
}

CaptureError no_capture(const std::string& path, std::string_view why) {
  return {CaptureError::Kind::broken,
          fmt::format("{}: not a pcap or pcapng capture: {}", path, why)};
}

/// The error that reading a file at `path` would end with, before libpcap puts it in its words.
int early_error(std::FILE* file) {
  struct stat status {};
  if (::fstat(::fileno(file), &status) != 0) return errno;
  return S_ISDIR(status.st_mode) ? EISDIR : 0;
}

std::string link_type_name(int link_type) {
  const auto* name = pcap_datalink_val_to_name(link_type);
  return name != nullptr ? name : "unnamed";
}

/// libpcap leaves seconds as the file has them, however many.
nanoseconds time_of(const timeval& stamp) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / kSecond - 1;
  const auto seconds = std::clamp<std::int64_t>(stamp.tv_sec, 0, kMost);
  const auto rest = std::clamp<std::int64_t>(stamp.tv_usec, 0, kSecond - 1);
  return nanoseconds(seconds * kSecond + rest);  // with nanosecond precision, whatever the name
}

}  // namespace

void CaptureReader::Close::operator()(pcap* file) const { pcap_close(file); }

CaptureReader::CaptureReader(std::string path, pcap* file, std::unique_ptr<Unpacker> unpacker)
    : path_(std::move(path)),
      unpacker_(std::move(unpacker)),
      file_(file),
      link_type_(pcap_datalink(file)) {}

std::variant<CaptureReader, CaptureError> CaptureReader::open(const std::string& path) {
  auto* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return unreadable(path, errno);
  if (const int error = early_error(file); error != 0) {
    std::fclose(file);
    return unreadable(path, error);
  }
  std::string begin(4, '\0');
  begin.resize(std::fread(begin.data(), 1, begin.size(), file));
  const auto packing = packing_of(begin);
  std::unique_ptr<Unpacker> unpacker;
  if (packing != Packing::none || std::fseek(file, 0, SEEK_SET) != 0) {  // or a pipe
    unpacker = std::make_unique<Unpacker>(file, std::move(begin), packing);
    file = open_unpacked(*unpacker);
    if (file == nullptr) return unreadable(path, errno);
  }
  // glibc heeds the size of a buffer that it is given only.
  auto buffer = std::make_unique<char[]>(kReadAtOnce);
  std::setvbuf(file, buffer.get(), _IOFBF, kReadAtOnce);
  auto opened = with(path, file, std::move(unpacker));
  if (auto* reader = std::get_if<CaptureReader>(&opened)) reader->buffer_ = std::move(buffer);
  return opened;
}

std::variant<CaptureReader, CaptureError> CaptureReader::of(const std::string& name,
                                                            std::string_view bytes) {
  if (bytes.empty()) return no_capture(name, "it is empty");
  std::unique_ptr<Unpacker> unpacker;
  if (const auto packing = packing_of(bytes); packing != Packing::none)
    unpacker = std::make_unique<Unpacker>(bytes, packing);
  // It is only read, whatever the signature says.
  auto* file = unpacker ? open_unpacked(*unpacker)
                        : ::fmemopen(const_cast<char*>(bytes.data()), bytes.size(), "rb");
  if (file == nullptr) return unreadable(name, errno);
  return with(name, file, std::move(unpacker));
}

std::variant<CaptureReader, CaptureError> CaptureReader::with(const std::string& path,
                                                              std::FILE* file,
                                                              std::unique_ptr<Unpacker> unpacker) {
  std::array<char, PCAP_ERRBUF_SIZE> why{};
  auto* capture =
      pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, why.data());
  if (capture == nullptr) {
    std::fclose(file);
    const bool torn = unpacker && unpacker->why();
    return no_capture(path, torn ? *unpacker->why() : why.data());
  }
  CaptureReader reader(path, capture, std::move(unpacker));  // and the file with it
  if (!is_known_link_type(reader.link_type_)) {
    return CaptureError{
        CaptureError::Kind::broken,
        fmt::format("{}: frames of link type {} ({}); misproxy reads Ethernet, Wi-Fi, raw IP, PPP, "
                    "Linux cooked, loopback, MPLS and NFLOG",
                    path, reader.link_type_, link_type_name(reader.link_type_))};
  }
  return reader;
}

std::optional<RawFrame> CaptureReader::next() {
  if (error_) return std::nullopt;
  pcap_pkthdr* header = nullptr;
  const unsigned char* bytes = nullptr;
  const int result = pcap_next_ex(file_.get(), &header, &bytes);
  if (result != 1) return end(result != PCAP_ERROR_BREAK);
  return RawFrame{++frames_,
                  time_of(header->ts),
                  std::max(header->len, header->caplen),
                  {reinterpret_cast<const char*>(bytes), header->caplen}};
}

/// What is wrong with the packing comes before what libpcap makes of it.
std::optional<RawFrame> CaptureReader::end(bool broken) {
  const bool torn = unpacker_ && unpacker_->why();
  if (broken || torn) {
    const auto* why = torn ? unpacker_->why()->c_str() : pcap_geterr(file_.get());
    error_ = {CaptureError::Kind::broken, fmt::format("{}: frame {}: {}", path_, frames_ + 1, why)};
  }
  return std::nullopt;
}

}  // namespace misproxy
