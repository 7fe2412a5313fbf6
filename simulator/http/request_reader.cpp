#include "http/request_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <cctype>
#include <utility>

#include "core/endpoint.hpp"

namespace misproxy {
namespace {

namespace http = boost::beast::http;

constexpr std::string_view kEndOfHead = "\r\n\r\n";
constexpr char kTlsHandshake = 0x16;  // the first byte of a ClientHello, RFC 8446 section 5.1

/// RFC 9110 section 5.6.2.
bool is_token_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}

/// A last chunk that has begun and is not whole: `0`, CRLF, CRLF are five bytes at least.
/// Beast 1.81 takes them for granted once it has seen the 0, and asserts it; it gets them together.
bool may_be_part_of_last_chunk(std::string_view bytes) {
  return bytes.size() < 5 && bytes.starts_with('0');
}

/// The version of HTTP that a request line ends in: its two digits stand at 5 and 7 of `HTTP/1.1`.
/// Nothing where it ends in none. Source: RFC 9112 section 2.3.
std::optional<std::size_t> place_of_version(std::string_view head) {
  constexpr std::string_view kName = " HTTP/";
  constexpr std::size_t kSize = kName.size() + 3;
  const auto line = head.substr(0, head.find("\r\n"));
  if (line.size() < kSize) return std::nullopt;
  const auto said = line.substr(line.size() - kSize);
  const auto is_digit = [&](std::size_t at) { return said[at] >= '0' && said[at] <= '9'; };
  const bool is_version = said.starts_with(kName) && is_digit(kName.size()) &&
                          said[kName.size() + 1] == '.' && is_digit(kName.size() + 2);
  return is_version ? std::optional(line.size() - kSize + 1) : std::nullopt;
}

boost::asio::const_buffer as_buffer(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

/// `uri-host [ ":" port ]`, or nothing at all: RFC 9110 section 7.2.
bool is_host_value(std::string_view text) {
  if (text.empty() || parse_endpoint(text)) return true;
  return parse_endpoint(fmt::format("{}{}", text, text.ends_with(':') ? "0" : ":0")).has_value();
}

}  // namespace

struct RequestReader::Parser {
  http::request_parser<http::buffer_body> beast;
};

RequestReader::RequestReader(std::size_t head_limit)
    : head_limit_(head_limit), parser_(std::make_unique<Parser>()) {
  // The limit is kept by this class, exactly; Beast's own must only not come first.
  parser_->beast.header_limit(static_cast<std::uint32_t>(2 * head_limit));
  parser_->beast.body_limit(boost::none);
}

RequestReader::~RequestReader() = default;
RequestReader::RequestReader(RequestReader&&) noexcept = default;
RequestReader& RequestReader::operator=(RequestReader&&) noexcept = default;

void RequestReader::fail(int status, std::string reason) {
  error_ = RequestError{status, std::move(reason)};
  buffer_.clear();
}

std::size_t RequestReader::feed_head(std::string_view bytes) {
  const auto held = buffer_.size();
  const auto room = head_limit_ - held - skipped_;
  buffer_ += bytes.substr(0, room);
  while (buffer_.starts_with("\r\n")) {
    buffer_.erase(0, 2);
    skipped_ += 2;
  }
  const auto end = buffer_.find(kEndOfHead);
  check_early(std::string_view(buffer_).substr(0, end));
  if (error_) return std::min(bytes.size(), room);
  if (end != std::string::npos) {
    const auto surplus = buffer_.size() - (end + kEndOfHead.size());
    buffer_.resize(end + kEndOfHead.size());
    const auto taken = std::min(bytes.size(), room) - surplus;
    parse_head();
    return taken;
  }
  if (buffer_.size() + skipped_ >= head_limit_) {
    fail(431, fmt::format("request head over {} bytes", head_limit_));
  }
  return std::min(bytes.size(), room);
}

/// What can be refused before the head is whole is refused then, and for the same reason however
/// much more has come with it.
void RequestReader::check_early(std::string_view head) {
  if (head.empty()) return;
  if (head.front() == kTlsHandshake) {
    return fail(400, "a TLS ClientHello where a request was expected");
  }
  if (head != "\r" && !is_token_char(head.front())) {
    return fail(400, "no HTTP request begins with this byte");
  }
  for (auto at = head.find('\n'); at != std::string_view::npos; at = head.find('\n', at + 1)) {
    if (at == 0 || head[at - 1] != '\r') return fail(400, "a line ends in LF without CR");
  }
}

/// Another major version is not spoken here, and a higher minor one than is known is read as the
/// highest that is: RFC 9110 section 2.5.
void RequestReader::parse_head() {
  auto known = buffer_;
  if (const auto version = place_of_version(buffer_)) {
    if (buffer_[*version + 5] != '1') {
      return fail(505,
                  fmt::format("{}: only HTTP/1.x is spoken here", buffer_.substr(*version, 8)));
    }
    auto& minor = known[*version + 7];
    minor = std::min(minor, '1');
  }
  auto& beast = parser_->beast;
  boost::beast::error_code error;
  std::string_view rest = known;
  while (!error && !beast.is_header_done()) {
    rest.remove_prefix(beast.put(as_buffer(rest), error));
  }
  if (error) return fail(400, fmt::format("not an HTTP/1.x request: {}", error.message()));
  const auto& message = beast.get();
  if (message.count(http::field::host) > 1) {
    return fail(400, "Host more than once");  // RFC 9112 section 3.2
  }
  if (const auto host = message.find(http::field::host);
      host != message.end() && !is_host_value(host->value())) {
    return fail(400, "Host names no host");
  }
  RequestHead head;
  head.method = std::string(message.method_string());
  head.target = std::string(message.target());
  head.version = static_cast<int>(message.version());
  head.keep_alive = message.keep_alive();
  for (const auto& field : message)
    head.take_header(field.name_string(), field.value());
  head.text = std::exchange(buffer_, {});
  head_ = std::move(head);
}

std::size_t RequestReader::feed_body(std::string_view bytes) {
  auto& beast = parser_->beast;
  std::array<char, 16 * 1024> scratch;
  std::size_t taken = 0;
  buffer_ += bytes;  // what Beast could not use yet stands before what is new
  const auto held = buffer_.size() - bytes.size();
  std::string_view rest = buffer_;
  while (!beast.is_done() && !rest.empty()) {
    if (beast.chunked() && may_be_part_of_last_chunk(rest)) break;
    beast.get().body() = {scratch.data(), scratch.size(), true};
    boost::beast::error_code error;
    const auto used = beast.put(as_buffer(rest), error);
    const auto read = scratch.size() - beast.get().body().size;
    body_bytes_ += read;
    if (hash_) hash_->update({scratch.data(), read});
    rest.remove_prefix(used);
    taken += used;
    if (error == http::error::need_buffer || !error) continue;
    if (error != http::error::need_more) {
      fail(400, fmt::format("request body: {}", error.message()));
    }
    break;
  }
  // What Beast has left is the beginning of a line, of a chunk or a trailer.
  const auto line_end = rest.find('\n');
  if (!error_ && !beast.is_done() && line_end != std::string_view::npos &&
      (line_end == 0 || rest[line_end - 1] != '\r')) {
    fail(400, "request body: a line ends in LF without CR");
  }
  if (!error_ && !beast.is_done() && rest.size() > head_limit_) {
    fail(400, fmt::format("request body: a chunk's header or trailer over {} bytes", head_limit_));
  }
  const bool done = beast.is_done() || error_;
  const auto result = done ? taken - std::min(held, taken) : bytes.size();
  buffer_ = done ? std::string{} : std::string(rest);
  return result;
}

bool RequestReader::complete() const { return head_ && !error_ && parser_->beast.is_done(); }

}  // namespace misproxy
