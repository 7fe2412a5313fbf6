#pragma once

#include <string_view>
#include <vector>

#include "core/life.hpp"
#include "scenario/description.hpp"

namespace misproxy {

/// All that a `[[fault]]` can say, from the rows of fault/points.hpp and the descriptions of
/// triggers and deeds.
struct FaultCatalogue {
  struct AtPoint {
    Point point;
    std::string_view sentence;
    std::vector<std::string_view> deeds;  // that may act there
  };
  struct DeedEntry {
    TableDescription table;
    std::vector<Point> points;  // at which it may act, with some of its words
  };

  TableDescription when;
  std::vector<AtPoint> points;
  std::vector<DeedEntry> deeds;
};

FaultCatalogue fault_catalogue();

}  // namespace misproxy
