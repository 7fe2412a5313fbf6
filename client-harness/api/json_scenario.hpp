#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>

namespace misproxy::api {

/// A scenario that is a JSON object, as TOML 1.0 with a line for each of its keys; nothing where it
/// has a null, which TOML has not.
std::optional<std::string> toml_of(const boost::json::object& scenario);

}  // namespace misproxy::api
