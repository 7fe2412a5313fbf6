#include "anonymize/voice.hpp"

#include <gmock/gmock.h>

namespace misproxy::anonymize {
namespace {

using testing::HasSubstr;
using testing::Not;

/// What is shown of a direction's bytes, whatever pieces they came in.
std::string shown(const std::string& bytes, std::size_t piece, const std::string& asked = "") {
  Pseudonyms pseudonyms;
  OpenRequests open;
  if (!asked.empty()) open.push_back(asked);
  Voice voice(open, pseudonyms);
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    voice.take(std::string_view(bytes).substr(at, piece));
  voice.finish();
  return voice.shown().at(0, bytes.size());
}

std::string record(char type, const std::string& body) {
  std::string out{type, '\x03', '\x03'};
  out += static_cast<char>(body.size() >> 8U);
  out += static_cast<char>(body.size());
  return out + body;
}

TEST(Voice, ABodyIsFillerAndTheNextHeadIsOneWhateverThePieces) {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n";
  for (const std::size_t piece : {1U, 2U, 7U, 1000U})
    EXPECT_EQ(shown(head + "secret" + head + "hidden", piece), head + "xxxxxx" + head + "xxxxxx");
}

TEST(Voice, ChunksKeepTheirSizes) {
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::size_t piece : {1U, 3U, 1000U}) {
    EXPECT_EQ(shown(head + "6;a=b\r\nsecret\r\n0\r\nX-T: key\r\n\r\n" + head, piece),
              head + "6;x=x\r\nxxxxxx\r\n0\r\nx-x: xxx\r\n\r\n" + head);
  }
}

TEST(Voice, WhatFollowsTheAnswerToAConnectIsNoBody) {
  const std::string head = "HTTP/1.1 200 Connection established\r\n\r\n";
  const auto alert = record('\x15', "\x02\x28");
  EXPECT_EQ(shown(head + alert, 3, "CONNECT"), head + alert);
  EXPECT_EQ(shown(head + "secret", 3, "GET"), head + "xxxxxx");
}

/// A ClientHello with a server name and a session ticket, over two records.
TEST(Voice, AClientHelloKeepsItsFormOverRecords) {
  const std::string name = "tools.cisco.com";
  std::string list = std::string("\0", 1);
  list += std::string("\0\x0f", 2) + name;
  std::string value = std::string("\0\x12", 2) + list;
  std::string extensions = std::string("\0\0\0\x14", 4) + value;
  extensions += std::string("\0\x23\0\x04", 4) + "TICK";
  std::string body = "\x03\x03" + std::string(32, 'r') + std::string("\x04sess", 5);
  body +=
      std::string("\0\x02\x13\x01\x01\0\0", 7) + static_cast<char>(extensions.size()) + extensions;
  std::string message = std::string("\x01\0\0", 3) + static_cast<char>(body.size()) + body;
  const auto bytes = record('\x16', message.substr(0, 60)) + record('\x16', message.substr(60));
  for (const std::size_t piece : {1U, 50U, 1000U}) {
    const auto out = shown(bytes, piece);
    EXPECT_EQ(out.size(), bytes.size());
    for (const auto* gone : {"tools", "cisco", "TICK", "sess"})
      EXPECT_THAT(out, Not(HasSubstr(gone)));
    EXPECT_THAT(out, HasSubstr(".com"));
    EXPECT_EQ(out.substr(0, 43), bytes.substr(0, 43)) << "its version and its random stay";
  }
}

TEST(Voice, RecordsBehindTheHandshakeKeepTheirHeadsAlone) {
  const auto data = record('\x17', "secret");
  EXPECT_EQ(shown(data + data, 4), data.substr(0, 5) + "xxxxxx" + data.substr(0, 5) + "xxxxxx");
}

TEST(Voice, ARecordWithAHoleIsNotTheEndOfReading) {
  Pseudonyms pseudonyms;
  OpenRequests open;
  Voice voice(open, pseudonyms);
  const auto hello = record('\x16', std::string(40, 'h'));
  const auto data = record('\x17', "secret");
  voice.take(hello.substr(0, 20));
  voice.skip(hello.size() - 20);
  voice.take(data);
  EXPECT_EQ(voice.shown().at(hello.size(), data.size()), data.substr(0, 5) + "xxxxxx");
}

TEST(Voice, OfAnotherProtocolTheFirstWordIsShown) {
  EXPECT_EQ(shown("220 mail.acme.com ESMTP\r\n250 ok\r\n", 1000),
            "220 xxxx.xxxx.xxx xxxxx\r\nxxxxxxxx");
  EXPECT_EQ(shown("SSH-2.0-OpenSSH_9.2\r\nkeys", 1000), "SSH-2.0-xxxxxxx_0.0\r\nxxxx");
}

}  // namespace
}  // namespace misproxy::anonymize
