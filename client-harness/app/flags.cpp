#include "app/flags.hpp"

#include <fmt/format.h>

#include <charconv>
#include <map>

namespace misproxy::app {

std::function<std::string(const std::string&)> whole_number(std::uint64_t least, std::uint64_t most,
                                                            Unit unit) {
  return [least, most, unit](const std::string& text) -> std::string {
    std::uint64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error == std::errc{} && stop == end && number >= least && number <= most) return {};
    const auto hint = what_to_write(text, unit, static_cast<std::int64_t>(least),
                                    static_cast<std::int64_t>(most));
    return fmt::format("{} is no whole number from {} to {}{}{}", text, least, most,
                       hint.empty() ? "" : "; ", hint);
  };
}

CLI::Option* add_format(CLI::App& command, Format& format) {
  static const std::map<std::string, Format> words{{"text", Format::text}, {"json", Format::json}};
  return command
      .add_option("--format", format, "what stdout holds: text, or one JSON object a line")
      ->transform([](const std::string& text) {
        if (words.contains(text)) return std::to_string(static_cast<int>(words.at(text)));
        throw CLI::ValidationError(fmt::format("{} is neither text nor json", text));
      })
      ->type_name("text|json");
}

void add_state_dir(CLI::App& command, std::optional<std::string>& state_dir) {
  command
      .add_option("--state-dir", state_dir,
                  "where the CA and its keys are kept; $XDG_STATE_HOME/misproxy or "
                  "~/.local/state/misproxy where absent")
      ->type_name("DIR");
}

CLI::Option* add_no_splice(CLI::App& command, bool& splice) {
  return command.add_flag(
      "!--no-splice", splice,
      "let misproxy see all bytes of tunnels to real upstreams, also where no fault can "
      "act on them any more; otherwise the kernel passes those by itself");
}

}  // namespace misproxy::app
