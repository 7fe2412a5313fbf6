#include "http/http2_server.hpp"

#include <fmt/format.h>
#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/ascii.hpp"
#include "core/copy.hpp"
#include "core/encoding.hpp"
#include "core/ensure.hpp"
#include "core/spare_buffer.hpp"

namespace misproxy {
namespace {

/// The fields of a head as nghttp2 takes them: names in small letters, RFC 9113 section 8.2.1.
class Fields {
 public:
  void add(std::string name, std::string value) {
    texts_.emplace_back(std::move(name), std::move(value));
  }

  bool has(std::string_view name) const {
    return std::any_of(texts_.begin(), texts_.end(),
                       [&](const auto& field) { return field.first == name; });
  }

  std::vector<nghttp2_nv> view() {
    std::vector<nghttp2_nv> fields;
    for (auto& [name, value] : texts_) {
      fields.push_back({reinterpret_cast<std::uint8_t*>(name.data()),
                        reinterpret_cast<std::uint8_t*>(value.data()), name.size(), value.size(),
                        NGHTTP2_NV_FLAG_NONE});
    }
    return fields;
  }

 private:
  std::vector<std::pair<std::string, std::string>> texts_;
};

constexpr std::size_t kFrameHeader = 9;  // RFC 9113 section 4.1
constexpr std::size_t kMostPayload = 1
                                     << 14;  // section 4.2; a server may allow more, this does not

constexpr std::ptrdiff_t kLarge = 4 * 1024;  // a frame that others like it follow

constexpr std::array<std::string_view, 5> kOfTheConnection{
    "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"};

Fields fields_of(int status, const std::vector<std::string>& headers) {
  Fields fields;
  fields.add(":status", fmt::format("{:03}", status));
  for (const auto& header : headers) {
    const auto colon = std::min(header.find(':'), header.size());
    auto name = in_lower_case(std::string_view(header).substr(0, colon));
    if (std::find(kOfTheConnection.begin(), kOfTheConnection.end(), name) != kOfTheConnection.end())
      continue;
    const auto begin = header.find_first_not_of(" \t", colon + 1);
    fields.add(std::move(name), begin == std::string::npos ? "" : header.substr(begin));
  }
  return fields;
}

std::string_view view_of(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

/// nghttp2's callbacks; each finds the server behind `user`.
struct Http2Server::Callbacks {
  static Http2Server& of(void* user) { return *static_cast<Http2Server*>(user); }

  static int begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
    auto& stream = of(user).streams_[frame->hd.stream_id];
    stream.request.stream = frame->hd.stream_id;
    stream.request.head.version = 20;
    if (of(user).hashes_) stream.hash.emplace();
    return 0;
  }

  static int header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                    std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                    std::uint8_t, void* user) {
    const bool of_request =
        frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST;
    if (!of_request) return 0;  // a trailer
    of(user).take_header(frame->hd.stream_id, view_of(name, name_size), view_of(value, value_size));
    return 0;
  }

  static int frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    auto& server = of(user);
    const auto id = frame->hd.stream_id;
    const bool of_request = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    const auto found = server.streams_.find(id);
    if (!of_request || found == server.streams_.end()) return 0;
    const bool opens =
        frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST;
    if (opens) server.frame_.begun = id;
    if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
      server.request_whole(id);
    } else {
      server.frame_.expects_continue = opens && found->second.request.head.expects_continue;
    }
    return 0;
  }

  static int chunk(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                   std::size_t size, void* user) {
    auto& server = of(user);
    const auto found = server.streams_.find(id);
    if (found == server.streams_.end()) return 0;
    found->second.request.body_bytes += size;
    if (found->second.hash) found->second.hash->update(view_of(bytes, size));
    server.frame_.stream = id;
    server.frame_.body += view_of(bytes, size);
    return 0;
  }

  static int stream_over(nghttp2_session*, std::int32_t id, std::uint32_t, void* user) {
    of(user).streams_.erase(id);
    return 0;
  }

  static ssize_t read(nghttp2_session*, std::int32_t id, std::uint8_t* buffer, std::size_t size,
                      std::uint32_t* flags, nghttp2_data_source*, void* user) {
    auto& streams = of(user).streams_;
    const auto found = streams.find(id);
    if (found == streams.end()) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    const auto filled = found->second.body.read({reinterpret_cast<char*>(buffer), size});
    if (!filled) return NGHTTP2_ERR_DEFERRED;
    if (filled->failed && filled->bytes == 0) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    if (filled->last && !filled->failed) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(filled->bytes);
  }

  static nghttp2_session* make(Http2Server* server) {
    nghttp2_session_callbacks* callbacks = nullptr;
    ensure(nghttp2_session_callbacks_new(&callbacks) == 0, "nghttp2_session_callbacks_new");
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, &begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, &header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, &frame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, &chunk);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, &stream_over);
    nghttp2_session* session = nullptr;
    ensure(nghttp2_session_server_new(&session, callbacks, server) == 0,
           "nghttp2_session_server_new");
    nghttp2_session_callbacks_del(callbacks);
    return session;
  }
};

void Http2Server::Deleter::operator()(nghttp2_session* session) const {
  nghttp2_session_del(session);
}

