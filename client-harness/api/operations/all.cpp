#include "api/operations/families.hpp"

namespace misproxy::api {

const std::vector<Operation>& operations() {
  static const auto all = [] {
    std::vector<Operation> joined;
    for (const auto* family :
         {&scenario_operations(), &proxy_operations(), &event_operations(), &evidence_operations()})
      joined.insert(joined.end(), family->begin(), family->end());
    return joined;
  }();
  return all;
}

}  // namespace misproxy::api
