#include "app/run_bundle.hpp"

#include <fmt/format.h>

#include <system_error>

#include "evidence/redact.hpp"
#include "live/files.hpp"
#include "report/json_report.hpp"
#include "trace/json_line.hpp"

namespace misproxy::app {

std::string write_bundle(const std::filesystem::path& folder, const Run& run) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fmt::format("cannot make {}: {}", folder.string(), error.message());
  std::string why;
  const auto write = [&](const char* name, const std::string& text) {
    auto failed = live::write_file(folder / name, text);
    if (why.empty()) why = std::move(failed);
  };
  write("trace.jsonl", to_json_lines(run.trace));
  if (!run.log.empty()) write("client.log", evidence::redacted_log(run.log));
  write("report.json", run_json(run.result) + "\n");
  return why;
}

}  // namespace misproxy::app
