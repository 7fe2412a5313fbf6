#pragma once

#include <string>
#include <string_view>

namespace misproxy::evidence {

/// What stands for a secret that is not shown.
constexpr std::string_view kHidden = "***";

/// A piece of evidence as it may be shown to anybody: passwords, tokens, cookies' values and what
/// proves them give way to `***`, wherever a client, a proxy or a shell writes them. Schemes and
/// the names of users stay: `http://alice:***@proxy:80`, `Basic *** (user alice)`.
///
/// Give it before it is cut, or what is left of a secret may not be known for one. What comes out
/// stays as it is when it is given again.
std::string redacted(std::string_view text);

/// A log of many lines as it may be kept: each by itself, so that a quote which one opens hides
/// nothing of the next.
std::string redacted_log(std::string_view log);

}  // namespace misproxy::evidence
