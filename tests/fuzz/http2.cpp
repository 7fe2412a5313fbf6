// What a client sends to the origin in HTTP/2, whole and byte by byte: the same requests come of
// it, each is answered, and what the origin says is bounded by what it was asked.

#include <algorithm>
#include <span>
#include <string>

#include "fuzz/target.hpp"
#include "http/http2_server.hpp"

using namespace misproxy;

namespace {

constexpr std::size_t kMostOutput = 1 << 20;  // of one exchange; more is left where it is

/// The methods and targets, a line each.
std::string serve(std::string_view bytes, std::size_t piece) {
  Http2Server server;
  std::string asked;
  std::size_t said = 0;
  while (!bytes.empty() && server.failure().empty() && said < kMostOutput) {
    server.receive(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    while (server.take_frame()) {
    }
    while (const auto request = server.next_request()) {
      asked += request->head.method + " " + request->head.target + "\n";
      const Http2Body body{[](std::span<char> out) {
        const auto size = std::min<std::size_t>(4, out.size());
        std::fill_n(out.begin(), size, 'x');
        return Http2Body::Filled{size, true};
      }};
      server.answer(request->stream, 200, {"Server: x"}, 4, body);
    }
    said += server.take_output(kMostOutput).size();
  }
  return asked;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const auto text = fuzz::text_of(bytes, count);
  const auto whole = serve(text, count + 1);
  // In pieces an answer may go out before a later frame ends the connection, or its stream.
  fuzz::require(serve(text, 1).size() >= whole.size(), "no request is lost by how it was cut");
  return 0;
}
