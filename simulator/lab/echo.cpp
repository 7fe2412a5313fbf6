#include "lab/echo.hpp"

#include "capture/checksum.hpp"
#include "capture/plain_packet.hpp"

namespace misproxy::lab {

std::string echo_of(std::string_view ip_bytes, const IpHead& head) {
  constexpr std::size_t kLeast = 8;
  constexpr char kRequest = 8;
  if (head.source.is_v6 || head.is_fragment || head.protocol != IpHead::kIcmp) return {};
  std::string echo(ip_bytes.substr(head.header_bytes));
  if (echo.size() < kLeast || echo[0] != kRequest) return {};
  echo[0] = echo[2] = echo[3] = 0;
  Checksum sum;
  sum.add(echo);
  echo[2] = static_cast<char>(sum.value() >> 8);
  echo[3] = static_cast<char>(sum.value() & 0xffU);
  return ipv4_packet(head.destination, head.source, IpHead::kIcmp, echo);
}

}  // namespace misproxy::lab
