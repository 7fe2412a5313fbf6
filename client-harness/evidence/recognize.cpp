#include "evidence/recognize.hpp"

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "evidence/access_log.hpp"
#include "evidence/curl_meter.hpp"
#include "evidence/curl_timings.hpp"
#include "evidence/curl_words.hpp"
#include "evidence/har_log.hpp"
#include "evidence/logged_head.hpp"
#include "evidence/packet_list.hpp"
#include "evidence/proxy_log.hpp"
#include "evidence/shell_line.hpp"
#include "evidence/socket_table.hpp"
#include "evidence/strace_log.hpp"
#include "evidence/text_line.hpp"
#include "evidence/wget_words.hpp"

namespace misproxy::evidence {
namespace {

using namespace std::string_view_literals;

/// pcap's magics (microseconds, nanoseconds, Kuznetzov's) in both byte orders, and pcapng's SHB.
constexpr std::array<std::string_view, 7> kCaptures{
    "\xa1\xb2\xc3\xd4"sv, "\xd4\xc3\xb2\xa1"sv, "\xa1\xb2\x3c\x4d"sv, "\x4d\x3c\xb2\xa1"sv,
    "\xa1\xb2\xcd\x34"sv, "\x34\xcd\xb2\xa1"sv, "\x0a\x0d\x0d\x0a"sv};

constexpr std::array<std::string_view, 4> kCompressed{"\x1f\x8b"sv, "\x28\xb5\x2f\xfd"sv,
                                                      "\xfd\x37zXZ"sv, "BZh"sv};

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return hex_digit(c) >= 0; });
}

/// `CLIENT_RANDOM <64 digits> <secret>`.
bool is_key_log_line(std::string_view text) {
  const auto label = take_word(text);
  const auto random = take_word(text);
  const auto secret = take_word(text);
  const bool known = label == "CLIENT_RANDOM" || label == "EXPORTER_SECRET" ||
                     label == "EARLY_EXPORTER_SECRET" || label.starts_with("CLIENT_") ||
                     label.starts_with("SERVER_");
  return known && random.size() == 64 && is_hex(random) && secret.size() >= 32 && is_hex(secret);
}

bool is_trace_line(std::string_view text) {
  if (text.size() > 15 && is_digit(text.front())) {
    if (const auto at = text.substr(0, 40).find(' '); at != std::string_view::npos) {
      text.remove_prefix(at + 1);
    }
  }
  if (text.starts_with("== Info: ")) return true;
  if (!take(text, "=> Send ") && !take(text, "<= Recv ")) return false;
  return contains(text.substr(0, 80), " bytes (0x");
}

bool is_curl_remark(std::string_view text) {
  constexpr std::array<std::string_view, 14> known{"Trying ",
                                                   "Connected to ",
                                                   "Established connection to ",
                                                   "About to connect() to ",
                                                   "Uses proxy env variable ",
                                                   "Establish HTTP proxy tunnel to ",
                                                   "Establishing HTTP proxy tunnel to ",
                                                   "CONNECT tunnel established",
                                                   "CONNECT phase completed",
                                                   "SSL connection using ",
                                                   "Closing connection",
                                                   "closing connection",
                                                   "Connection #",
                                                   "Could not resolve "};
  text = trimmed(text);
  return begins_with_one_of(text, known) || is_surely_curl(text) ||
         read_tls_message(text).has_value();
}

/// What `--write-out` made of its variables, as people name them; a form of nobody else's log.
bool is_write_out(std::string_view text) {
  constexpr std::array<std::string_view, 4> named{
      "http_connect=", "http_code=", "time_total=", "http_code: 000"};
  const bool anywhere = std::any_of(named.begin(), named.end(),
                                    [&](std::string_view each) { return contains(text, each); });
  return anywhere || trimmed(text).starts_with("http_connect:");
}

