#pragma once

#include <list>
#include <map>
#include <optional>
#include <utility>

namespace misproxy {

/// A map of a bounded size: where it is full, the entry that nobody has asked for longest makes
/// room for a new one.
template <class Key, class Value>
class RecentMap {
 public:
  explicit RecentMap(std::size_t most) : most_(most) {}

  std::size_t size() const { return entries_.size(); }

  /// The value, which counts as used now; null where there is none.
  Value* find(const Key& key) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return nullptr;
    by_use_.splice(by_use_.begin(), by_use_, found->second.place);
    return &found->second.value;
  }

  /// Puts in a value, in the place of an earlier one; returns the entry that it has pushed out.
  std::optional<std::pair<Key, Value>> put(const Key& key, Value value) {
    if (auto* earlier = find(key)) {
      *earlier = std::move(value);
      return std::nullopt;
    }
    auto pushed_out = make_room();
    const auto made = entries_.emplace(key, Entry{std::move(value), {}}).first;
    made->second.place = by_use_.insert(by_use_.begin(), &made->first);
    return pushed_out;
  }

 private:
  using ByUse = std::list<const Key*>;  // the latest first; of the keys in `entries_`
  struct Entry {
    Value value;
    typename ByUse::iterator place;
  };

  std::optional<std::pair<Key, Value>> make_room() {
    if (entries_.size() < most_ || entries_.empty()) return std::nullopt;
    const auto oldest = entries_.find(*by_use_.back());
    std::pair<Key, Value> gone{oldest->first, std::move(oldest->second.value)};
    by_use_.pop_back();
    entries_.erase(oldest);
    return gone;
  }

  std::size_t most_;
  std::map<Key, Entry> entries_;
  ByUse by_use_;
};

}  // namespace misproxy
