#include "evidence/curl_log.hpp"

#include "evidence/curl_lines.hpp"
#include "evidence/curl_session.hpp"

namespace misproxy::evidence {

std::vector<ClientReport> read_curl_log(std::string_view text, const std::string& file) {
  CurlSession session(file);
  for_each_log_line(text, [&session](const LogLine& line) { session.give(line); });
  return session.finish();
}

}  // namespace misproxy::evidence
