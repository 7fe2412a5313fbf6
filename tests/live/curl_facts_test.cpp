// What curl makes of each reply: the measured tables of what clients report, row by row, played to
// the curl of this machine. Exit codes are those of curl 7.87 to 8.19, but where a row says more.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "support/served.hpp"
#include "support/socket.hpp"

namespace misproxy::test {
namespace {

struct Row {
  std::string_view name;
  std::string_view faults;  // and other tables of the scenario
  int exit;
  int http_connect;
  std::vector<std::string> flags{};
  std::string_view path = "/healthcheck";
};

std::string reply(std::string_view respond) {
  return fmt::format("[[fault]]\nid = 'f'\nwhen.point = 'reply'\ndo.respond = {{ {} }}\n", respond);
}

const std::string kLying407 = reply(
    "status = 407, headers = ['Proxy-Authenticate: Basic realm=\"a\"', 'Content-Length: 100'], "
    "body = 'short'");
const std::string kNtlm = reply("status = 407, headers = ['Proxy-Authenticate: NTLM']");
const std::string kClaimsKeepAlive =
    "[[fault]]\nid = 'f'\nwhen = { point = 'reply', attempt = 1 }\ndo.respond = { status = 407, "
    "headers = ['Proxy-Authenticate: Digest realm=\"a\", nonce=\"1\"', 'Connection: keep-alive'], "
    "keep_alive = false }\n";
const std::string kSaysClose =
    "[[fault]]\nid = 'f'\nwhen = { point = 'reply', attempt = 1 }\ndo.respond = { status = 407, "
    "headers = ['Proxy-Authenticate: Digest realm=\"a\", nonce=\"1\"', 'Connection: close'] }\n";
const std::string kSaysProxyClose =
    "[[fault]]\nid = 'f'\nwhen = { point = 'reply', attempt = 1 }\ndo.respond = { status = 407, "
    "headers = ['Proxy-Authenticate: Digest realm=\"a\", nonce=\"1\"', 'Proxy-Connection: close'] "
    "}\n";
const std::string kChunked407 =
    "[[fault]]\nid = 'f'\nwhen = { point = 'reply', times = 1 }\ndo.respond = { status = 407, "
    "headers = ['Proxy-Authenticate: Digest realm=\"a\", nonce=\"1\"', 'Transfer-Encoding: "
    "chunked'], body = \"5\\r\\nhello\\r\\n0\\r\\n\\r\\n\" }\n";
const std::string kLargeHeader =
    reply(fmt::format("status = 200, headers = ['X: {}']", std::string(120'000, 'x')));
const std::string kManyHeaders = [] {
  std::string headers;
  for (int i = 0; i < 40; ++i)
    headers += fmt::format("'X-{}: {}', ", i, std::string(10'000, 'x'));
  return reply(fmt::format("status = 200, headers = [{}]", headers));
}();
const std::vector<std::string> kImpatient{"-m", "1"};

std::string status_reply(int status) { return reply(fmt::format("status = {}", status)); }

std::string at_tunnel(std::string_view place, std::string_view deed) {
  return fmt::format("[[fault]]\nid = 'f'\nwhen = {{ point = 'tunnel'{} }}\ndo = {{ {} }}\n", place,
                     deed);
}

std::string before_record(std::string_view direction, std::string_view record,
                          std::string_view deed) {
  return at_tunnel(fmt::format(", direction = '{}', record = {{ {} }}", direction, record), deed);
}

constexpr std::string_view kHello = "handshake = 'client_hello'";
constexpr std::string_view kServerHello = "handshake = 'server_hello'";
constexpr std::string_view kBehindServerHello = "type = 'application_data'";

std::vector<Row> rows() {
  const auto fin = "close = { how = 'fin' }";
  const auto rst = "close = { how = 'rst' }";
  const auto alpn = "alpn = ['http/1.1']\n";
  const auto inner = [&](std::string_view place, std::string_view deed) {
    return fmt::format("{}[[fault]]\nid = 'f'\nwhen = {{ point = {} }}\ndo = {{ {} }}\n", alpn,
                       place, deed);
  };
  static std::vector<std::string> kept;  // the texts that the rows look at
  kept.reserve(200);
  std::vector<Row> all;
  const auto add = [&](std::string_view name, std::string faults, int exit, int connect,
                       std::vector<std::string> flags = {},
                       std::string_view path = "/healthcheck") {
    kept.push_back(std::move(faults));
    all.push_back({name, kept.back(), exit, connect, std::move(flags), path});
  };
  // Reaching the proxy.
  add("refused", "[proxy]\nlistens = false\n", 7, 0);
  // At once, connect() itself may see it: then 7. This one comes during the CONNECT.
  add("rst_at_accept",
      "[[fault]]\nid = 'f'\nwhen = { point = 'accept', after_ms = 100 }\ndo.close.how = 'rst'\n",
      56, 0);
  // CONNECT's reply.
  add("stall", "[[fault]]\nid = 'f'\nwhen.point = 'reply'\ndo.stall = {}\n", 28, 0, kImpatient);
  add("partial_header",
      "[[fault]]\nid = 'f'\nwhen = { point = 'reply', offset_bytes = 37 }\ndo.stall = {}\n", 28,
      200, kImpatient);
  add("fin", "[[fault]]\nid = 'f'\nwhen.point = 'request-head'\ndo.close.how = 'fin'\n", 56, 0);
  add("rst", "[[fault]]\nid = 'f'\nwhen.point = 'request-head'\ndo.close.how = 'rst'\n", 56, 0);
  add("garbage", reply("raw = 'what is this?\\r\\n\\r\\n'"), 56, 0);
  add("html", reply("raw = '<html>no</html>\\r\\n\\r\\n'"), 56, 0);
  add("http2_200", reply("raw = \"HTTP/2 200\\r\\n\\r\\n\""), 56, 0);
  add("icy", reply("raw = \"ICY 200 OK\\r\\n\\r\\n\""), 56, 0);
  for (const int status : {301, 302, 400, 401, 403, 404, 407, 500, 502, 503, 504, 517}) {
    kept.push_back(fmt::format("status_{}", status));
    const std::string_view name = kept.back();
    add(name, status_reply(status), 56, status);
  }
  add("lying_407", kLying407, 28, 407, {"-m", "1", "--proxy-anyauth", "-U", "u:p"});
  add("interim_then_200", reply("status = 100"), 56, 100);
  add("http_1_0_200", reply("raw = \"HTTP/1.0 200 OK\\r\\n\\r\\n\""), 0, 200);
  add("no_reason", reply("raw = \"HTTP/1.1 200\\r\\n\\r\\n\""), 0, 200);
  add("lf_only", reply("raw = \"HTTP/1.1 200 OK\\n\\n\""), 0, 200);
  add("byte_by_byte",
      "[[fault]]\nid = 'f'\nwhen.point = 'reply'\ndo.slice = { bytes = 1, gap_ms = 1 }\n", 0, 200);
  add("content_length_no_body", reply("status = 200, headers = ['Content-Length: 5']"), 0, 200);
  add("transfer_encoding_no_body", reply("status = 200, headers = ['Transfer-Encoding: chunked']"),
      0, 200);
  for (const int status : {201, 204, 299}) {
    kept.push_back(fmt::format("status_{}", status));
    const std::string_view name = kept.back();
    add(name, status_reply(status), 0, status);
  }
  add("with_a_body", reply("raw = \"HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello\""), 35,
      200);
  add("large_header", kLargeHeader, 56, 200);
  add("many_headers", kManyHeaders, 56, 200);
  add("ntlm_only_digest_client", kNtlm, 56, 407, {"--proxy-digest", "-U", "u:p"});
  add("claims_keep_alive_and_closes", kClaimsKeepAlive, 56, 407, {"--proxy-digest", "-U", "u:p"});
  add("says_close", kSaysClose, 0, 200, {"--proxy-digest", "-U", "u:p"});
  // After 200.
  add("fin_after_200", at_tunnel("", fin), 35, 200);
  add("rst_after_200", at_tunnel("", rst), 35, 200);
  add("rst_after_client_hello", before_record("to_client", kServerHello, rst), 35, 200);
  add("rst_after_server_hello", before_record("to_client", kBehindServerHello, rst), 35, 200);
  add("stall_after_200", at_tunnel("", "stall = {}"), 28, 200, kImpatient);
  add("stall_at_client_hello", before_record("to_origin", kHello, "stall = {}"), 28, 200,
      kImpatient);
  add("stall_after_server_hello", before_record("to_client", kBehindServerHello, "stall = {}"), 28,
      200, kImpatient);
  add("html_for_tls",
      at_tunnel(", direction = 'to_client', offset_bytes = 0",
                "inject = { text = '<html>no</html>' }"),
      35, 200);
  for (const int alert : {40, 70, 80, 112, 116}) {
    kept.push_back(fmt::format("alert_{}", alert));
    const std::string_view name = kept.back();
    add(name,
        before_record("to_client", kServerHello,
                      fmt::format("tls-alert = {{ description = {} }}", alert)),
        alert == 116 ? 98 : 35, 200);
  }
  // Inside the tunnel.
  for (const int status : {301, 404, 407, 500}) {
    kept.push_back(fmt::format("origins_own_{}", status));
    const std::string_view name = kept.back();
    add(name, inner("'inner-request'", fmt::format("respond = {{ status = {} }}", status)), 0, 200);
  }
  add("empty_reply_close_notify", inner("'inner-request'", fin), 52, 200);
  add("empty_reply_bare_fin", inner("'inner-request'", "close = { how = 'no_close_notify' }"), 52,
      200);
  add("truncated_close_notify", inner("'inner-response', body_offset_bytes = 100", fin), 18, 200,
      {}, "/bytes/3000");
  add("truncated_bare_fin",
      inner("'inner-response', body_offset_bytes = 100", "close = { how = 'no_close_notify' }"), 18,
      200, {}, "/bytes/3000");
  add("truncated_rst", inner("'inner-response', body_offset_bytes = 100", rst), 56, 200, {},
      "/bytes/3000");
  add("no_length_bare_fin",
      inner("'inner-request'", "respond = { raw = \"HTTP/1.1 200 OK\\r\\n\\r\\npart\" }"), 0, 200);
  add("too_small_a_length",
      inner("'inner-request'",
            "respond = { status = 200, headers = ['Content-Length: 3'], body = 'longer' }"),
      0, 200);
  add("bad_chunk",
      inner("'inner-request'",
            "respond = { status = 200, headers = ['Transfer-Encoding: chunked'], body = "
            "\"zz\\r\\nno\" }"),
      56, 200);
  add("flipped_byte",
      at_tunnel(", direction = 'to_client', record = { type = 'application_data', ordinal = 6 }",
                "corrupt = { bytes = 40 }"),
      56, 200, {"--http1.1"}, "/bytes/90000");
  // Of curl's own options, what they make of a proxy or an origin that fails.
  add("a_redirect_of_the_connect_is_not_followed",
      reply("status = 302, headers = ['Location: https://a.test/']"), 56, 302, {"-L"});
  add("fails_by_wish", status_reply(403), 22, 403, {"-f"});
  add("digest_behind_a_chunked_407", kChunked407, 0, 200, {"--proxy-digest", "-U", "u:p"});
  add("proxy_connection_close", kSaysProxyClose, 0, 200, {"--proxy-digest", "-U", "u:p"});
  add("too_many_redirects",
      inner("'inner-request'", "respond = { status = 302, headers = ['Location: /'] }"), 47, 200,
      {"-L", "--max-redirs", "2"});
  add("resume_where_no_part_can_be_had",
      inner("'inner-request'", "respond = { status = 200, body = 'all of it' }"), 33, 200,
      {"-C", "100"});
  add("larger_than_wished",
      inner("'inner-request'", "respond = { status = 200, body_bytes = 5000 }"), 63, 200,
      {"--max-filesize", "100"});
  add("no_http_inside", inner("'inner-request'", "respond = { raw = 'what is this?' }"), 1, 200,
      {"--http1.1"});
  add("too_large_a_head_inside",
      inner("'inner-request'",
            "respond = { status = 200, header_bytes = 400000, header_lines = 100 }"),
      56, 200);
  add("broken_gzip",
      inner("'inner-request'",
            "respond = { status = 200, headers = ['Content-Encoding: gzip'], body = 'none' }"),
      61, 200, {"--compressed"});
  add("no_length_at_all",
      inner("'inner-request'",
            "respond = { raw = \"HTTP/1.1 200 OK\\r\\nContent-Length: -5\\r\\n\\r\\nhello\" }"),
      8, 200);
  add("too_slow", inner("'inner-response', body_offset_bytes = 100", "stall = {}"), 28, 200,
      {"-y", "1", "-Y", "1000"}, "/bytes/3000");
  add("stalled_body", inner("'inner-response', body_offset_bytes = 100", "stall = {}"), 28, 200,
      kImpatient, "/bytes/3000");
  return all;
}

class CurlFacts : public testing::TestWithParam<Row> {};

TEST_P(CurlFacts, AreTheRows) {
  if (curl_version() < "7.87" || curl_version().starts_with("8.2"))
    GTEST_SKIP() << "curl " << curl_version() << " says it with other exit codes";
  const auto& row = GetParam();
  Folder folder;
  const bool origins = row.faults.starts_with("alpn");
  const auto text = fmt::format(
      "schema = 1\n[about]\nid = 'row'\ntitle = 't'\nteaches = 't'\n{}[[origin]]\nhost = "
      "'a.test'\n{}",
      origins ? "" : row.faults, origins ? row.faults : "");
  Served served({folder.write("row.toml", text)});
  ClientSettings client;
  client.url = fmt::format("https://a.test{}", row.path);
  client.method = ClientSettings::Method::get;
  auto arguments = curl_arguments(served.ready(), client);
  arguments.insert(arguments.end(), row.flags.begin(), row.flags.end());
  const auto result = curl(arguments, client);
  EXPECT_EQ(result.exit, row.exit) << result.message;
  EXPECT_EQ(result.http_connect, row.http_connect) << result.message;
  served.stop();
}

INSTANTIATE_TEST_SUITE_P(Rows, CurlFacts, testing::ValuesIn(rows()),
                         [](const auto& row) { return std::string(row.param.name); });

/// Over real sockets too: a reset after N bytes of a reply delivers exactly N.
TEST(ExactOverSockets, AResetAfterNBytesDeliversExactlyN) {
  Folder folder;
  std::string text =
      "schema = 1\n[about]\nid = 'exact'\ntitle = 't'\nteaches = 't'\n[[origin]]\nhost = 'a.test'\n"
      "[[fault]]\nid = 'no'\nwhen.point = 'request-head'\ndo.respond = { status = 403, body_bytes "
      "= 3000 }\n";
  constexpr int kOffsets = 2'001;
  for (int at = 0; at < kOffsets; ++at) {
    text += fmt::format(
        "[[fault]]\nid = 'cut-{0}'\nwhen = {{ point = 'reply', connection = {1}, offset_bytes = "
        "{0} }}\n"
        "do.close.how = 'rst'\n",
        at, at + 1);
  }
  Served served({folder.write("exact.toml", text)});
  for (int at = 0; at < kOffsets; ++at) {
    Socket client(served.port());
    client.send("CONNECT a.test:443 HTTP/1.1\r\n\r\n");
    ASSERT_EQ(client.read_all().size(), static_cast<std::size_t>(at));
    ASSERT_EQ(client.ending, Socket::End::rst) << at;
  }
  served.stop();
}

}  // namespace
}  // namespace misproxy::test
