#include "anonymize/text_copy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "anonymize/http_head.hpp"
#include "anonymize/mask.hpp"
#include "anonymize/plain_text.hpp"
#include "anonymize/tls_bytes.hpp"
#include "core/encoding.hpp"
#include "evidence/line_signs.hpp"
#include "evidence/recognize.hpp"
#include "evidence/redact.hpp"
#include "evidence/text_line.hpp"

namespace misproxy::anonymize {
namespace {

using evidence::Form;

bool is_small_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }
bool is_small_hex(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_small_hex(c); });
}
bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// tcpdump's -x and -X: `\t0x0000:  4500 003c ...`.
bool is_packet_dump(std::string_view line) {
  auto text = evidence::trimmed(line);
  return evidence::take(text, "0x") && text.size() > 4 && is_small_hex(text.substr(0, 4)) &&
         text[4] == ':';
}

/// What stands behind `0000: ` in curl's traces.
std::optional<std::string_view> behind_offset(std::string_view line) {
  const auto colon = line.find(": ");
  if (colon == std::string_view::npos || colon < 4 || colon > 8 ||
      !is_small_hex(line.substr(0, colon)))
    return std::nullopt;
  return line.substr(colon + 2);
}

/// `48 54 54 50 ...`: the bytes of a line of curl's --trace, or nothing.
std::optional<std::string> dumped(std::string_view text) {
  std::string out;
  while (text.size() >= 3 && is_small_hex(text.substr(0, 2)) && text[2] == ' ' && out.size() < 16) {
    out += bytes_of_hex(text.substr(0, 2)).value_or("");
    text.remove_prefix(3);
  }
  return out.empty() ? std::nullopt : std::optional(out);
}

bool is_markup(std::string_view line) {
  const auto text = evidence::trimmed(line);
  if (text.size() < 3 || text.front() != '<') return false;
  return is_ascii_letter(text[1]) || text[1] == '!' || text[1] == '/';
}

bool is_json_body(std::string_view line) {
  const auto text = evidence::trimmed(line);
  return text.starts_with("{\"") || text.starts_with("[{") || text.starts_with("\"");
}

/// `Name: value`, or a start line.
bool is_head_line(std::string_view line) {
  if (line.starts_with("HTTP/") || line.find(" HTTP/1.") != std::string_view::npos) return true;
  const auto colon = line.find(": ");
  return colon != std::string_view::npos && colon > 1 &&
         std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon),
                     [](char c) { return is_ascii_letter(c) || c == '-'; });
}

/// curl's: `  0 1024    0     0    0     0      0      0 --:--:--  0:00:01 --:--:--     0`.
bool is_meter(std::string_view line) {
  return line.find(":--:--") != std::string_view::npos ||
         std::count(line.begin(), line.end(), ':') >= 4 ||
         std::none_of(line.begin(), line.end(), is_ascii_letter);
}

bool holds(const std::vector<Form>& forms, Form form) {
  return std::find(forms.begin(), forms.end(), form) != forms.end();
}

class Copy {
 public:
  Copy(std::string_view text, Pseudonyms& pseudonyms)
      : forms_(evidence::recognize(text)), pseudonyms_(pseudonyms) {}

  TextCopied run(std::string_view text) {
    while (!text.empty()) {
      const auto end = std::min(text.find('\n'), text.size());
      auto line = text.substr(0, end);
      const bool returns = line.ends_with('\r');
      if (returns) line.remove_suffix(1);
      const auto next = std::min(end + 1, text.size());
      if (!take_dump(line)) {
        write_dump();
        if (auto other = copied(line)) {
          out_.text += *other;
          out_.text += returns ? "\r" : "";
          if (next > end) out_.text += '\n';
        } else {
          ++out_.left_out;
        }
      }
      text.remove_prefix(next);
    }
    write_dump();
    return std::move(out_);
  }

 private:
  enum class Section { none, head, data };

  std::string plain(std::string_view line) {
    return disguised_line(evidence::redacted(line), pseudonyms_);
  }

