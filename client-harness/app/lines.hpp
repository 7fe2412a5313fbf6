#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "app/say.hpp"

namespace misproxy::app {

/// Lines for stdout, held back until they are worth a write.
class Lines {
 public:
  void add(std::string_view line) {
    text_ += line;
    text_ += '\n';
    if (text_.size() >= kEnoughToPrint) flush();
  }
  void flush() { print(std::exchange(text_, {})); }

 private:
  static constexpr std::size_t kEnoughToPrint = 1 << 16;
  std::string text_;
};

}  // namespace misproxy::app
