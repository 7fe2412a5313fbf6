#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "tls/record_units.hpp"

namespace misproxy {

/// The bytes of a TLS stream as its records, one after the other: what TLS makes of them does not
/// depend on how they were cut.
class WholeRecords {
 public:
  /// Gives each record that is whole by now to `take`, as long as that returns true; what is no TLS
  /// at once, as it comes.
  template <class Take>
  void feed(std::string_view bytes, const Take& take) {
    while (!bytes.empty()) {
      const auto taken = units_.take(bytes);
      record_ += bytes.substr(0, taken);
      bytes.remove_prefix(taken);
      if (!units_.complete() && !units_.lost()) return;
      if (!take(std::exchange(record_, {}))) return;
    }
  }

  /// The stream turned out not to be TLS.
  bool lost() const { return units_.lost(); }

 private:
  RecordUnits units_;
  std::string record_;  // what has come of the one under way
};

}  // namespace misproxy
