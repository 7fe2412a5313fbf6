#include "trace/text_line.hpp"

#include <fmt/format.h>

#include "core/colour.hpp"

namespace misproxy {
namespace {

constexpr std::size_t kLongestValue = 120;

std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, kLongestValue)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f)
      out += c;
    else
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
  }
  if (text.size() > kLongestValue) out += "...";
  return out;
}

std::string values_text(const TraceFields& fields) {
  std::string text;
  for (const auto& [key, value] : fields) {
    const auto shown = std::visit([](const auto& v) { return fmt::format("{}", v); }, value);
    fmt::format_to(std::back_inserter(text), " {}={}", key, printable(shown));
  }
  return text;
}

std::string cause_text(const TraceEvent& event) {
  if (event.cause == Cause::peer) return {};
  if (event.cause == Cause::environment) return "  [environment]";
  return fmt::format("  [injected by {}]", printable(event.fault));
}

}  // namespace

std::string to_text_line(const TraceLine& line, bool colour) {
  const auto& event = line.event;
  const double seconds = static_cast<double>(line.t_us) / 1e6;
  const auto connection =
      line.connection == 0 ? std::string("run") : fmt::format("#{}", line.connection);
  auto text =
      fmt::format("{:9.3f}s {} {:<5} {:<6} {:<16} {}{}{}{}", seconds, line.scenario, connection,
                  word(event.party), word(event.point), printable(event.name),
                  values_text(event.fields), values_text(event.measured), cause_text(event));
  if (!colour || event.cause == Cause::peer) return text;
  return painted(text, event.cause == Cause::injected ? kRed : kYellow, colour);
}

}  // namespace misproxy
