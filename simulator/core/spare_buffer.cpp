#include "core/spare_buffer.hpp"

#include <utility>
#include <vector>

namespace misproxy {
namespace {

constexpr std::size_t kMost = 4;
constexpr std::size_t kSmallest = 16 * 1024;
constexpr std::size_t kLargest = 128 * 1024;

std::vector<std::string>& spares() {
  thread_local std::vector<std::string> buffers;
  return buffers;
}

}  // namespace

std::string spare_buffer() {
  auto& buffers = spares();
  if (buffers.empty()) return {};
  auto last = std::move(buffers.back());
  buffers.pop_back();
  return last;
}

void keep_spare(std::string&& buffer) {
  const bool fits = buffer.capacity() >= kSmallest && buffer.capacity() <= kLargest;
  auto& buffers = spares();
  if (!fits || buffers.size() == kMost) return;
  buffer.clear();
  buffers.push_back(std::move(buffer));
}

}  // namespace misproxy
