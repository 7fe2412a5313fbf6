#pragma once

// The headers that nearly every library includes, read by the compiler once, where MISPROXY_UNITY
// is on. A file includes what it uses nevertheless: `dev` has neither.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>
