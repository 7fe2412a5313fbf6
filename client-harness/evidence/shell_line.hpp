#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace misproxy::evidence {

/// The words of a command as a shell takes them: quotes and backslashes honoured, nothing expanded.
/// A quote that never ends holds the rest.
std::vector<std::string> shell_words(std::string_view command);

/// A line on which somebody typed a command: `admin@fmc:~$ curl -v -x ...`, `# curl ...`, or the
/// command alone where it is surely one (`curl -x ...`).
struct ShellLine {
  std::string_view command;  // without the prompt
  std::string program;       // `curl`, `netstat`: without its folder, and without `sudo` and such
};

std::optional<ShellLine> shell_line(std::string_view line);

/// What a shell says of a program that a signal ended: `Killed`, `[1]+  Terminated  curl ...`,
/// `bash: line 1:   480 Killed   curl ...`.
bool tells_of_signal(std::string_view line);

/// The value of the last of these options, `-x` and `--proxy` for example: `-x V`, `-xV`, `-sxV`,
/// `--proxy V`, `--proxy=V`; nothing where none stands.
std::optional<std::string> option_value(const std::vector<std::string>& words, char letter,
                                        std::string_view name);

}  // namespace misproxy::evidence
