#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/format.hpp"
#include "core/endpoint.hpp"
#include "core/exit_code.hpp"
#include "core/network_prefix.hpp"

namespace misproxy::app {

struct ServeOptions {
  std::vector<std::string> files;  // none: the bundled `allow`
  std::vector<Endpoint> listen;    // the Nth for the Nth file
  std::vector<NetworkPrefix> allow_clients;
  std::optional<Endpoint> api;
  std::optional<std::string> ready_file;
  std::optional<std::string> trace;
  std::optional<std::string> capture;
  bool drop_when_slow = false;
  bool splice = true;
  std::optional<std::string> ca_out;
  std::optional<std::string> state_dir;
  std::uint64_t seed = 1;
  std::size_t threads = 1;
  std::optional<std::uint64_t> exit_after;
  bool exit_with_parent = false;
  bool comments = true;  // in the capture
  bool lab = false;      // the world
  Format format = Format::text;
};

ExitCode serve(const ServeOptions& options);

}  // namespace misproxy::app
