#include "app/stdout_use.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "live/ca_store.hpp"
#include "live/files.hpp"

namespace misproxy::app {

void StdoutUse::want(std::string_view flag, const std::optional<std::string>& path,
                     Content content) {
  if (!path || !is_stdout(*path)) return;
  by_path_ = true;
  claim(fmt::format("{} -", flag));
  if (content == Content::binary && isatty(STDOUT_FILENO) == 1 && why_.empty()) {
    why_ =
        fmt::format("{} - is binary, and stdout is a terminal: pipe it on, or give a PATH", flag);
  }
}

void StdoutUse::want(Format format) {
  if (format == Format::json) claim("--format json");
}

void StdoutUse::refuse_folder(std::string_view flag, const std::optional<std::string>& path) {
  if (path && is_stdout(*path) && why_.empty())
    why_ =
        fmt::format("{} - would be stdout, and it makes a folder: ./- is one of that name", flag);
}

void StdoutUse::claim(std::string who) {
  if (owner_.empty()) {
    owner_ = std::move(who);
  } else if (why_.empty()) {
    why_ = fmt::format("{} and {} both want stdout, which holds one thing: give one of them a PATH",
                       owner_, who);
  }
}

std::string write_output(const std::string& path, const std::string& text) {
  return fill_output(path, [&](int fd) { return live::write_all(fd, text); });
}

std::string fill_output(const std::string& path, const live::Filling& fill) {
  if (!is_stdout(path)) return live::fill_file(path, fill);
  if (fill(STDOUT_FILENO)) return {};
  return fmt::format("cannot write stdout: {}", live::reason(errno));
}

}  // namespace misproxy::app
