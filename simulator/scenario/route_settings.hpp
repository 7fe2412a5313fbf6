#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ascii.hpp"
#include "core/download_path.hpp"
#include "core/fields.hpp"
#include "core/http_date.hpp"
#include "core/octets.hpp"
#include "core/words.hpp"
#include "fault/answer.hpp"

namespace misproxy {

/// What an origin answers at a path: one `[[origin.route]]`, the first in the file that fits.
///
/// Units:  `path` a glob over the target's path without its query; `method` a glob, and `GET` is
///         asked by HEAD too; `status` 200 where absent, or 302 with `redirect`. The body is
///         `text`, `hex` or `base64`, or `bytes` made from the seed, or a `file`, relative to the
///         scenario's own. `content_length`: said in the place of the true one; a body that is
///         shorter ends the connection. `framing`: how HTTP/1.1 tells where the body ends; `gzip`
///         codes it for who accepts that. `etag` and `last_modified`: compared with what the client
///         has (304). `ranges`: whether a part can be had (206, 416). `expect`: what is said to
///         `Expect: 100-continue`.
/// Source: RFC 9110 sections 8 (representations), 10.1.1 (Expect), 13 (conditions), 14 (ranges).
struct OriginRoute {
  enum class Framing { length, chunked, close };
  enum class OnExpect { goes_on, refused, unheard };

  std::string path;
  std::optional<std::string> method;
  std::optional<std::int64_t> status;
  std::vector<std::string> headers;
  Octets octets;
  std::optional<std::int64_t> bytes;
  std::optional<std::string> file;
  std::optional<std::string> redirect;
  std::optional<std::int64_t> content_length;
  Framing framing = Framing::length;
  bool gzip = false;
  std::optional<std::string> etag;
  std::optional<std::string> last_modified;
  bool ranges = true;
  OnExpect expect = OnExpect::goes_on;

  static constexpr std::array kHelps{
      KeyHelp{"path", "a glob over the target's path, without its query"},
      KeyHelp{"method", "a glob; where it is GET, HEAD asks too"},
      KeyHelp{"status", "200 where absent, or 302 with `redirect`"},
      KeyHelp{"headers", "one `Name: value` an entry"},
      KeyHelp{"text", "the body, as it stands"},
      KeyHelp{"bytes", "the body: so many bytes, made from the seed"},
      KeyHelp{"file", "the body: a file, relative to the scenario's own"},
      KeyHelp{"redirect", "where to: a path or a URL, its own too"},
      KeyHelp{"content_length", "said in the place of the true one"},
      KeyHelp{"framing", "how HTTP/1.1 tells where the body ends"},
      KeyHelp{"gzip", "codes the body for who accepts that"},
      KeyHelp{"ranges", "whether a part of the body can be had"},
      KeyHelp{"expect", "what is said to `Expect: 100-continue`"},
  };

  template <class Visitor>
  void visit(Visitor& v);

  std::int64_t sent_status() const { return status.value_or(redirect ? 302 : 200); }
  bool has_body() const { return octets.given() || bytes || file; }

 private:
  template <class Visitor>
  void check_body(Visitor& v) const;

  /// RFC 9110 section 8.8.3.
  static bool is_entity_tag(std::string_view text) {
    if (text.starts_with("W/")) text.remove_prefix(2);
    return text.size() >= 2 && text.front() == '"' && text.back() == '"' &&
           text.substr(1, text.size() - 2).find_first_of("\" \r\n") == std::string_view::npos;
  }
  static bool frames_body(const std::vector<std::string>& headers) {
    return std::ranges::any_of(headers, [](std::string_view header) {
      const auto name = header.substr(0, header.find(':'));
      return same_but_for_case(name, "content-length") ||
             same_but_for_case(name, "transfer-encoding");
    });
  }
  static bool is_path(std::string_view text) {
    return !text.empty() && text.find('\0') == std::string_view::npos;
  }
  static bool is_location(std::string_view text) {
    return !text.empty() && text.find_first_of(" \r\n") == std::string_view::npos;
  }
};

template <>
struct WordsOf<OriginRoute::Framing> {
  static constexpr std::array<std::string_view, 3> words{"length", "chunked", "close"};
};

template <>
struct SentencesOf<OriginRoute::Framing> {
  static constexpr std::array<std::string_view, 3> sentences{"by Content-Length", "in chunks",
                                                             "by nothing: the connection ends"};
};

template <>
struct WordsOf<OriginRoute::OnExpect> {
  static constexpr std::array<std::string_view, 3> words{"continue", "417", "ignore"};
};

template <>
struct SentencesOf<OriginRoute::OnExpect> {
  static constexpr std::array<std::string_view, 3> sentences{
      "100, and the body is awaited", "417, and the connection ends", "nothing"};
};

template <class Visitor>
void OriginRoute::visit(Visitor& v) {
  v.required("path", path);
  v.optional("method", method);
  v.optional("status", status, Range{200, 999});
  v.optional("headers", headers);
  octets.visit_keys(v);
  v.optional("bytes", bytes, Range{0, static_cast<std::int64_t>(kMostBodyBytes)});
  v.optional("file", file);
  v.optional("redirect", redirect);
  v.optional("content_length", content_length, Range{0});
  v.optional("framing", framing);
  v.optional("gzip", gzip);
  v.optional("etag", etag);
  v.optional("last_modified", last_modified);
  v.optional("ranges", ranges);
  v.optional("expect", expect);
  v.check("path", path.starts_with('/') || path.starts_with('*'), "a path from `/` on, or a glob");
  v.check("method", !method || !method->empty(), "a method such as `GET`, or a glob");
  v.check("headers", Answer::all_are_fields(headers),
          "each header is `Name: value` in one line, or folded: `Name: value\\r\\n more`");
  v.check("headers", !frames_body(headers),
          "how long the body is, and how framed, `content_length` and `framing` say");
  v.check("file", !file || is_path(*file), "a path, relative to the scenario's own file");
  v.check("redirect", !redirect || is_location(*redirect), "a path or a URL");
  v.check("etag", !etag || is_entity_tag(*etag), "an entity tag: '\"v1\"', or weak, 'W/\"v1\"'");
  v.check("last_modified", !last_modified || parse_http_date(*last_modified),
          "a date as HTTP writes it: `Sun, 22 Nov 2026 09:00:00 GMT`");
  check_body(v);
}

template <class Visitor>
void OriginRoute::check_body(Visitor& v) const {
  const auto sent = sent_status();
  v.check_together("redirect", sent >= 300 && sent < 400, "a redirect has a 3xx status");
  v.check_together("bytes", !octets.given(), "one body: `bytes`, or `text`, `hex` or `base64`");
  v.check_together("file", !octets.given() && !bytes, "one body: `file`, or another");
  v.check_together("status", !has_body() || (sent != 204 && sent != 304),
                   "a 204 and a 304 have no body (RFC 9110 sections 15.3.5 and 15.4.5); `respond` "
                   "with `raw` says what it likes");
  v.check_together("content_length", framing == Framing::length && !gzip,
                   "a length is said where `framing` is `length`, and not of what is coded");
  v.check_together("gzip", !gzip || has_body(), "needs a body");
}

}  // namespace misproxy
