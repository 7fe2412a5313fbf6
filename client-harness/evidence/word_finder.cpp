#include "evidence/word_finder.hpp"

#include <deque>

#include "core/ascii.hpp"
#include "core/ensure.hpp"

namespace misproxy::evidence {

WordFinder::WordFinder(std::span<const std::string_view> words) {
  ensure(words.size() <= kMost, "each word has a bit");
  for (const auto word : words) {
    for (const char c : word) {
      auto& letter = letter_[static_cast<unsigned char>(c)];
      if (letter == 0) letter = static_cast<std::uint8_t>(letters_++);
    }
  }
  for (char c = 'A'; c <= 'Z'; ++c)
    letter_[static_cast<unsigned char>(c)] = letter_[static_cast<unsigned char>(lower(c))];
  next_.assign(letters_, 0);
  ends_.assign(1, {});
  for (std::size_t i = 0; i < words.size(); ++i)
    add(words[i], i);
  join();
  for (const auto& each : ends_)
    is_end_.push_back(each.any());
}

/// The words as a tree; 0 says that there is no branch, for none leads back to the root.
void WordFinder::add(std::string_view word, std::size_t index) {
  std::size_t state = 0;
  for (const char c : word) {
    const auto branch = state * letters_ + letter_[static_cast<unsigned char>(c)];
    if (next_[branch] == 0) {
      ensure(ends_.size() < 0x10000, "a state has a number of 16 bits");
      next_[branch] = static_cast<std::uint16_t>(ends_.size());
      next_.resize(next_.size() + letters_, 0);
      ends_.emplace_back();
    }
    state = next_[branch];
  }
  ends_[state].set(index);
}

/// Where there is no branch it goes on as behind the longest end of what was read that begins a
/// word, too.
void WordFinder::join() {
  std::vector<std::uint16_t> shorter(ends_.size(), 0);
  std::deque<std::uint16_t> open;
  for (std::size_t letter = 1; letter < letters_; ++letter) {
    if (next_[letter] != 0) open.push_back(next_[letter]);
  }
  while (!open.empty()) {
    const auto state = open.front();
    open.pop_front();
    const std::size_t back = shorter[state];
    ends_[state] |= ends_[back];
    for (std::size_t letter = 1; letter < letters_; ++letter) {
      auto& branch = next_[state * letters_ + letter];
      if (branch == 0) {
        branch = next_[back * letters_ + letter];
        continue;
      }
      shorter[branch] = next_[back * letters_ + letter];
      open.push_back(branch);
    }
  }
}

}  // namespace misproxy::evidence
