#pragma once

#include <array>
#include <string>
#include <string_view>

#include "app/command_tree.hpp"
#include "core/words.hpp"

namespace misproxy::app {

enum class Shell { bash, zsh, fish };

/// A script by which that shell completes commands, flags, words of flags, ids of scenarios and of
/// verdicts, and files.
std::string completion_script(const CommandEntry& program, Shell shell);

}  // namespace misproxy::app

namespace misproxy {

template <>
struct WordsOf<app::Shell> {
  static constexpr std::array<std::string_view, 3> words{"bash", "zsh", "fish"};
};

}  // namespace misproxy
