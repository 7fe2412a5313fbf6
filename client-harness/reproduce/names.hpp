#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/endpoint.hpp"

namespace misproxy::reproduce {

/// What of the evidence's text may stand in a scenario: names give way to examples (RFC 2606, RFC
/// 5737) but for the hosts that every management center goes to; of headers stays what clients and
/// the diagnosis heed. No credential, cookie or token ever stays.
class Names {
 public:
  explicit Names(bool keep) : keep_(keep) {}

  bool kept() const { return keep_; }
  /// One name for each host.
  std::string host(std::string_view real);
  /// Each `Name: value`, without those that say who it was.
  std::vector<std::string> headers(
      const std::vector<std::pair<std::string, std::string>>& headers) const;
  /// A reason phrase in plain words; empty where it is none.
  std::string reason(std::string_view reason) const;

 private:
  bool keep_;
  std::map<std::string, std::string, std::less<>> hosts_;
};

/// That every management center goes to: no secret of anybody. The article's, and Cisco's
/// documents'.
bool is_well_known(std::string_view host);

}  // namespace misproxy::reproduce
