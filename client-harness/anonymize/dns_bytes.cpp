#include "anonymize/dns_bytes.hpp"

#include <algorithm>

#include "packets/byte_view.hpp"

namespace misproxy::anonymize {
namespace {

enum Type : std::uint16_t {
  kA = 1,
  kNs = 2,
  kCname = 5,
  kSoa = 6,
  kPtr = 12,
  kMx = 15,
  kAaaa = 28,
  kSrv = 33,
  kOpt = 41
};

class Message {
 public:
  Message(std::string_view message, Pseudonyms& pseudonyms)
      : bytes_(message), pseudonyms_(pseudonyms) {}

  std::string run() {
    if (bytes_.size() < 12) return std::string(bytes_.size(), '\0');
    const std::size_t questions = u16_at(bytes_, 4);
    const std::size_t records = u16_at(bytes_, 6) + u16_at(bytes_, 8) + u16_at(bytes_, 10);
    at_ = 12;
    for (std::size_t i = 0; i < questions && is_in(); ++i) {
      name();
      at_ += 4;
    }
    for (std::size_t i = 0; i < records && is_in(); ++i)
      record();
    blot(std::min(at_, bytes_.size()), bytes_.size());
    return std::move(bytes_);
  }

 private:
  bool is_in() const { return at_ < bytes_.size(); }
  void blot(std::size_t begin, std::size_t end) {
    std::fill(bytes_.begin() + static_cast<std::ptrdiff_t>(begin),
              bytes_.begin() + static_cast<std::ptrdiff_t>(end), '\0');
  }

  /// Its labels, up to the root or to a pointer, behind which it goes on where it was changed.
  void name() {
    std::string text;
    const auto begin = at_;
    bool whole = false;
    while (is_in()) {
      const auto size = u8_at(bytes_, at_++);
      if (size >= 0xC0) {
        ++at_;
        whole = true;
      }
      whole = whole || size == 0;
      if (whole || size > 63 || at_ + size > bytes_.size()) break;
      text += (text.empty() ? "" : ".") + bytes_.substr(at_, size);
      at_ += size;
    }
    if (!whole) return at_ = bytes_.size(), blot(begin, bytes_.size());
    put(begin, pseudonyms_.names.of_host(text));
  }

  void put(std::size_t at, std::string_view name) {
    while (!name.empty()) {
      const auto size = std::min(name.find('.'), name.size());
      name.copy(bytes_.data() + at + 1, size);
      at += size + 1;
      name.remove_prefix(std::min(size + 1, name.size()));
    }
  }

  void record() {
    name();
    if (at_ + 10 > bytes_.size()) return;
    const auto type = u16_at(bytes_, at_);
    const auto end = std::min<std::size_t>(at_ + 10 + u16_at(bytes_, at_ + 8), bytes_.size());
    at_ += 10;
    if (type == kA && end - at_ == 4)
      address(evidence::HostId::Family::v4, 4);
    else if (type == kAaaa && end - at_ == 16)
      address(evidence::HostId::Family::v6, 16);
    else if (type == kMx || type == kSrv)
      at_ = std::min(at_ + (type == kMx ? 2 : 6), end);
    const bool names = type == kNs || type == kCname || type == kPtr || type == kMx ||
                       type == kSrv || type == kSoa;
    if (names && at_ < end) name();
    if (type == kSoa && at_ < end) name();
    if (at_ < end && type != kOpt) blot(at_, end);
    at_ = end;
  }

  void address(evidence::HostId::Family family, std::size_t size) {
    evidence::HostId address;
    address.family = family;
    const auto begin = bytes_.begin() + static_cast<std::ptrdiff_t>(at_);
    std::copy_n(begin, size, address.bytes.begin());
    std::copy_n(pseudonyms_.addresses.of(address).bytes.begin(), size, begin);
    at_ += size;
  }

  std::string bytes_;
  Pseudonyms& pseudonyms_;
  std::size_t at_ = 0;
};

}  // namespace

std::string disguised_dns(std::string_view message, Pseudonyms& pseudonyms) {
  return Message(message, pseudonyms).run();
}

}  // namespace misproxy::anonymize