  /// Nothing for a line that is left out.
  std::optional<std::string> copied(std::string_view line) {
    if (is_packet_dump(line) || is_secret_of_tls(line)) return std::nullopt;
    if (turns_section(line)) return plain(line);
    if (section_ != Section::none) {
      if (const auto text = behind_offset(line)) {
        const auto lead = line.substr(0, line.size() - text->size());
        return std::string(lead) + (section_ == Section::head
                                        ? disguised_head_line(*text, pseudonyms_)
                                        : masked(*text));
      }
      section_ = Section::none;
    }
    if (holds(forms_, Form::curl_log)) return of_curl(line);
    if (holds(forms_, Form::tcpdump_text)) return of_tcpdump(line);
    return is_markup(line) ? masked(line) : plain(line);
  }

  bool turns_section(std::string_view line) {
    if (line.find("=> Send ") != std::string_view::npos ||
        line.find("<= Recv ") != std::string_view::npos)
      section_ = line.find("header") != std::string_view::npos ? Section::head : Section::data;
    else if (line.find("== Info: ") != std::string_view::npos)
      section_ = Section::none;
    else
      return false;
    return true;
  }

  static bool is_secret_of_tls(std::string_view line) {
    return line.starts_with("CLIENT_RANDOM ") ||
           line.find("_TRAFFIC_SECRET") != std::string_view::npos ||
           line.starts_with("EXPORTER_SECRET ");
  }

  std::string of_curl(std::string_view line) {
    if (line.starts_with("< ") || line.starts_with("> ")) {
      in_body_ = false;
      const auto text = line.substr(2);
      if (text.empty() || text == "\r") in_body_ = line.front() == '<';
      return std::string(line.substr(0, 2)) + disguised_head_line(text, pseudonyms_);
    }
    if (line == "<") in_body_ = true;
    if (line.starts_with("HTTP/")) in_head_ = true;  // of -i or -I
    in_head_ = in_head_ && !line.empty();
    if (in_head_ && is_head_line(line)) return disguised_head_line(line, pseudonyms_);
    if (line.starts_with("* ") || line.starts_with("curl: ") || line.starts_with("$ "))
      in_body_ = false;
    if (is_markup(line) || is_json_body(line)) return masked(line);
    const bool told = line.starts_with("{ ") || line.starts_with("} ") || line.starts_with("#") ||
                      is_meter(line) || evidence::is_of_a_form(line) ||
                      !evidence::LineSigns(line).none();
    return in_body_ && !told ? masked(line) : plain(line);
  }

  /// Of what -A shows of a packet, heads.
  std::string of_tcpdump(std::string_view line) {
    if (evidence::is_tcpdump_line(line) || line.empty()) {
      in_body_ = in_body_ && line.empty();
      return plain(line);
    }
    in_body_ = in_body_ || (line.size() > 20 && (line.front() == 'E' || line.front() == '`') &&
                            std::count(line.begin(), line.end(), '.') > 6);
    const auto tabs = std::min(line.find_first_not_of("\t "), line.size());
    const auto text = line.substr(tabs);
    if (is_head_line(text))
      return std::string(line.substr(0, tabs)) + disguised_head_line(text, pseudonyms_);
    return in_body_ || is_markup(text) ? masked(line) : plain(line);
  }

  /// curl's --trace writes each byte twice: its lines are gathered, for a name goes over two.
  bool take_dump(std::string_view line) {
    if (section_ == Section::none) return false;
    const auto text = behind_offset(line);
    const auto bytes = text ? dumped(*text) : std::nullopt;
    if (!bytes) return false;
    dump_ += *bytes;
    return true;
  }

  void write_dump() {
    if (dump_.empty()) return;
    const auto bytes = section_ == Section::head ? disguised_head(dump_, pseudonyms_)
                                                 : std::string(dump_.size(), kFiller);
    for (std::size_t at = 0; at < bytes.size(); at += 16) {
      const auto part = std::string_view(bytes).substr(at, 16);
      std::string hex;
      std::string shown;
      for (const char c : part) {
        hex += fmt::format("{:02x} ", static_cast<unsigned char>(c));
        shown += c >= ' ' && c <= '~' ? c : '.';
      }
      out_.text += fmt::format("{:04x}: {:<48}{}\n", at, hex, shown);
    }
    dump_.clear();
  }

  std::vector<Form> forms_;
  Pseudonyms& pseudonyms_;
  TextCopied out_;
  Section section_ = Section::none;
  bool in_body_ = false;
  bool in_head_ = false;
  std::string dump_;
};

}  // namespace

TextCopied copy_text(std::string_view text, Pseudonyms& pseudonyms) {
  return Copy(text, pseudonyms).run(text);
}

}  // namespace misproxy::anonymize
