#include "origin/conditions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

#include "core/ascii.hpp"
#include "core/received_date.hpp"
#include "http/byte_range.hpp"

namespace misproxy {
namespace {

std::string_view opaque(std::string_view tag) {
  if (tag.starts_with("W/")) tag.remove_prefix(2);
  return tag;
}

/// Those of a list, each with its `W/`. A tag may hold a comma.
std::vector<std::string_view> tags_of(std::string_view list) {
  std::vector<std::string_view> tags;
  while (true) {
    const auto quote = list.find('"');
    const auto end = quote == std::string_view::npos ? quote : list.find('"', quote + 1);
    if (end == std::string_view::npos) return tags;
    const bool weak = list.substr(0, quote).ends_with("W/");
    const auto from = weak ? quote - 2 : quote;
    tags.push_back(list.substr(from, end + 1 - from));
    list.remove_prefix(end + 1);
  }
}

bool is_any(std::string_view list) { return without_blanks(list) == "*"; }

/// Weakly compared: RFC 9110 sections 8.8.3.2 and 13.1.2.
bool none_match_holds(std::string_view list, const Representation& it) {
  if (is_any(list)) return false;
  return !it.etag || std::ranges::none_of(tags_of(list), [&](std::string_view tag) {
    return opaque(tag) == opaque(*it.etag);
  });
}

/// Strongly compared: section 13.1.1.
bool match_holds(std::string_view list, const Representation& it) {
  if (is_any(list)) return true;
  return it.etag && !it.etag->starts_with("W/") &&
         std::ranges::any_of(tags_of(list), [&](std::string_view tag) { return tag == *it.etag; });
}

/// What is no date, and what cannot be compared with one, is passed over: sections 13.1.3, 13.1.4.
bool modified_after(const std::optional<std::string>& date, const Representation& it,
                    bool otherwise) {
  const auto read = date && it.modified ? read_http_date(*date) : std::nullopt;
  return read ? *it.modified > *read : otherwise;
}

/// The first steps of section 13.2.2.
bool may_go_on(const RequestHead& head, const Representation& it) {
  if (const auto tags = head.field("if-match")) return match_holds(*tags, it);
  return !modified_after(head.field("if-unmodified-since"), it, false);
}

/// And the next ones; the date is for who reads alone.
bool client_has_it(const RequestHead& head, const Representation& it, bool reads) {
  if (const auto tags = head.field("if-none-match")) return !none_match_holds(*tags, it);
  return reads && !modified_after(head.field("if-modified-since"), it, true);
}

/// Strongly compared, as a part is to fit what the client has: section 13.1.5.
bool if_range_holds(const RequestHead& head, const Representation& it) {
  const auto asked = head.field("if-range");
  if (!asked) return true;
  if (asked->starts_with('"')) return it.etag == *asked;
  return it.modified && read_http_date(*asked) == it.modified;
}

/// Those that select or change a representation, of which conditions can be asked (section 13.2.1).
bool concerns_one(std::string_view method) {
  return method != "OPTIONS" && method != "TRACE" && method != "CONNECT";
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

/// Takes the line of this name out of the headers, and returns its value.
std::string take_header(OriginAnswer& answer, std::string_view name) {
  std::string value;
  std::erase_if(answer.headers, [&](const std::string& header) {
    const auto colon = header.find(':');
    const bool is_it = same_but_for_case(std::string_view(header).substr(0, colon), name);
    if (is_it) value = without_blanks(std::string_view(header).substr(colon + 1));
    return is_it;
  });
  return value;
}

/// One part is sent as such, though it was asked for among others: RFC 9110 section 15.3.7.
void send_parts(const std::vector<ByteRange>& parts, OriginAnswer& answer) {
  const auto size = answer.whole_bytes();
  answer.status = 206;
  answer.said_length.reset();
  if (parts.size() == 1) {
    answer.part = parts.front();
    answer.headers.push_back(fmt::format("Content-Range: {}", answer.part->content_range(size)));
    return;
  }
  answer.parts =
      std::make_shared<MultipartRanges>(parts, size, take_header(answer, "content-type"));
  answer.headers.push_back(fmt::format("Content-Type: {}", answer.parts->content_type()));
}

/// Defined for GET alone: RFC 9110 section 14.2.
void take_range(const RequestHead& head, const Representation& it, OriginAnswer& answer) {
  const auto range = head.field("range");
  if (!range || !it.ranges || answer.gzip || head.method != "GET") return;
  if (!if_range_holds(head, it)) return;
  const auto asked = parse_range(*range, answer.whole_bytes());
  if (asked.kind == AskedRange::Kind::parts) {
    send_parts(asked.parts, answer);
  } else if (asked.kind == AskedRange::Kind::none) {
    answer.headers.push_back(fmt::format("Content-Range: bytes */{}", answer.whole_bytes()));
    answer.status = 416;
    drop_body(answer);
  }
}

}  // namespace

/// What somebody uploads to is known to be there by its validators alone.
void heed_conditions(const RequestHead& head, const Representation& representation,
                     OriginAnswer& answer) {
  const bool reads = head.method == "GET" || head.method == "HEAD";
  const bool is_there = reads || representation.etag || representation.modified;
  const bool succeeds = answer.status >= 200 && answer.status < 300;
  if (!succeeds || !is_there || !concerns_one(head.method)) return;
  const bool fails = !may_go_on(head, representation);
  if (fails || client_has_it(head, representation, reads)) {
    drop_body(answer);
    answer.status = fails || !reads ? 412 : 304;
    return;
  }
  if (answer.status == 200) take_range(head, representation, answer);
}

}  // namespace misproxy
