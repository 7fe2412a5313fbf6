#pragma once

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace misproxy::test {

/// A client of HTTP/2 without a socket, nghttp2's own.
class Http2Client {
 public:
  /// What came on a stream.
  struct Answer {
    std::map<std::string, std::string> headers;
    std::string body;
    bool whole = false;
  };

  /// `window`: of each stream, in bytes.
  explicit Http2Client(std::uint32_t window = 1 << 30);

  /// The stream of a new request; with `body`, a POST's.
  std::int32_t ask(const std::string& path, const std::string& method = "GET",
                   const std::vector<std::pair<std::string, std::string>>& headers = {},
                   const std::string& body = {});
  void reset(std::int32_t stream);
  std::string take_output();
  void receive(std::string_view bytes);
  Answer& answer(std::int32_t stream) { return answers_[stream]; }
  bool said_goodbye() const { return said_goodbye_; }

 private:
  struct Callbacks;
  struct Deleter {
    void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
  };

  std::unique_ptr<nghttp2_session, Deleter> session_;
  std::map<std::int32_t, Answer> answers_;
  std::map<std::int32_t, std::string> bodies_;
  bool said_goodbye_ = false;
};

}  // namespace misproxy::test
