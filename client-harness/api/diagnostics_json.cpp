#include "api/diagnostics_json.hpp"

#include "core/utf8.hpp"

namespace misproxy::api {

namespace json = boost::json;

json::array diagnostics_json(const std::vector<Diagnostic>& diagnostics) {
  json::array all;
  for (const auto& each : diagnostics) {
    all.push_back(json::object{{"severity", severity(each)},
                               {"line", each.line},
                               {"column", each.column},
                               {"message", as_utf8(each.message)},
                               {"hint", as_utf8(each.hint)}});
  }
  return all;
}

}  // namespace misproxy::api
