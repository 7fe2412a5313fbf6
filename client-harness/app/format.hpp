#pragma once

namespace misproxy::app {

/// What stdout holds: text for a person, or one JSON object a line.
enum class Format { text, json };

}  // namespace misproxy::app
