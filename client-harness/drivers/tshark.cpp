#include "drivers/tshark.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "drivers/child_process.hpp"

namespace misproxy {
namespace {

constexpr std::array kFields{"frame.number",
                             "tcp.srcport",
                             "tcp.dstport",
                             "http.request.method",
                             "http.request.uri",
                             "http.response.code",
                             "http.response.phrase",
                             "http.server",
                             "http.content_length_header",
                             "ip.src",
                             "ip.dst",
                             "ipv6.src",
                             "ipv6.dst",
                             "http.response.line",
                             "http2.headers.method",
                             "http2.headers.path",
                             "http2.headers.status",
                             "http2.headers.server",
                             "http2.headers.content_length",
                             "http.location",
                             "http2.headers.location",
                             "http2.type",
                             "http2.flags.end_stream"};
constexpr auto kWanted =
    "tls && (http.request || http.response || http2.headers.method || http2.headers.status || "
    "http2.flags.end_stream == 1)";

/// What a user's own preferences would change. A response shows where its head ends: most of those
/// that matter never have all of their body.
constexpr std::array kPreferences{
    "http.desegment_body:FALSE", "http.desegment_headers:TRUE", "tcp.desegment_tcp_streams:TRUE",
    "tls.desegment_ssl_records:TRUE", "tls.desegment_ssl_application_data:TRUE"};

constexpr char kAggregator = '\x1f';  // between a field's values; no header has it

std::vector<std::string> arguments(const std::string& capture,
                                   const std::optional<std::string>& keys,
                                   const std::set<std::uint16_t>& proxy_ports) {
  std::vector<std::string> argv{"tshark", "-n", "-r", capture};
  for (const auto* preference : kPreferences)
    argv.insert(argv.end(), {"-o", preference});
  if (keys) argv.insert(argv.end(), {"-o", "tls.keylog_file:" + *keys});
  for (const auto port : proxy_ports)
    argv.insert(argv.end(), {"-d", fmt::format("tcp.port=={},http", port)});
  argv.insert(argv.end(),
              {"-Y", kWanted, "-T", "fields", "-E", fmt::format("aggregator={}", kAggregator)});
  for (const auto* field : kFields)
    argv.insert(argv.end(), {"-e", field});
  return argv;
}

template <class Number>
Number number(std::string_view text) {
  Number value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string_view next(std::string_view& text, char separator) {
  const auto end = text.find(separator);
  const auto part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

/// `Server: nginx\\r\\n`, as tshark writes it, one behind the other.
std::vector<std::pair<std::string, std::string>> headers_of(std::string_view lines) {
  constexpr std::size_t kMost = 100;
  std::vector<std::pair<std::string, std::string>> headers;
  while (!lines.empty() && headers.size() < kMost) {
    auto line = next(lines, kAggregator);
    for (const std::string_view end : {"\\n", "\\r"})
      if (line.ends_with(end)) line.remove_suffix(end.size());
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  return headers;
}

/// One of a field's values does: `1` or `True`, by tshark's version.
bool says_yes(std::string_view values) {
  while (!values.empty()) {
    const auto value = next(values, kAggregator);
    if (value == "1" || value == "True") return true;
  }
  return false;
}

std::string_view first(std::string_view values) {
  return values.substr(0, values.find(kAggregator));
}

/// tshark writes `\r`, `\n`, `\t` and `\\` as two characters each.
std::uint64_t bytes_of(std::string_view escaped) {
  std::uint64_t count = 0;
  for (std::size_t at = 0; at < escaped.size(); at += escaped[at] == '\\' ? 2 : 1)
    ++count;
  return count;
}

/// The status line, each header's line, and the empty one. Where there is no reason, the blank in
/// front of it may be missing, too.
std::uint64_t head_bytes(std::string_view reason, std::string_view lines) {
  std::uint64_t count = std::string_view("HTTP/1.1 200\r\n\r\n").size();
  if (!reason.empty()) count += 1 + bytes_of(reason);
  while (!lines.empty())
    count += bytes_of(next(lines, kAggregator));
  return count;
}

}  // namespace

std::vector<evidence::DecryptedHttp> read_fields(std::string_view lines) {
  std::vector<evidence::DecryptedHttp> messages;
  while (!lines.empty()) {
    auto line = next(lines, '\n');
    std::array<std::string_view, kFields.size()> fields;
    for (auto& field : fields)
      field = next(line, '\t');
    const auto head = fields[13];
    const auto ends = fields[22];
    for (auto& field : fields)
      field = first(field);
    evidence::DecryptedHttp message;
    message.packet = number<std::uint64_t>(fields[0]);
    message.source_port = number<std::uint16_t>(fields[1]);
    message.destination_port = number<std::uint16_t>(fields[2]);
    const auto either = [&](std::size_t http1, std::size_t http2) {
      return fields.at(http1).empty() ? fields.at(http2) : fields.at(http1);
    };
    message.method = either(3, 14);
    message.target = either(4, 15);
    message.status = number<int>(either(5, 16));
    message.source = fields[9].empty() ? fields[11] : fields[9];
    message.destination = fields[10].empty() ? fields[12] : fields[10];
    message.reason = fields[6];
    message.server = either(7, 17);
    message.location = either(19, 20);
    if (message.status != 0) message.headers = headers_of(head);
    message.http2 = !fields[21].empty();
    message.ends_stream = says_yes(ends);
    if (!fields[5].empty()) message.head_bytes = head_bytes(message.reason, head);
    const auto length = either(8, 18);
    if (!length.empty()) message.content_length = number<std::uint64_t>(length);
    if (message.packet > 0) messages.push_back(std::move(message));
  }
  return messages;
}

std::variant<std::vector<evidence::DecryptedHttp>, std::string> decrypt(
    const std::string& capture, const std::optional<std::string>& keys,
    const std::set<std::uint16_t>& proxy_ports) {
  auto started = ChildProcess::start(arguments(capture, keys, proxy_ports), "");
  if (std::holds_alternative<std::string>(started)) {
    return fmt::format(
        "{}: its TLS is not decrypted, though there are keys: tshark is not installed", capture);
  }
  const auto end = std::get<std::unique_ptr<ChildProcess>>(started)->finish();
  if (end.code != 0 && end.out.empty()) {
    return fmt::format("{}: its TLS is not decrypted: tshark ended with {}", capture, end.code);
  }
  return read_fields(end.out);
}

}  // namespace misproxy
