#pragma once

#include <string>
#include <vector>

#include "app/command_tree.hpp"

namespace misproxy::app {

/// A manual page in the language of man(7).
struct ManPage {
  std::string name;  // `misproxy-trace-show`
  std::string text;
};

/// The program's page, and one a command.
std::vector<ManPage> man_pages(const CommandEntry& program);

}  // namespace misproxy::app
