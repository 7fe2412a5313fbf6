#pragma once

#include <string_view>

namespace misproxy::evidence {

/// What a file is that somebody gave instead of evidence.
struct OtherDocument {
  std::string_view name;  // `an executable (ELF)`; empty where it may well be evidence
  /// `never`: nothing in it is evidence. `quoted`: lines of a capture or of a client may stand in
  /// it, but its own words tell of no failure.
  enum class Holds { never, quoted } holds = Holds::quoted;
};

/// By its beginning and its shape. `bytes`: the file as it is; a text in UTF-8.
OtherDocument other_document(std::string_view bytes);

}  // namespace misproxy::evidence
