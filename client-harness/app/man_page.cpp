#include "app/man_page.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/version.hpp"

namespace misproxy::app {
namespace {

/// A line that begins with `.` or `'` is a request, `\` an escape, and `-` a hyphen unless it is a
/// minus (groff_man_style(7)).
std::string escaped(std::string_view text) {
  std::string out;
  bool begins = true;
  for (const char c : text) {
    if (begins && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
    begins = c == '\n';
  }
  return out;
}

std::string dashed(std::string path) {
  std::ranges::replace(path, ' ', '-');
  return path;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string without_stop(std::string text) {
  if (text.ends_with('.')) text.pop_back();
  return text;
}

/// Lines that begin with a space keep their form; others are text that may be filled anew.
std::string as_written(const std::string& text) {
  return fmt::format(".nf\n{}\n.fi\n", escaped(text));
}

std::string synopsis(const CommandEntry& entry) {
  auto line = fmt::format("\\fB{}\\fR [\\fIOPTIONS\\fR]", escaped(entry.path));
  for (const auto& each : entry.arguments) {
    if (!each.by_place) continue;
    const auto name =
        fmt::format("\\fI{}\\fR{}", escaped(each.names.front()), each.repeated ? "..." : "");
    line += each.required ? " " + name : fmt::format(" [{}]", name);
  }
  if (!entry.commands.empty()) line += " \\fICOMMAND\\fR";
  return line + "\n";
}

std::string item(const CommandArgument& each) {
  std::string names;
  for (const auto& name : each.names) {
    const bool flag = !each.by_place;
    names +=
        fmt::format("{}\\f{}{}\\fR", names.empty() ? "" : ", ", flag ? 'B' : 'I', escaped(name));
  }
  if (!each.value.empty()) names += fmt::format(" \\fI{}\\fR", escaped(each.value));
  return fmt::format(".TP\n{}\n{}\n", names, escaped(each.what));
}

std::string arguments(const CommandEntry& entry) {
  std::string text;
  for (const bool by_place : {true, false}) {
    for (const auto& each : entry.arguments) {
      if (each.by_place == by_place) text += item(each);
    }
  }
  return text.empty() ? "" : ".SH OPTIONS\n" + text;
}

std::string commands(const CommandEntry& entry) {
  if (entry.commands.empty()) return {};
  std::string text = ".SH COMMANDS\n";
  for (const auto& each : entry.commands)
    text += fmt::format(".TP\n\\fB{}\\fR(1)\n{}\n", escaped(dashed(each.path)), escaped(each.what));
  return text;
}

std::string see_also(const CommandEntry& entry) {
  const auto up = entry.path.rfind(' ');
  if (up == std::string::npos) return {};
  return fmt::format(".SH SEE ALSO\n\\fB{}\\fR(1)\n", escaped(dashed(entry.path.substr(0, up))));
}

std::string page(const CommandEntry& entry) {
  auto text = fmt::format(
      ".TH {} 1 \"\" \"misproxy {}\" \"User Commands\"\n",
      [&] {
        auto title = escaped(dashed(entry.path));
        std::ranges::transform(title, title.begin(), [](char c) {
          return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
        });
        return title;
      }(),
      kVersion);
  text += fmt::format(".SH NAME\n{} \\- {}\n", escaped(dashed(entry.path)),
                      escaped(without_stop(first_line(entry.what))));
  text += ".SH SYNOPSIS\n" + synopsis(entry);
  text += ".SH DESCRIPTION\n" + escaped(entry.what) + "\n";
  text += commands(entry) + arguments(entry);
  if (!entry.footer.empty()) text += ".SH NOTES\n" + as_written(entry.footer);
  return text + see_also(entry);
}

void add(const CommandEntry& entry, std::vector<ManPage>& pages) {
  pages.push_back({dashed(entry.path), page(entry)});
  for (const auto& each : entry.commands)
    add(each, pages);
}

}  // namespace

std::vector<ManPage> man_pages(const CommandEntry& program) {
  std::vector<ManPage> pages;
  add(program, pages);
  return pages;
}

}  // namespace misproxy::app
