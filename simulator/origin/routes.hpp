#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/byte_range.hpp"
#include "http/multipart_ranges.hpp"
#include "scenario/route_settings.hpp"
#include "session/files.hpp"

namespace misproxy {

/// What the embedded origin answers. The body is `text`, or a download of `download_bytes`, or a
/// `file`; `part` of it, or several `parts`, where that is all that is sent; coded where `gzip` is
/// set. `said_length`: in the place of the true one. `trouble`: why it is not what it should be,
/// for the trace.
struct OriginAnswer {
  int status = 200;
  std::vector<std::string> headers;
  std::string text;
  std::optional<std::uint64_t> download_bytes;
  std::shared_ptr<const ReadableFile> file{};
  std::optional<ByteRange> part{};
  std::shared_ptr<const MultipartRanges> parts{};
  std::optional<std::uint64_t> said_length{};
  OriginRoute::Framing framing = OriginRoute::Framing::length;
  bool gzip = false;
  std::string trouble{};

  /// Of the representation, before any coding.
  std::uint64_t whole_bytes() const {
    return file ? file->size() : download_bytes.value_or(text.size());
  }
  /// Of what is sent of it, before any coding.
  std::uint64_t body_bytes() const {
    if (parts) return parts->size();
    return part ? part->size : whole_bytes();
  }
  /// What its status leaves room for: RFC 9110 sections 15.3.5 and 15.4.5.
  bool may_have_body() const { return status != 204 && status != 304; }
};

/// What the embedded origin is asked, by HTTP/1.x or by HTTP/2. `body_sha256`: in hexadecimal.
struct OriginRequest {
  std::string_view method;
  std::string_view target;
  std::uint64_t body_bytes = 0;
  std::string_view body_sha256{};
};

/// The routes that every origin has: `/` redirects to `/healthcheck` (302), which is 200;
/// `/bytes/<n>` is a download of n bytes, n in decimal up to 2^40, and 400 beyond; `/upload` says
/// how many bytes came, and their SHA-256; all else is 404. Queries are passed over. Each takes GET
/// and HEAD, and `/upload` POST and PUT; OPTIONS is answered with 204, other methods with 405, both
/// with Allow, and what is no method with 501 (RFC 9110 section 9.1). `root`: of the origin's URLs,
/// `https://a.test`, with the port where it is not the usual one.
OriginAnswer answer_for(const OriginRequest& request, std::string_view root);

}  // namespace misproxy
