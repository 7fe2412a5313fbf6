#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/words.hpp"

namespace misproxy {

/// What a member of an object says; empty where it is absent or of another kind.
std::string text_of(const boost::json::object& object, std::string_view key);
std::optional<std::int64_t> number_of(const boost::json::object& object, std::string_view key);
bool truth_of(const boost::json::object& object, std::string_view key);
std::vector<std::string> texts_of(const boost::json::object& object, std::string_view key);
/// Null where it is no object.
const boost::json::object* object_at(const boost::json::object& object, std::string_view key);

/// The enumerator that its word means.
template <WordEnum Enum>
std::optional<Enum> word_of(const boost::json::object& object, std::string_view key) {
  return parse_word<Enum>(text_of(object, key));
}

}  // namespace misproxy
