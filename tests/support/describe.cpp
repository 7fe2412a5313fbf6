#include "support/describe.hpp"

#include <fmt/format.h>

namespace misproxy::test {
namespace {

std::string visible(const std::string& bytes) {
  std::string text;
  for (const char c : bytes.substr(0, 200)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\r') {
      text += "\\r";
    } else if (c == '\n') {
      text += "\\n";
    } else if (byte < 0x20 || byte >= 0x7f) {
      fmt::format_to(std::back_inserter(text), "\\x{:02x}", byte);
    } else {
      text += c;
    }
  }
  return fmt::format("{} ({} bytes)", text, bytes.size());
}

struct Describe {
  std::string operator()(const HalfClose& a) const {
    return fmt::format("HalfClose {}", word(a.peer));
  }
  std::string operator()(const Leave& a) const { return fmt::format("Leave {}", word(a.peer)); }
  std::string operator()(const Secrets&) const { return "Secrets"; }
  std::string operator()(const Resolve& a) const { return "Resolve " + a.host; }
  std::string operator()(const Open& a) const { return "Open " + a.to.text(); }
  std::string operator()(const Send& a) const {
    return fmt::format("Send {} {}", word(a.peer), visible(a.bytes));
  }
  std::string operator()(const Hangup& a) const {
    return fmt::format("Hangup {} {}", word(a.peer), word(a.how));
  }
  std::string operator()(const Pause& a) const { return fmt::format("Pause {}", word(a.peer)); }
  std::string operator()(const Resume& a) const { return fmt::format("Resume {}", word(a.peer)); }
  std::string operator()(const StartTimer& a) const {
    return fmt::format("StartTimer {} {}ns", static_cast<int>(a.timer), a.after.count());
  }
  std::string operator()(const StopTimer& a) const {
    return fmt::format("StopTimer {}", static_cast<int>(a.timer));
  }
  std::string operator()(const CountAttempt& a) const { return "CountAttempt " + a.host; }
  std::string operator()(const Yield&) const { return "Yield"; }
  std::string operator()(const Note& a) const {
    std::string text = fmt::format("Note {} {} {} {} {}", word(a.point), word(a.party),
                                   word(a.cause), a.name, a.fault);
    for (const auto& fields : {a.fields, a.measured}) {
      for (const auto& [key, value] : fields) {
        text += " " + key + "=";
        text += std::visit([](const auto& v) { return fmt::format("{}", v); }, value);
      }
    }
    return text;
  }
};

}  // namespace

std::string describe(const Action& action) { return std::visit(Describe{}, action); }

}  // namespace misproxy::test
