#include "origin/conditions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "core/ascii.hpp"
#include "core/http_date.hpp"
#include "http/byte_range.hpp"

namespace misproxy {
namespace {

std::string_view opaque(std::string_view tag) {
  if (tag.starts_with("W/")) tag.remove_prefix(2);
  return tag;
}

/// `*`, or one of a list, weakly compared: RFC 9110 sections 8.8.3.2 and 13.1.2. A tag may hold a
/// comma.
bool none_match_holds(std::string_view list, std::string_view etag) {
  if (without_blanks(list) == "*") return false;
  while (true) {
    const auto from = list.find('"');
    const auto to = from == std::string_view::npos ? from : list.find('"', from + 1);
    if (to == std::string_view::npos) return true;
    if (list.substr(from, to - from + 1) == opaque(etag)) return false;
    list.remove_prefix(to + 1);
  }
}

bool is_unchanged(const RequestHead& head, const Representation& it) {
  if (const auto tags = head.field("if-none-match")) {
    return it.etag && !none_match_holds(*tags, *it.etag);
  }
  const auto since = head.field("if-modified-since");
  if (!since || !it.modified) return false;
  const auto date = parse_http_date(*since);
  return date && *it.modified <= *date;
}

/// Strongly compared, as a part is to fit what the client has: RFC 9110 section 13.1.5.
bool if_range_holds(const RequestHead& head, const Representation& it) {
  const auto asked = head.field("if-range");
  if (!asked) return true;
  if (asked->starts_with('"')) return it.etag == *asked;
  return it.modified && parse_http_date(*asked) == it.modified;
}

void drop_body(OriginAnswer& answer) {
  answer.text.clear();
  answer.download_bytes.reset();
  answer.file.reset();
  answer.said_length.reset();
  answer.gzip = false;
  answer.framing = OriginRoute::Framing::length;
  std::erase_if(answer.headers, [](const std::string& header) {
    const auto name = std::string_view(header).substr(0, header.find(':'));
    return same_but_for_case(name, "content-type") || same_but_for_case(name, "content-encoding");
  });
}

void take_range(const RequestHead& head, const Representation& it, OriginAnswer& answer) {
  const auto range = head.field("range");
  if (!range || !it.ranges || answer.gzip || head.method != "GET") return;
  if (!if_range_holds(head, it)) return;
  const auto size = answer.whole_bytes();
  const auto asked = parse_range(*range, size);
  if (asked.kind == AskedRange::Kind::part) {
    answer.status = 206;
    answer.part = asked.part;
    answer.said_length.reset();
    answer.headers.push_back(fmt::format("Content-Range: {}", asked.part.content_range(size)));
  } else if (asked.kind == AskedRange::Kind::none) {
    drop_body(answer);
    answer.status = 416;
    answer.headers.push_back(fmt::format("Content-Range: bytes */{}", size));
  }
}

}  // namespace

void heed_conditions(const RequestHead& head, const Representation& representation,
                     OriginAnswer& answer) {
  const bool reads = head.method == "GET" || head.method == "HEAD";
  if (answer.status != 200 || !reads) return;
  if (is_unchanged(head, representation)) {
    drop_body(answer);
    answer.status = 304;
    return;
  }
  take_range(head, representation, answer);
}

}  // namespace misproxy
