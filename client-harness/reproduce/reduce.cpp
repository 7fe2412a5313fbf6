#include "reproduce/reduce.hpp"

#include <algorithm>
#include <set>

namespace misproxy::reproduce {
namespace {

std::set<std::size_t> range(std::size_t begin, std::size_t end) {
  std::set<std::size_t> all;
  for (; begin < end; ++begin)
    all.insert(begin);
  return all;
}

/// One round with pieces of this size; true where one could be left out.
bool drop_pieces(Sketch& sketch, std::size_t size,
                 const std::function<bool(const Sketch&)>& holds) {
  bool dropped = false;
  for (std::size_t begin = 0; begin < sketch.parts();) {
    auto rest = sketch.without(range(begin, std::min(begin + size, sketch.parts())));
    if (holds(rest)) {
      sketch = std::move(rest);
      dropped = true;
    } else {
      begin += size;
    }
  }
  return dropped;
}

}  // namespace

Sketch reduce(Sketch sketch, const std::function<bool(const Sketch&)>& holds) {
  for (auto size = sketch.parts() / 2; size > 1; size /= 2)
    drop_pieces(sketch, size, holds);
  while (drop_pieces(sketch, 1, holds)) {
  }
  return sketch;
}

}  // namespace misproxy::reproduce