Http2Server::Http2Server() : session_(Callbacks::make(this)) {
  const nghttp2_settings_entry most{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, kMostStreams};
  nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, &most, 1);
}

Http2Server::~Http2Server() = default;

// --- from the client

/// nghttp2 is given whole frames: what it makes of them does not depend on how they were cut. (It
/// counts the pieces of a CONTINUATION as so many, and gives up at eight.)
std::optional<Http2Frame> Http2Server::take_frame() {
  if (!failure_.empty()) return std::nullopt;
  const auto rest = std::string_view(input_).substr(given_);
  const auto unit = whole_unit(rest);
  if (unit == 0) {
    input_.erase(0, std::exchange(given_, 0));
    return std::nullopt;
  }
  frame_ = {};
  const auto taken = nghttp2_session_mem_recv(
      session_.get(), reinterpret_cast<const std::uint8_t*>(rest.data()), unit);
  if (taken < 0) failure_ = nghttp2_strerror(static_cast<int>(taken));
  given_ += unit;
  return std::exchange(frame_, {});
}

/// The size of the preface or the frame that the bytes begin with, 0 where it is not whole yet.
/// What can be neither is a unit as it is, for nghttp2 to refuse.
std::size_t Http2Server::whole_unit(std::string_view bytes) {
  const std::string_view preface(NGHTTP2_CLIENT_MAGIC, NGHTTP2_CLIENT_MAGIC_LEN);
  if (!greeted_) {
    const bool wrong = bytes.substr(0, preface.size()) != preface.substr(0, bytes.size());
    greeted_ = wrong || bytes.size() >= preface.size();
    return wrong ? bytes.size() : (greeted_ ? preface.size() : 0);
  }
  if (bytes.size() < kFrameHeader) return 0;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
  const std::size_t payload = std::size_t{byte(0)} << 16 | std::size_t{byte(1)} << 8 | byte(2);
  if (payload > kMostPayload) return bytes.size();
  return bytes.size() < kFrameHeader + payload ? 0 : kFrameHeader + payload;
}

void Http2Server::take_header(std::int32_t id, std::string_view name, std::string_view value) {
  const auto found = streams_.find(id);
  if (found == streams_.end()) return;
  auto& head = found->second.request.head;
  if (name == ":method") head.method = value;
  const bool only_authority = name == ":authority" && head.target.empty();  // of a CONNECT
  if (name == ":path" || only_authority) head.target = value;
  if (name == ":authority") head.take_header("host", value);  // RFC 9113 section 8.3.1
  if (!name.starts_with(':')) head.take_header(name, value);
}

void Http2Server::request_whole(std::int32_t stream) {
  whole_.push_back(stream);
  auto& [request, body, hash] = streams_.at(stream);
  if (hash) request.body_sha256 = to_hex(hash->finish());
}

std::optional<Http2Request> Http2Server::next_request() {
  while (!whole_.empty()) {
    const auto found = streams_.find(whole_.front());
    whole_.pop_front();
    if (found != streams_.end()) return found->second.request;  // else it was reset meanwhile
  }
  return std::nullopt;
}

// --- to the client

void Http2Server::answer(std::int32_t id, int status, const std::vector<std::string>& headers,
                         std::optional<std::uint64_t> length, std::optional<Http2Body> body) {
  const auto found = streams_.find(id);
  if (found == streams_.end()) return;  // the client has reset it
  auto fields = fields_of(status, headers);
  if (length && !fields.has("content-length")) {
    fields.add("content-length", fmt::to_string(*length));
  }
  const auto view = fields.view();
  nghttp2_data_provider provider{};
  provider.read_callback = &Callbacks::read;
  if (body) found->second.body = std::move(*body);
  nghttp2_submit_response(session_.get(), id, view.data(), view.size(), body ? &provider : nullptr);
}

void Http2Server::interim(std::int32_t stream, int status,
                          const std::vector<std::string>& headers) {
  auto fields = fields_of(status, headers);
  const auto view = fields.view();
  nghttp2_submit_headers(session_.get(), NGHTTP2_FLAG_NONE, stream, nullptr, view.data(),
                         view.size(), nullptr);
}

void Http2Server::say_goodbye() {
  const auto last = nghttp2_session_get_last_proc_stream_id(session_.get());
  nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE, last, NGHTTP2_NO_ERROR, nullptr, 0);
}

std::string Http2Server::take_output(std::size_t room) {
  std::string output;
  while (output.size() < room) {
    const std::uint8_t* bytes = nullptr;
    const auto size = nghttp2_session_mem_send(session_.get(), &bytes);
    if (size < 0) failure_ = nghttp2_strerror(static_cast<int>(size));
    if (size <= 0) break;
    if (output.empty() && size >= kLarge) {
      output = spare_buffer();
      output.reserve(room + kFrameHeader + kMostPayload);
    }
    append_in_parts(output, view_of(bytes, static_cast<std::size_t>(size)));
  }
  return output;
}

void Http2Server::resume(std::int32_t stream) {
  if (is_open(stream)) nghttp2_session_resume_data(session_.get(), stream);
}

bool Http2Server::ended() const {
  return !failure_.empty() || (nghttp2_session_want_read(session_.get()) == 0 &&
                               nghttp2_session_want_write(session_.get()) == 0);
}

}  // namespace misproxy
