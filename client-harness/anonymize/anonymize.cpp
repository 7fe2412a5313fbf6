#include "anonymize/anonymize.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <optional>

#include "anonymize/capture_copy.hpp"
#include "anonymize/pseudonyms.hpp"
#include "anonymize/text_copy.hpp"
#include "diagnose/whole_file.hpp"
#include "packets/secrets_block.hpp"

namespace misproxy::anonymize {
namespace {

using evidence::Form;

/// What a file is called by its form.
std::string_view name_of(Form form) {
  switch (form) {
    case Form::capture:
    case Form::compressed:
      return "capture.pcap";
    case Form::tcpdump_text:
      return "tcpdump.txt";
    case Form::packet_list:
      return "packets.txt";
    case Form::curl_log:
      return "curl.log";
    case Form::curl_trace:
      return "curl-trace.log";
    case Form::wget_log:
      return "wget.log";
    case Form::access_log:
      return "access.log";
    case Form::proxy_log:
      return "proxy.log";
    case Form::strace:
      return "strace.txt";
    case Form::har:
      return "browser.har";
    case Form::misproxy_trace:
      return "trace.jsonl";
    case Form::proxy_settings:
      return "settings.conf";
    case Form::socket_table:
      return "sockets.txt";
    case Form::key_log:
    case Form::unknown:
      break;
  }
  return "log.txt";
}

bool is_packets(Form form) { return form == Form::capture || form == Form::compressed; }

/// One file of evidence as it is read: a text stands in memory.
struct Source {
  std::string path;
  Form form = Form::unknown;
  std::string text;
};

std::variant<Source, Failed> open(const std::string& path) {
  Source source{path, Form::unknown, ""};
  if (!diagnose::comes_once(path)) {
    const diagnose::File file(std::fopen(path.c_str(), "rb"));
    if (!file) return Failed{diagnose::unreadable(path).sentence, true};
    if (diagnose::is_capture(diagnose::read_beginning(file.get()))) {
      source.form = Form::capture;
      return source;
    }
  }
  auto whole = diagnose::read_whole(path);
  if (auto* error = std::get_if<diagnose::Unusable>(&whole))
    return Failed{std::move(error->sentence), true};
  source.text = evidence::to_utf8(std::get<std::string>(std::move(whole)));
  source.form = evidence::recognize(source.text).front();
  if (is_packets(source.form))
    return Failed{fmt::format("{}: give a capture as a file: it is read more than once", path),
                  true};
  return source;
}

std::string copy(const Source& source, Pseudonyms& pseudonyms, std::vector<std::string>& remarks) {
  if (source.form == Form::har) return copy_har(source.text, pseudonyms);
  auto copied = copy_text(source.text, pseudonyms);
  if (copied.left_out > 0)
    remarks.push_back(
        fmt::format("{} lines of hex dumps or TLS secrets are left out", copied.left_out));
  return std::move(copied.text);
}

std::optional<Failed> note(const Source& source, Pseudonyms& pseudonyms) {
  if (!is_packets(source.form)) {
    std::vector<std::string> ignored;
    copy(source, pseudonyms, ignored);
    return std::nullopt;
  }
  if (auto error = note_capture(source.path, pseudonyms)) return Failed{std::move(*error), true};
  return std::nullopt;
}

std::optional<Failed> write_file(const std::string& path, std::string_view text) {
  const diagnose::File file(std::fopen(path.c_str(), "wbx"));
  const bool written = file &&
                       std::fwrite(text.data(), 1, text.size(), file.get()) == text.size() &&
                       std::fflush(file.get()) == 0;
  if (written) return std::nullopt;
  return Failed{fmt::format("cannot write {}: {}", path, std::strerror(errno)), false};
}

std::optional<Failed> write_capture(const Source& source, Pseudonyms& pseudonyms, Shareable& out) {
  auto done = copy_capture(source.path, out.to, pseudonyms);
  if (auto* error = std::get_if<std::string>(&done)) return Failed{std::move(*error), false};
  const auto& copied = std::get<CaptureCopied>(done);
  if (copied.left_out > 0)
    out.remarks.push_back(fmt::format("{} frames that hold no IP are left out", copied.left_out));
  if (copied.without_link)
    out.remarks.push_back("frames are written as raw IP, without link layers and tunnels");
  if (evidence::holds_secrets(source.path))
    out.remarks.emplace_back(
        "its TLS secrets are left out, and what they open is not told any more");
  if (copied.broken) out.remarks.push_back(fmt::format("it breaks off: {}", *copied.broken));
  return std::nullopt;
}

}  // namespace

std::variant<std::vector<Shareable>, Failed> anonymize(const std::vector<std::string>& files,
                                                       const std::string& folder) {
  std::vector<Source> sources;
  Pseudonyms pseudonyms;
  for (const auto& path : files) {
    auto opened = open(path);
    if (auto* failed = std::get_if<Failed>(&opened)) return std::move(*failed);
    sources.push_back(std::get<Source>(std::move(opened)));
  }
  for (const auto& source : sources) {
    if (auto failed = note(source, pseudonyms)) return std::move(*failed);
  }
  pseudonyms.settle();

  std::vector<Shareable> out;
  std::map<std::string_view, int> count;
  for (const auto& source : sources) {
    const auto name = name_of(source.form);
    Shareable file{source.path, fmt::format("{}/{}-{}", folder, ++count[name], name), {}};
    if (source.form == Form::key_log) {
      file.to.clear();
      file.remarks.emplace_back("TLS secrets are not shared");
    } else if (is_packets(source.form)) {
      if (auto failed = write_capture(source, pseudonyms, file)) return std::move(*failed);
    } else if (auto failed = write_file(file.to, copy(source, pseudonyms, file.remarks))) {
      return std::move(*failed);
    }
    out.push_back(std::move(file));
  }
  return out;
}

}  // namespace misproxy::anonymize
