#pragma once

#include <string>
#include <vector>

#include "app/format.hpp"
#include "app/listed_scenario.hpp"
#include "core/exit_code.hpp"

namespace misproxy::app {

struct CheckOptions {
  std::vector<std::string> paths;
  Format format = Format::text;
};

struct ListOptions {
  std::vector<std::string> paths;  // none: the bundled ones
  bool faults = false;             // what faults can say, in the place of scenarios
  bool clients = false;            // the real clients, in the place of scenarios
  ListFilter filter;
  Format format = Format::text;
};

struct ShowOptions {
  std::vector<std::string> ids;  // at least one
};

/// Of scenario files; there is one.
struct SchemaOptions {};

ExitCode check(const CheckOptions& options);
ExitCode list(const ListOptions& options);
ExitCode show(const ShowOptions& options);
ExitCode schema(const SchemaOptions& options);

}  // namespace misproxy::app
