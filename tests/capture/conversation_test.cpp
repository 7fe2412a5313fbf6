#include "capture/conversation.hpp"

#include <gtest/gtest.h>

#include "support/captures.hpp"
#include "support/process.hpp"

namespace misproxy {
namespace {

using test::kClient;
using test::kProxy;

void append(std::vector<Packet>& all, const std::vector<Packet>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

/// Everything that a connection does, with more bytes than any window.
std::vector<Packet> long_talk(std::uint64_t seed, Ending how) {
  Conversation talk(kClient, kProxy, seed);
  auto all = talk.opened();
  append(all, talk.sent(Side::client, std::string(200'001, 'c')));
  append(all, talk.sent(Side::server, std::string(200'001, 's')));
  append(all, talk.ended(Side::server, how));
  append(all, talk.sent(Side::client, "still there"));
  append(all, talk.ended(Side::client, how));
  return all;
}

TEST(Conversation, OpensAsLinuxDoes) {
  const auto packets = Conversation(kClient, kProxy, 1).opened();
  ASSERT_EQ(packets.size(), 3U);
  const auto& syn = *packets[0].tcp();
  const auto& answer = *packets[1].tcp();
  const auto& ack = *packets[2].tcp();
  EXPECT_TRUE(syn.syn && !syn.has_ack && syn.mss == 1460 && syn.window == 64240);
  EXPECT_TRUE(syn.sack_permitted && syn.window_scale == 7 && syn.timestamps->echo == 0);
  EXPECT_TRUE(answer.syn && answer.has_ack && answer.mss == 1460 && answer.window == 65160);
  EXPECT_EQ(answer.ack, syn.seq + 1);
  EXPECT_EQ(ack.seq, syn.seq + 1);
  EXPECT_EQ(ack.ack, answer.seq + 1);
  EXPECT_EQ(ack.timestamps->echo, answer.timestamps->value);
  EXPECT_FALSE(ack.mss || ack.sack_permitted || ack.window_scale);
}

TEST(Conversation, CutsBytesIntoSegmentsThatAreAcknowledged) {
  Conversation talk(kClient, kProxy, 1);
  talk.opened();
  const auto packets = talk.sent(Side::server, std::string(3000, 'x'));
  ASSERT_EQ(packets.size(), 4U);
  EXPECT_EQ(packets[0].tcp()->payload.size(), 1448U);
  EXPECT_FALSE(packets[1].tcp()->psh);
  EXPECT_TRUE(packets[2].tcp()->psh);
  EXPECT_EQ(packets[2].tcp()->payload.size(), 104U);
  EXPECT_EQ(packets[3].tcp()->ack, packets[0].tcp()->seq + 3000);
  EXPECT_TRUE(talk.sent(Side::client, "").empty());
}

TEST(Conversation, EndsOnceAndForAll) {
  Conversation talk(kClient, kProxy, 1);
  talk.opened();
  const auto fin = talk.ended(Side::client, Ending::fin);
  ASSERT_EQ(fin.size(), 2U);
  EXPECT_TRUE(fin[0].tcp()->fin && fin[0].tcp()->has_ack);
  EXPECT_EQ(fin[1].tcp()->ack, fin[0].tcp()->seq + 1);
  EXPECT_TRUE(talk.sent(Side::client, "x").empty());
  EXPECT_EQ(talk.sent(Side::server, "x").size(), 2U) << "the other half is open";
  const auto rst = talk.ended(Side::server, Ending::rst);
  ASSERT_EQ(rst.size(), 1U);
  EXPECT_TRUE(rst[0].tcp()->rst && rst[0].tcp()->has_ack && !rst[0].tcp()->fin);
  EXPECT_TRUE(talk.sent(Side::server, "x").empty());
  EXPECT_TRUE(talk.ended(Side::server, Ending::fin).empty());
}

TEST(Conversation, IsDrawnFromItsSeedAndItsEnds) {
  EXPECT_EQ(long_talk(1, Ending::fin), long_talk(1, Ending::fin));
  EXPECT_NE(long_talk(1, Ending::fin), long_talk(2, Ending::fin));
  EXPECT_NE(Conversation(kClient, kProxy, 1).opened()[0].tcp()->seq,
            Conversation({kClient.host, 1}, kProxy, 1).opened()[0].tcp()->seq);
}

TEST(Conversation, TsharkFindsNothingToRemark) {
  for (const auto how : {Ending::fin, Ending::rst}) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      const test::ScratchFile file("talk.pcapng", test::pcapng_file(long_talk(seed, how)));
      const auto shown =
          test::run({"tshark", "-r", file.path(), "-Y", "tcp.analysis.flags || _ws.malformed", "-T",
                     "fields", "-e", "frame.number", "-e", "_ws.expert.message"});
      EXPECT_EQ(shown.code, 0) << shown.err;
      EXPECT_EQ(shown.out, "");
    }
  }
}

}  // namespace
}  // namespace misproxy
