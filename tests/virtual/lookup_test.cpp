// A look-up as the client's C library does it, as a dialogue with a server.
#include "virtual/lookup.hpp"

#include <gtest/gtest.h>

#include "capture/dns_bytes.hpp"

namespace misproxy::simulated {
namespace {

constexpr Ipv4 kClient = 0x0a282801;
constexpr Ipv4 kServer = 0x0a2828fe;

class Dialogue {
 public:
  Dialogue()
      : lookup_(queue_, {"proxy.a.test", 1, kClient, kServer,
                         [this](const Datagram& question) { ask(question); },
                         [this](std::optional<std::string> address) {
                           ended_ = true;
                           address_ = std::move(address);
                         }}) {
    lookup_.begin();
  }

  /// Answers the last question of this type.
  void answer(std::uint16_t type, const DnsReply& reply) {
    for (auto i = asked_.size(); i-- > 0;) {
      const auto question = *read_dns_question(asked_[i]);
      if (question.type != type) continue;
      const auto bytes = dns_reply(question, reply);
      return lookup_.take({{kServer, kDnsPort}, {kClient, ports_[i]}, bytes});
    }
  }
  void stray(std::string_view bytes) {
    lookup_.take({{kServer, kDnsPort}, {kClient, ports_.back()}, bytes});
  }
  /// Till nothing more happens.
  void wait() {
    while (!queue_.empty())
      queue_.run_next();
  }

  void wait_for_questions(std::size_t count) {
    while (asked_.size() < count && !queue_.empty())
      queue_.run_next();
  }

  std::size_t questions() const { return asked_.size(); }
  const std::string& question(std::size_t nth) const { return asked_.at(nth); }
  std::uint16_t port(std::size_t nth) const { return ports_.at(nth); }
  bool ended() const { return ended_; }
  const std::optional<std::string>& address() const { return address_; }
  std::chrono::seconds took() const {
    return std::chrono::duration_cast<std::chrono::seconds>(queue_.now());
  }

 private:
  void ask(const Datagram& question) {
    ports_.push_back(question.source.port);
    asked_.emplace_back(question.payload);
  }

  EventQueue queue_;
  std::vector<std::string> asked_;
  std::vector<std::uint16_t> ports_;  // that each came from
  bool ended_ = false;
  std::optional<std::string> address_;
  Lookup lookup_;
};

const DnsReply kFound{0, IpAddress(0x0a0a0a01), std::nullopt};
const DnsReply kNone{};
const DnsReply kCannotTell{2, std::nullopt, std::nullopt};
const DnsReply kRefused{5, std::nullopt, std::nullopt};

TEST(Lookup, AsksForBothTypesAndTakesTheAddress) {
  Dialogue dialogue;
  EXPECT_EQ(dialogue.questions(), 2U);
  dialogue.answer(kDnsA, kFound);
  EXPECT_FALSE(dialogue.ended());
  dialogue.answer(kDnsAaaa, kNone);
  EXPECT_EQ(dialogue.address(), "10.10.10.1");
}

TEST(Lookup, AsksNobodyAgainWhereThereIsNoSuchName) {
  Dialogue dialogue;
  dialogue.answer(kDnsA, {kNoSuchName, std::nullopt, std::nullopt});
  dialogue.answer(kDnsAaaa, {kNoSuchName, std::nullopt, std::nullopt});
  EXPECT_TRUE(dialogue.ended());
  EXPECT_FALSE(dialogue.address());
  EXPECT_EQ(dialogue.questions(), 2U);
}

TEST(Lookup, AsksOnceMoreAtOnceWhereTheServerCannotTell) {
  Dialogue dialogue;
  dialogue.answer(kDnsA, kCannotTell);
  EXPECT_EQ(dialogue.questions(), 2U);
  dialogue.answer(kDnsAaaa, kRefused);
  EXPECT_EQ(dialogue.questions(), 4U);
  EXPECT_EQ(dialogue.question(2), dialogue.question(0));  // its ID, too
  dialogue.answer(kDnsA, kRefused);
  dialogue.answer(kDnsAaaa, kCannotTell);
  EXPECT_TRUE(dialogue.ended());
  EXPECT_FALSE(dialogue.address());
}

TEST(Lookup, AnErrorForOneTypeIsNoErrorForTheOther) {
  for (const auto type : {kDnsA, kDnsAaaa}) {
    Dialogue dialogue;
    dialogue.answer(type, kCannotTell);
    dialogue.answer(type == kDnsA ? kDnsAaaa : kDnsA, kFound);
    EXPECT_TRUE(dialogue.ended());
    EXPECT_EQ(dialogue.address().has_value(), type == kDnsAaaa);
    EXPECT_EQ(dialogue.questions(), 2U);
  }
}

TEST(Lookup, GivesUpAfterTwoTriesOfTwoSeconds) {
  Dialogue dialogue;
  dialogue.wait();
  EXPECT_TRUE(dialogue.ended());
  EXPECT_EQ(dialogue.questions(), 4U);
  EXPECT_EQ(dialogue.took(), std::chrono::seconds(4));
}

TEST(Lookup, WhereOneIsAnsweredAloneTheyAreAskedInTurn) {
  Dialogue dialogue;
  for (const std::size_t asked : {2U, 3U, 5U}) {
    dialogue.wait_for_questions(asked);
    EXPECT_EQ(dialogue.questions(), asked);
    dialogue.answer(kDnsA, kFound);
    dialogue.answer(kDnsA, kFound);  // once more: that is no other answer
    EXPECT_FALSE(dialogue.ended());
  }
  dialogue.wait();
  EXPECT_EQ(dialogue.questions(), 6U);
  EXPECT_EQ(dialogue.port(1), dialogue.port(3));
  EXPECT_NE(dialogue.port(4), dialogue.port(5));
  EXPECT_EQ(dialogue.address(), "10.10.10.1");
  EXPECT_EQ(dialogue.took(), std::chrono::seconds(6));
}

TEST(Lookup, WithoutAnAnswerForTheFirstTheSecondIsNotAskedAnyMore) {
  Dialogue dialogue;
  dialogue.answer(kDnsAaaa, kNone);
  dialogue.wait();
  EXPECT_EQ(dialogue.questions(), 4U);
  EXPECT_EQ(dialogue.question(2), dialogue.question(0));
  EXPECT_EQ(dialogue.question(3), dialogue.question(0));
  EXPECT_FALSE(dialogue.address());
  EXPECT_EQ(dialogue.took(), std::chrono::seconds(6));
}

TEST(Lookup, LeavesAsideWhatIsNoAnswerOfIts) {
  Dialogue dialogue;
  const auto foreign = dns_reply(*read_dns_question(dns_query(1, "x.test", kDnsA)), kFound);
  for (std::size_t cut = 0; cut <= foreign.size(); ++cut)
    dialogue.stray(foreign.substr(0, cut));
  EXPECT_FALSE(dialogue.ended());
  EXPECT_EQ(dialogue.questions(), 2U);
}

}  // namespace
}  // namespace misproxy::simulated
