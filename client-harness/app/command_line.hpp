#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/diagnose_options.hpp"
#include "app/exec_options.hpp"
#include "app/format.hpp"
#include "app/lab_options.hpp"
#include "app/listed_scenario.hpp"
#include "app/matrix_options.hpp"
#include "app/merge_options.hpp"
#include "app/probe_options.hpp"
#include "app/reproduce_options.hpp"
#include "app/run_options.hpp"
#include "app/teaching_options.hpp"
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

struct CaOptions {
  std::optional<std::string> ca_out;
  std::optional<std::string> client_certificate;
  std::optional<std::string> crl;
  std::optional<std::string> state_dir;
  bool renew = false;
  Format format = Format::text;
};

struct TraceOptions {
  enum class Print { digest, normal, show } print = Print::digest;
  std::string file;
  std::optional<std::string> host;
  bool injected_only = false;
};

struct CaptureOptions {
  enum class Print { text, html, svg };

  std::string file;
  Print print = Print::text;
  bool article = false;
  bool ladder = false;
  std::optional<std::size_t> columns;  // of the ladder; absent: the terminal's
};

/// What the command line asks for, or the exit code where there is nothing more to do: help was
/// printed, or one line that says what is wrong.
using CommandLine =
    std::variant<ServeOptions, RunOptions, CheckOptions, ListOptions, ShowOptions, SchemaOptions,
                 CaOptions, TraceOptions, CaptureOptions, DiagnoseOptions, AnonymizeOptions,
                 ProbeOptions, VerdictsOptions, ExplainOptions, MatrixOptions, ExecOptions,
                 LabOptions, ReproduceOptions, MergeOptions, LearnOptions, ExerciseOptions,
                 AnswerOptions, ExitCode>;

CommandLine parse_command_line(int argc, const char* const* argv);

}  // namespace misproxy::app
