#pragma once

#include <string>
#include <variant>

namespace misproxy {

/// The path of a program by its name, looked up in PATH where there is no slash in it; or the exit
/// code by which a shell says that there is none (127), or that it can't be run (126).
/// Source: POSIX.1-2017, Shell Command Language, section 2.8.2.
std::variant<std::string, int> program_path(const std::string& name);

}  // namespace misproxy
