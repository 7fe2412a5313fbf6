#include "plan/offset_watch.hpp"

#include <algorithm>

namespace misproxy {

void OffsetWatch::add(const Fault* fault, std::uint64_t offset) {
  const auto place =
      std::upper_bound(rules_.begin(), rules_.end(), offset,
                       [](std::uint64_t at, const Rule& rule) { return at < rule.offset; });
  rules_.insert(place, {fault, offset});
}

/// One that stands just behind the last byte acts with that byte: nothing more need come.
Cut OffsetWatch::scan(std::string bytes) {
  Cut cut;
  const auto end = passed_ + bytes.size();
  if (rules_.empty() || rules_.front().offset > end) {
    cut.pass = std::move(bytes);
    passed_ = end;
    return cut;
  }
  const auto rule = rules_.front();
  rules_.erase(rules_.begin());
  const auto size = rule.offset > passed_ ? rule.offset - passed_ : 0;
  cut.rest = bytes.substr(static_cast<std::size_t>(size));
  bytes.resize(static_cast<std::size_t>(size));
  cut.pass = std::move(bytes);
  passed_ += size;
  cut.fault = rule.fault;
  cut.offset = passed_;
  return cut;
}

}  // namespace misproxy
