#include "runner/capture_of.hpp"

#include <gmock/gmock.h>

namespace misproxy {
namespace {

using simulated::CapturePointId;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

TEST(LinkEnds, AreReadInTheirOrderAlongThePath) {
  EXPECT_THAT(parse_link_ends("origin,client").value(),
              ElementsAre(CapturePointId::client, CapturePointId::origin));
  EXPECT_THAT(parse_link_ends("router-proxy").value(), ElementsAre(CapturePointId::router_proxy));
  EXPECT_THAT(parse_link_ends("proxy,proxy").value(), ElementsAre(CapturePointId::proxy));
  EXPECT_THAT(parse_link_ends("all").value(), ElementsAreArray(kLinkEnds));
}

TEST(LinkEnds, AreRefusedWhereNoneHasTheName) {
  for (const auto* text : {"", ",", "Client", "client,", "client,,proxy", "client,x", "all,proxy"})
    EXPECT_EQ(parse_link_ends(text), std::nullopt) << text;
}

TEST(LinkEnds, HaveNamesThatAreReadAgain) {
  for (const auto end : kLinkEnds)
    EXPECT_THAT(parse_link_ends(link_end_name(end)).value(), ElementsAre(end));
}

}  // namespace
}  // namespace misproxy
