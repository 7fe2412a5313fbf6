// iprep_proxy.conf, and the tables of netstat and ss, up to the verdict.

#include "evidence/proxy_settings.hpp"
#include "evidence/socket_table.hpp"
#include "fuzz/judged.hpp"
#include "fuzz/target.hpp"

using namespace misproxy;

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const auto text = fuzz::text_of(bytes, count);
  diagnose::Observations seen;
  if (auto settings = evidence::read_proxy_settings(text, "fuzz.conf"))
    seen.settings.push_back(std::move(*settings));
  seen.sockets = evidence::read_socket_table(text, "fuzz.netstat");
  fuzz::require_good_diagnosis(seen);
  return 0;
}
