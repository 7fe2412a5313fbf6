#include "plan/canonical_text.hpp"

#include <fmt/format.h>

#include <cctype>
#include <variant>

namespace misproxy {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\';
    if (plain)
      out += c;
    else
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
  }
  return out + '"';
}

/// A visitor (core/fields.hpp) that writes what it visits.
class CanonicalText {
 public:
  CanonicalText(std::string& out, std::string prefix) : out_(out), prefix_(std::move(prefix)) {}

  template <class T>
  void required(std::string_view key, const T& value, Range = {}) {
    write(path(key), value);
  }
  template <class T>
  void required_unless(std::initializer_list<std::string_view>, std::string_view key,
                       const T& value, Range = {}) {
    write(path(key), value);
  }
  template <class T>
  void optional(std::string_view key, const T& value, Range = {}) {
    write(path(key), value);
  }
  void fraction(std::string_view key, const std::optional<double>& value) {
    if (value) line(path(key), fmt::format("{:.17g}", *value));
  }
  template <class... Alternatives>
  void one_of(std::string_view key, std::variant<Alternatives...>& value) {
    std::visit([&](auto& chosen) { write(fmt::format("{}.{}", path(key), chosen.kWord), chosen); },
               value);
  }
  void check(std::string_view, bool, std::string_view) {}
  void check_together(std::string_view, bool, std::string_view) {}
  void warn(std::string_view, bool, std::string_view) {}

 private:
  std::string path(std::string_view key) const { return std::string(prefix_).append(key); }
  void line(const std::string& where, std::string_view value) {
    out_.append(where).append(" = ").append(value).append("\n");
  }

  void write(const std::string& where, const std::string& value) { line(where, quoted(value)); }
  void write(const std::string& where, std::int64_t value) { line(where, fmt::to_string(value)); }
  void write(const std::string& where, const NumberSet& value) { line(where, value.text()); }
  void write(const std::string& where, bool value) { line(where, value ? "true" : "false"); }
  void write(const std::string& where, Milliseconds value) { write(where, value.count()); }
  template <WordEnum Enum>
  void write(const std::string& where, Enum value) {
    line(where, word(value));
  }
  template <class T>
  void write(const std::string& where, const std::optional<T>& value) {
    if (value) write(where, *value);
  }
  template <class T>
  void write(const std::string& where, const std::vector<T>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      write(fmt::format("{}[{}]", where, i), values[i]);
    }
  }
  template <class T>
  requires requires(T& value, CanonicalText& v) { value.visit(v); }
  void write(const std::string& where, const T& value) {
    line(where, "{}");
    CanonicalText inner(out_, where + ".");
    T copy = value;  // a description is written for reading into; nothing is changed here
    copy.visit(inner);
  }

  std::string& out_;
  std::string prefix_;
};

}  // namespace

std::string canonical_text(const Scenario& scenario) {
  std::string out;
  CanonicalText writer(out, "");
  Scenario copy = scenario;
  copy.visit(writer);
  return out;
}

}  // namespace misproxy
