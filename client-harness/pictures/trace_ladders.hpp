#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "pictures/rungs.hpp"
#include "trace/event.hpp"

namespace misproxy::pictures {

/// The connections of a proxy as ladders, from its events as they come. Memory is bounded: the last
/// connections are kept, and of a long one its beginning and its end.
class TraceLadders {
 public:
  static constexpr std::size_t kMost = 20;   // connections
  static constexpr std::size_t kRows = 100;  // of one, from its beginning and from its end

  void take(const TraceLine& line, std::uint64_t number);

  struct Connection {
    Connection(std::int64_t which, std::uint64_t where)
        : number(which), order(where), rungs(ladder, kRows) {}
    std::int64_t number;
    std::uint64_t order;  // of all that were seen, from 1: numbers may begin anew
    Ladder ladder;
    Rungs rungs;
  };
  /// The oldest first.
  const std::deque<std::unique_ptr<Connection>>& connections() const { return connections_; }
  std::uint64_t left_out() const { return left_out_; }  // older connections

 private:
  Connection* find(std::int64_t number);
  Connection* open(std::int64_t number);

  std::deque<std::unique_ptr<Connection>> connections_;
  std::uint64_t left_out_ = 0;
  std::uint64_t opened_ = 0;
};

}  // namespace misproxy::pictures
