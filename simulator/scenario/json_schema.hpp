#pragma once

#include <boost/json.hpp>

#include "scenario/description.hpp"

namespace misproxy {

/// What may stand at a key, as a JSON Schema.
boost::json::object schema_of(const KeyDescription& key);
/// The same of a table with all its keys.
boost::json::object schema_of(const TableDescription& table);

/// A schema of scenario files, from the description that the loader reads them by. It takes all
/// that the loader takes; of what the loader refuses it sees what stands in one key, or is missing.
///
/// Source: JSON Schema draft-07, which Taplo (and so VS Code's Even Better TOML) reads.
boost::json::object scenario_schema();

}  // namespace misproxy
