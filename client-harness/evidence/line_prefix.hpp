#pragma once

#include <string>

namespace misproxy::evidence {

/// A text without what somebody put around its lines on the way here: a mail's `> ` or `| `, an
/// indentation, line numbers (`cat -n`, `nl`, `grep -n`), the heads of syslog, blanks behind the
/// lines, NBSP and tabs for blanks, `&gt;` for `>`.
///
/// A prefix goes only where (nearly) every line has it, and what is left is a form that recognize
/// knows; so the `> ` of `curl -v` stays. The lines keep their numbers. Any other text comes back
/// as it was. Give a text as UTF-8 (to_utf8).
std::string without_prefixes(std::string text);

}  // namespace misproxy::evidence
