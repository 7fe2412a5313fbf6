#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/format.hpp"
#include "core/exit_code.hpp"

namespace misproxy::app {

struct ProbeOptions {
  std::optional<std::string> proxy;  // as written; this or `config`
  std::optional<std::string> config;
  std::string url;
  std::optional<std::string> user;
  std::optional<std::string> password;
  std::optional<std::string> ca;   // absent: the system's
  std::optional<std::string> log;  // where the client's log goes
  std::int64_t timeout_ms = 300'000;
  Format format = Format::text;
};

ExitCode probe(const ProbeOptions& options);

}  // namespace misproxy::app
