#include <boost/json.hpp>

#include "app/say.hpp"
#include "app/scenario_options.hpp"
#include "scenario/json_schema.hpp"

namespace misproxy::app {

ExitCode schema(const SchemaOptions&) {
  print(boost::json::serialize(scenario_schema()) + "\n");
  return ExitCode::ok;
}

}  // namespace misproxy::app
