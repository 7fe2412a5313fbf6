#include "evidence/proxy_settings.hpp"

#include "evidence/shell_line.hpp"
#include "evidence/text_line.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::size_t kMostUnknown = 100;

/// The value without its semicolon, and without quotes around it.
std::string_view value_of(std::string_view text) {
  text = trimmed(text);
  take(text, "=");
  text = trimmed(text);
  while (text.ends_with(';') || text.ends_with('}'))
    text = trimmed(text.substr(0, text.size() - 1));
  const bool quoted = text.size() >= 2 && text.front() == text.back() &&
                      (text.front() == '"' || text.front() == '\'');
  return quoted ? text.substr(1, text.size() - 2) : text;
}

class Reader {
 public:
  explicit Reader(const std::string& file) : file_(file) {}

  void line(const Line& line) {
    line_ = line;
    if (const auto typed = shell_line(line.text)) {
      // `cat` of the file may be followed by a block whose first line is missing.
      inside_ = typed->program == "cat" && contains(typed->command, "iprep_proxy.conf");
      return;
    }
    auto text = trimmed(line.text);
    if (take(text, "iprep_proxy") && (trimmed(text).empty() || trimmed(text).starts_with('{'))) {
      settings_.emplace();
      inside_ = true;
      text = trimmed(text);
      take(text, "{");
      text = trimmed(text);
    }
    if (text.starts_with('}')) inside_ = false;
    if (!text.empty() && !text.starts_with('}') && !text.starts_with('#')) setting(text);
  }

  std::optional<ProxySettings> take_settings() { return std::move(settings_); }

 private:
  Told<std::string> told(std::string_view value) const {
    return {printable(value), cite(file_, line_.number, line_.text)};
  }

  void setting(std::string_view text) {
    auto rest = text;
    const auto key = rest.substr(0, rest.find_first_of(" \t=;"));
    rest.remove_prefix(key.size());
    const auto value = value_of(rest);
    const bool password = key == "PROXY_PASSWORD" || key == "PROXY_PASS" || key == "PROXY_PASSWD";
    const bool user = key == "PROXY_USER" || key == "PROXY_USERNAME";
    if (key != "PROXY_HOST" && key != "PROXY_PORT" && !user && !password) return other(text);
    if (!settings_) settings_.emplace();
    inside_ = true;
    if (password) {
      settings_->has_password = !value.empty();
      settings_->password = value;
    }
    if (value.empty() || password) return;
    if (key == "PROXY_HOST") settings_->host = told(value);
    if (key == "PROXY_PORT") settings_->port = told(value);
    if (user) settings_->user = told(value);
  }

  void other(std::string_view text) {
    const bool brace = text == "{" || text == ";";
    if (!inside_ || !settings_ || brace) return;
    // Prose behind a block whose brace is missing is none of it.
    const bool looks_like_one = text.ends_with(';') || text.starts_with("PROXY_");
    if (!looks_like_one) {
      inside_ = false;
    } else if (settings_->unknown.size() < kMostUnknown) {
      settings_->unknown.push_back(told(text));
    }
  }

  const std::string& file_;
  Line line_;
  std::optional<ProxySettings> settings_;
  bool inside_ = false;
};

}  // namespace

std::optional<ProxySettings> read_proxy_settings(std::string_view text, const std::string& file) {
  Reader settings(file);
  LineReader lines(text);
  while (const auto line = lines.next())
    settings.line(*line);
  return settings.take_settings();
}

bool ends_setting(std::string_view line) {
  line = trimmed(line);
  return line.ends_with(';') || line.ends_with('}');
}

}  // namespace misproxy::evidence
