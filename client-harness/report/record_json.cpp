#include "report/record_json.hpp"

#include <boost/json.hpp>

#include "core/utf8.hpp"

namespace misproxy {
namespace {

template <class Number>
boost::json::value known(const std::optional<Number>& number) {
  return number ? boost::json::value(*number) : boost::json::value(nullptr);
}

}  // namespace

boost::json::object record_json(const ClientRecord& record) {
  boost::json::array lies;
  for (const auto lie : record.lies)
    lies.emplace_back(word(lie));
  return {{"client", record.client},
          {"version", record.version},
          {"outcome", word(record.ending)},
          {"phase", word(record.phase)},
          {"status", known(record.status)},
          {"exit", record.exit},
          {"message", as_utf8(record.message)},
          {"bytes", known(record.bytes)},
          {"time_ms", std::chrono::duration_cast<std::chrono::milliseconds>(record.took).count()},
          {"lies", std::move(lies)}};
}

}  // namespace misproxy
