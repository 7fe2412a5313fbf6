#include "report/record_json.hpp"

#include <boost/json.hpp>

#include "core/utf8.hpp"
#include "report/json_members.hpp"

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

ClientRecord read_record(const boost::json::object& object) {
  ClientRecord record;
  record.client = text_of(object, "client");
  record.version = text_of(object, "version");
  record.ending =
      word_of<ClientRecord::Ending>(object, "outcome").value_or(ClientRecord::Ending::failed);
  record.phase = word_of<ClientPhase>(object, "phase").value_or(ClientPhase::connect);
  record.status = number_of(object, "status");
  record.exit = static_cast<int>(number_of(object, "exit").value_or(0));
  record.message = text_of(object, "message");
  if (const auto bytes = number_of(object, "bytes"); bytes && *bytes >= 0)
    record.bytes = static_cast<std::uint64_t>(*bytes);
  record.took = std::chrono::milliseconds{number_of(object, "time_ms").value_or(0)};
  for (const auto& each : texts_of(object, "lies")) {
    if (const auto lie = parse_word<ClientRecord::Lie>(each)) record.lies.push_back(*lie);
  }
  return record;
}

}  // namespace misproxy