bool is_curl_line(std::string_view text) {
  if (const auto meter = read_meter(text)) text.remove_prefix(meter->length);
  auto rest = text;
  if (contains(rest.substr(0, 4096), "curl: (")) return true;
  // %{json}: in newer ones certificates stand in front of it.
  const auto looked = rest.substr(0, rest.starts_with("{\"") ? 64 * 1024 : 200);
  if (contains(looked, "\"http_connect\":") || is_write_out(rest.substr(0, 1000))) return true;
  if (Timings told; contains(rest.substr(0, 1000), "onnect") && read_timings(rest, told))
    return true;
  if (const auto typed = shell_line(rest)) return typed->program == "curl";
  constexpr std::array<std::string_view, 3> stamps{" * ", " < ", " > "};
  for (const auto stamp : stamps) {
    const auto at = rest.substr(0, 40).find(stamp);
    const bool timed = at != std::string_view::npos && at > 7 && is_digit(rest.front());
    if (timed) return is_curl_line(rest.substr(at + 1));
  }
  if (take(rest, "* ")) return is_curl_remark(rest);
  if (take(rest, "> ")) return read_request_line(rest).has_value();
  if (take(rest, "< ")) return read_status_line(rest).has_value();
  return contains(rest.substr(0, 100), "% Total    % Received");
}

bool is_wget_line(std::string_view text) {
  if (const auto typed = shell_line(text)) return typed->program == "wget";
  if (text.starts_with("wget: ")) return true;
  if (read_wget_short(text) || is_wget_error(text) || is_wget_last_word(text)) return true;
  return text.starts_with("--") && text.size() > 24 && is_digit(text[2]) &&
         contains(text.substr(0, 40), "--  ") && contains(text.substr(0, 100), "://");
}

/// What stands behind the packet's number, which tcpdump -# prints.
std::string_view without_number(std::string_view text) {
  const auto digits = text.find_first_not_of(' ');
  if (digits == std::string_view::npos) return text;
  const auto* const behind =
      std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(digits), text.end(), is_digit);
  const auto end = behind == text.end() ? std::string_view::npos
                                        : static_cast<std::size_t>(behind - text.begin());
  if (end == digits || end == std::string_view::npos || text[end] != ' ') return text;
  return text.substr(std::min(text.find_first_not_of(' ', end), text.size()));
}

/// tcpdump without times, and of hosts by name.
bool is_bare_tcpdump_line(std::string_view text) {
  if (text.starts_with("tcpdump: verbose output") || text.starts_with("listening on ")) return true;
  if (!text.starts_with("IP ") && !text.starts_with("IP6 ")) return false;
  return contains(text.substr(0, 300), " > ") && contains(text, ": ");
}

/// `PROXY_PORT 80;`, however it is separated and ended.
bool is_setting(std::string_view text) {
  constexpr std::array<std::string_view, 2> keys{"PROXY_HOST", "PROXY_PORT"};
  return std::any_of(keys.begin(), keys.end(), [&](std::string_view key) {
    return text.starts_with(key) &&
           (text.size() == key.size() || contains(" \t=;", text.substr(key.size(), 1)));
  });
}

/// Most lines of most logs: told before all else that they might be is looked for.
bool is_plainly_curl(std::string_view text) { return take(text, "* ") && is_curl_remark(text); }

Form form_of(std::string_view text) {
  constexpr std::size_t kShortest = 6;  // `$ curl`
  if (text.size() < kShortest) return Form::unknown;
  if (is_plainly_curl(text)) return Form::curl_log;
  if (text.starts_with("{\"scenario\":")) return Form::misproxy_trace;
  if (is_trace_line(text)) return Form::curl_trace;
  if (is_tcpdump_line(text) || is_bare_tcpdump_line(text) || is_tcpdump_line(without_number(text)))
    return Form::tcpdump_text;
  if (is_packet_list_line(text)) return Form::packet_list;
  if (is_curl_line(text)) return Form::curl_log;
  if (is_wget_line(text)) return Form::wget_log;
  if (is_access_line(text)) return Form::access_log;
  if (is_proxy_log_line(text)) return Form::proxy_log;
  if (is_strace_line(text)) return Form::strace;
  const auto bare = trimmed(text);
  if (bare.starts_with("iprep_proxy") || is_setting(bare)) return Form::proxy_settings;
  if (read_socket_row(text)) return Form::socket_table;
  if (is_key_log_line(text)) return Form::key_log;
  return Form::unknown;
}

