#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/message.hpp"

namespace misproxy::api {

/// The members of a request's JSON object, taken one by one; the first that is wrong is the
/// problem.
class Members {
 public:
  explicit Members(const std::string& body) {
    boost::system::error_code error;
    auto value = boost::json::parse(body, error);
    if (error) {
      fail(fmt::format("the body is no JSON: {}", error.message()));
    } else if (!value.is_object()) {
      fail("the body is no JSON object");
    } else {
      object_ = std::move(value.as_object());
    }
  }

  std::optional<std::string> text(std::string_view name) {
    const auto* value = take(name);
    if (value == nullptr) return std::nullopt;
    if (const auto* string = value->if_string()) return std::string(*string);
    fail(fmt::format("`{}` is no string", name));
    return std::nullopt;
  }

  std::optional<std::int64_t> whole(std::string_view name, std::int64_t least, std::int64_t most) {
    const auto* value = take(name);
    if (value == nullptr) return std::nullopt;
    const auto* number = value->if_int64();
    if (number != nullptr && *number >= least && *number <= most) return *number;
    fail(fmt::format("`{}` is no whole number from {} to {}", name, least, most));
    return std::nullopt;
  }

  std::optional<bool> flag(std::string_view name) {
    const auto* value = take(name);
    if (value == nullptr) return std::nullopt;
    if (const auto* flag = value->if_bool()) return *flag;
    fail(fmt::format("`{}` is neither true nor false", name));
    return std::nullopt;
  }

  /// Whatever it is.
  const boost::json::value* take(std::string_view name) {
    known_.push_back(name);
    return object_.if_contains(name);
  }

  void fail(std::string why) {
    if (!why_) why_ = std::move(why);
  }

  /// Once all that are known have been taken.
  std::optional<Response> wrong() {
    for (const auto& member : object_) {
      if (std::ranges::find(known_, std::string_view(member.key())) != known_.end()) continue;
      const std::string_view name = member.key();
      fail(fmt::format("there is no `{}` here{}", name, did_you_mean(name, known_)));
    }
    if (!why_) return std::nullopt;
    return problem(400, "bad-request", *why_);
  }

 private:
  boost::json::object object_;
  std::vector<std::string_view> known_;
  std::optional<std::string> why_;
};

}  // namespace misproxy::api
