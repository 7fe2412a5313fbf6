#include "app/serve_outputs.hpp"

#include <fmt/format.h>

#include "app/output_files.hpp"
#include "app/stdout_use.hpp"

namespace misproxy::app {
namespace {

std::string refuse_stdout(const ServeOptions& options) {
  StdoutUse out;
  out.want("--ready-file", options.ready_file);
  out.want("--trace", options.trace);
  out.want("--capture", options.capture, StdoutUse::Content::binary);
  out.want("--ca-out", options.ca_out);
  out.want(options.format);
  return out.why();
}

/// A flag about an output that there is none of would be one that nobody heeds.
std::string refuse_idle_flags(const ServeOptions& options) {
  const bool records = options.trace || options.capture || options.format == Format::json;
  if (options.drop_when_slow && !records)
    return "--drop-when-slow is for what is recorded: add --trace PATH, --capture PATH or "
           "--format json";
  if (!options.comments && !options.capture)
    return "--no-comments is for a capture: add --capture PATH";
  return {};
}

}  // namespace

std::string refuse_serve_outputs(const ServeOptions& options) {
  OutputFiles files;
  files.want("--trace", options.trace);
  files.want("--ready-file", options.ready_file);
  files.want("--ca-out", options.ca_out);
  files.want("--capture", options.capture);
  auto why = refuse_stdout(options);
  if (why.empty()) why = refuse_idle_flags(options);
  if (why.empty()) why = files.refuse_scenarios(options.files);
  if (why.empty()) why = files.refuse_shared();
  return why;
}

}  // namespace misproxy::app
