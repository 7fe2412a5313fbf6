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

std::string last_spare() {
  auto& buffers = spares();
  if (buffers.empty()) return {};
  auto last = std::move(buffers.back());
  buffers.pop_back();
  return last;
}

}  // namespace

std::string spare_buffer() {
  auto buffer = last_spare();
  buffer.clear();
  return buffer;
}

std::string spare_buffer(std::size_t size) {
  auto buffer = last_spare();
  buffer.resize(size);
  return buffer;
}

void keep_spare(std::string&& buffer) {
  const bool fits = buffer.capacity() >= kSmallest && buffer.capacity() <= kLargest;
  auto& buffers = spares();
  if (!fits || buffers.size() == kMost) return;
  buffers.push_back(std::move(buffer));
}

}  // namespace misproxy