/// A progress meter redraws its line with bare CRs; the last piece is what it ends with.
std::string_view behind_cr(std::string_view line) {
  const auto cr = line.rfind('\r');
  return cr == std::string_view::npos ? std::string_view() : line.substr(cr + 1);
}

void add(std::vector<Form>& forms, Form form) {
  const bool known = std::find(forms.begin(), forms.end(), form) != forms.end();
  if (form != Form::unknown && !known) forms.push_back(form);
}

/// A response's head alone, as `curl -I` without the command, or tcpdump without its lines.
bool begins_with_head(std::string_view bytes) {
  LineReader lines(bytes);
  while (const auto line = lines.next_with_text()) {
    if (!trimmed(line->text).empty()) return read_status_line(line->text).has_value();
  }
  return false;
}

}  // namespace

bool is_of_a_form(std::string_view line) { return form_of(line) != Form::unknown; }

double evidence_share(std::string_view bytes) {
  std::size_t lines = 0;
  std::size_t known = 0;
  LineReader reader(bytes);
  while (const auto line = reader.next()) {
    if (trimmed(line->text).empty()) continue;
    ++lines;
    known += form_of(line->text) == Form::unknown ? 0U : 1U;
  }
  return lines == 0 ? 0 : static_cast<double>(known) / static_cast<double>(lines);
}

std::vector<Form> recognize(std::string_view bytes) {
  if (begins_with_one_of(bytes, kCaptures)) return {Form::capture};
  if (begins_with_one_of(bytes, kCompressed)) return {Form::compressed};
  if (is_har(bytes)) return {Form::har};
  std::vector<Form> forms;
  LineReader lines(bytes);
  while (const auto line = lines.next_with_text()) {
    add(forms, form_of(line->text));
    add(forms, form_of(behind_cr(line->text)));
  }
  // `curl: (56)` in the middle of a trace is no other log: one reader takes both.
  const bool traced = std::find(forms.begin(), forms.end(), Form::curl_trace) != forms.end();
  if (traced) std::erase(forms, Form::curl_log);
  if (forms.empty() && begins_with_head(bytes)) return {Form::curl_log};
  if (forms.empty()) return {Form::unknown};
  return forms;
}

bool is_recognized(std::string_view text,
                   const std::function<std::string_view(std::string_view line)>& bare) {
  std::optional<std::string_view> first;  // that holds anything
  LineReader lines(text);
  while (const auto line = lines.next_with_text()) {
    const auto rest = bare(line->text);
    if (!first && !trimmed(rest).empty()) first = rest;
    if (form_of(rest) != Form::unknown || form_of(behind_cr(rest)) != Form::unknown) return true;
  }
  return first && read_status_line(*first).has_value();
}

std::string advice(Form form) {
  switch (form) {
    case Form::compressed:
      return "the file is compressed: unpack it first (gunzip, unxz, zstd -d, bunzip2)";
    case Form::unknown:
      return "neither a capture (pcap, pcapng) nor a text of tcpdump, curl -v, wget, netstat, ss, "
             "iprep_proxy.conf, a key log or misproxy's trace";
    case Form::capture:
    case Form::tcpdump_text:
    case Form::packet_list:
    case Form::curl_log:
    case Form::curl_trace:
    case Form::wget_log:
    case Form::access_log:
    case Form::proxy_log:
    case Form::strace:
    case Form::har:
    case Form::misproxy_trace:
    case Form::proxy_settings:
    case Form::socket_table:
    case Form::key_log:
      return {};
  }
  return {};
}

}  // namespace misproxy::evidence
