#include "live/state_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace misproxy::live {
namespace {

std::string place(StatePlaces places) {
  const auto found = state_directory(places);
  const auto* path = std::get_if<std::filesystem::path>(&found);
  return path != nullptr ? path->string() : "refused: " + std::get<std::string>(found);
}

TEST(StateDirectory, IsTheFirstPlaceThatIsAbsolute) {
  EXPECT_EQ(place({"/asked", "/state", "/home/a", "/home/b"}), "/asked");
  EXPECT_EQ(place({{}, "/state", "/home/a", "/home/b"}), "/state/misproxy");
  EXPECT_EQ(place({{}, "state", "/home/a", "/home/b"}), "/home/a/.local/state/misproxy");
  EXPECT_EQ(place({{}, "", "/home/a", "/home/b"}), "/home/a/.local/state/misproxy");
  EXPECT_EQ(place({{}, {}, {}, "/home/b"}), "/home/b/.local/state/misproxy");
  EXPECT_EQ(place({{}, {}, "", "/home/b"}), "/home/b/.local/state/misproxy");
  EXPECT_EQ(place({{}, {}, "home", "/home/b"}), "/home/b/.local/state/misproxy");
}

TEST(StateDirectory, ThatWasAskedForMayBeRelative) {
  EXPECT_EQ(place({"ca", {}, {}, {}}), (std::filesystem::current_path() / "ca").string());
  EXPECT_EQ(place({"", "/state", {}, {}}).rfind("refused: --state-dir", 0), 0U);
}

TEST(StateDirectory, IsNeverTheWorkingFolder) {
  for (const auto& nowhere : {std::optional<std::string>{}, std::optional<std::string>{""}}) {
    const auto said = place({{}, nowhere, nowhere, nowhere});
    EXPECT_EQ(said.rfind("refused: ", 0), 0U) << said;
    EXPECT_NE(said.find("--state-dir DIR"), std::string::npos) << said;
  }
}

}  // namespace
}  // namespace misproxy::live
