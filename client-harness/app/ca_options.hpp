#pragma once

#include <optional>
#include <string>

#include "app/format.hpp"
#include "core/exit_code.hpp"

namespace misproxy::app {

struct CaOptions {
  std::optional<std::string> ca_out;
  std::optional<std::string> client_certificate;
  std::optional<std::string> crl;
  std::optional<std::string> state_dir;
  bool renew = false;
  Format format = Format::text;
};

ExitCode ca(const CaOptions& options);

}  // namespace misproxy::app
