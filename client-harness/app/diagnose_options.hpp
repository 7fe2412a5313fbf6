#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/format.hpp"
#include "core/exit_code.hpp"

namespace misproxy::app {

struct DiagnoseOptions {
  std::vector<std::string> files;  // `-`: standard input
  Format format = Format::text;
  std::optional<std::string> html;  // a page with pictures
  std::optional<std::string> svg;   // the ladder alone
};

struct AnonymizeOptions {
  std::vector<std::string> files;
  std::string out;  // a folder
  Format format = Format::text;
};

struct VerdictsOptions {
  Format format = Format::text;
};

struct ExplainOptions {
  std::string id;
  Format format = Format::text;
};

ExitCode diagnose(const DiagnoseOptions& options);
ExitCode anonymize(const AnonymizeOptions& options);
ExitCode verdicts(const VerdictsOptions& options);
ExitCode explain(const ExplainOptions& options);

}  // namespace misproxy::app
