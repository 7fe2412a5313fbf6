#include "origin/site.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/ascii.hpp"
#include "core/glob.hpp"
#include "core/http_date.hpp"
#include "core/target_path.hpp"
#include "http/gzip.hpp"
#include "origin/content_type.hpp"
#include "origin/file_path.hpp"

namespace misproxy {
namespace {

constexpr auto kText = "Content-Type: text/plain";
constexpr auto kAllowFile = "Allow: GET, HEAD, OPTIONS";

bool fits_path(const OriginRoute& route, const RequestHead& head) {
  return glob_matches(route.path, target_path(head.target));
}

bool fits_method(const OriginRoute& route, std::string_view method) {
  if (!route.method || glob_matches(*route.method, method)) return true;
  return method == "HEAD" && glob_matches(*route.method, "GET");
}

bool has_header(const OriginAnswer& answer, std::string_view name) {
  return std::ranges::any_of(answer.headers, [&](const std::string& header) {
    return same_but_for_case(std::string_view(header).substr(0, header.find(':')), name);
  });
}

std::chrono::sys_seconds time_of(const ReadableFile& file) {
  return std::chrono::sys_seconds(std::chrono::seconds(file.modified()));
}

/// From what is known of a file without reading it. All have one size, and so have the messages
/// that carry them.
std::string tag_of(const ReadableFile& file) {
  return fmt::format("\"{:012x}-{:010x}\"", file.size(), file.modified());
}

/// What opening it came to, where it came to nothing. A route's own file must be there.
OriginAnswer without_file(OpenedFile::Why why, std::string_view path) {
  OriginAnswer answer;
  answer.headers = {kText};
  const bool busy = why == OpenedFile::Why::busy;
  answer.status = busy ? 503 : (why == OpenedFile::Why::forbidden ? 403 : 500);
  answer.text = "misproxy's origin cannot read this file\n";
  answer.trouble = fmt::format("cannot read {}", path);
  return answer;
}

void add_validators(const Representation& it, OriginAnswer& answer) {
  if (it.etag) answer.headers.push_back(fmt::format("ETag: {}", *it.etag));
  if (it.modified) {
    answer.headers.push_back(fmt::format("Last-Modified: {}", http_date(*it.modified)));
  }
  if (it.ranges) answer.headers.emplace_back("Accept-Ranges: bytes");
}

/// Another representation has another tag: RFC 9110 section 8.8.3.3.
void take_gzip(const RequestHead& head, Representation& it, OriginAnswer& answer) {
  answer.headers.emplace_back("Vary: Accept-Encoding");
  answer.gzip = accepts_gzip(head.field("accept-encoding").value_or(""));
  if (!answer.gzip) return;
  answer.headers.emplace_back("Content-Encoding: gzip");
  it.ranges = false;
  if (it.etag) it.etag->insert(it.etag->size() - 1, "-gzip");
}

std::string_view type_of(const OriginRoute& route) {
  if (route.file) return content_type_of(*route.file);
  return route.octets.text ? "text/plain; charset=utf-8" : "application/octet-stream";
}

}  // namespace

OriginAnswer Site::answer(const RequestHead& head, const ReceivedBody& body) const {
  if (const auto* route = route_for(head)) return by_route(*route, head);
  if (auto refusal = wrong_method(head)) return std::move(*refusal);
  if (auto file = by_folder(head)) return std::move(*file);
  return by_default(head, body);
}

OriginRoute::OnExpect Site::on_expect(const RequestHead& head) const {
  const auto* route = route_for(head);
  return route == nullptr ? OriginRoute::OnExpect::goes_on : route->expect;
}

// --- the scenario's routes

const OriginRoute* Site::route_for(const RequestHead& head) const {
  if (source_.settings == nullptr) return nullptr;
  const auto& routes = source_.settings->routes;
  const auto found = std::ranges::find_if(routes, [&](const OriginRoute& route) {
    return fits_path(route, head) && fits_method(route, head.method);
  });
  return found == routes.end() ? nullptr : &*found;
}

/// There are routes for the path, and all want other methods.
std::optional<OriginAnswer> Site::wrong_method(const RequestHead& head) const {
  if (source_.settings == nullptr) return std::nullopt;
  std::string allow;
  for (const auto& route : source_.settings->routes) {
    if (!fits_path(route, head)) continue;
    if (!is_glob(*route.method))
      allow += fmt::format("{}{}", allow.empty() ? " " : ", ", *route.method);
    if (*route.method == "GET") allow += ", HEAD";
  }
  if (allow.empty()) return std::nullopt;
  OriginAnswer refusal;
  refusal.status = 405;
  refusal.headers = {kText, fmt::format("Allow:{}", allow)};
  refusal.text = "misproxy's origin has a route for this path, and for other methods\n";
  return refusal;
}

OriginAnswer Site::by_route(const OriginRoute& route, const RequestHead& head) const {
  OriginAnswer answer;
  if (route.file) {
    auto opened = open(resolved(*route.file));
    if (!opened.file) return without_file(opened.why, *route.file);
    answer.file = std::move(opened.file);
  }
  answer.status = static_cast<int>(route.sent_status());
  answer.headers = route.headers;
  answer.text = route.octets.bytes();
  if (route.bytes) answer.download_bytes = static_cast<std::uint64_t>(*route.bytes);
  answer.framing = route.framing;
  if (route.content_length) answer.said_length = static_cast<std::uint64_t>(*route.content_length);
  if (route.redirect) answer.headers.push_back(fmt::format("Location: {}", *route.redirect));
  if (route.has_body() && !has_header(answer, "content-type")) {
    answer.headers.push_back(fmt::format("Content-Type: {}", type_of(route)));
  }
  Representation it{route.etag, std::nullopt, route.ranges && answer.status == 200};
  if (route.last_modified) it.modified = parse_http_date(*route.last_modified);
  if (route.gzip) take_gzip(head, it, answer);
  add_validators(it, answer);
  heed_conditions(head, it, answer);
  return answer;
}

// --- the files of its folder

/// Nothing where there is no such file: then it is asked for elsewhere.
std::optional<OriginAnswer> Site::by_folder(const RequestHead& head) const {
  if (source_.settings == nullptr || !source_.settings->files) return std::nullopt;
  const auto path = file_path(head.target);
  if (!path || source_.files == nullptr) return std::nullopt;
  const auto opened = source_.files->open_below(resolved(*source_.settings->files), *path);
  if (opened.why == OpenedFile::Why::absent) return std::nullopt;
  if (!opened.file) return without_file(opened.why, *path);
  OriginAnswer answer;
  if (head.method == "OPTIONS") {
    answer.status = 204;
    answer.headers = {kAllowFile};
    return answer;
  }
  if (head.method != "GET" && head.method != "HEAD") {
    answer.status = 405;
    answer.headers = {kText, kAllowFile};
    answer.text = "misproxy's origin only lets this file be read\n";
    return answer;
  }
  answer.file = opened.file;
  answer.headers = {fmt::format("Content-Type: {}", content_type_of(*path))};
  const Representation it{tag_of(*opened.file), time_of(*opened.file), true};
  add_validators(it, answer);
  heed_conditions(head, it, answer);
  return answer;
}

OpenedFile Site::open(const std::string& path) const {
  return source_.files == nullptr ? OpenedFile{} : source_.files->open(path);
}

/// As the scenario's own file sees it.
std::string Site::resolved(const std::string& path) const {
  const auto& folder = plan_.scenario().folder;
  return path.starts_with('/') || folder.empty() ? path : fmt::format("{}/{}", folder, path);
}

// --- what every origin has

/// A part of a download can be had, though nobody is told.
OriginAnswer Site::by_default(const RequestHead& head, const ReceivedBody& body) const {
  auto answer = answer_for({head.method, head.target, body.bytes, body.sha256}, root_);
  const bool has_parts = answer.download_bytes.has_value();
  heed_conditions(head, {std::nullopt, std::nullopt, has_parts}, answer);
  return answer;
}

}  // namespace misproxy
