// One DNS message.

#include "packets/dns_message.hpp"

#include "fuzz/target.hpp"

using namespace misproxy;

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  evidence::WirePacket packet;
  std::string qname;
  evidence::read_dns_message(fuzz::text_of(bytes, count), packet, qname);
  fuzz::require(qname.size() <= 1024, "a name is no longer than RFC 1035 allows, as text");
  return 0;
}
