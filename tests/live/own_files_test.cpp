#include "live/own_files.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include <filesystem>

#include "live/files.hpp"
#include "support/served.hpp"

namespace misproxy::live {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;

/// `top/above/state`, with a key in it.
class OwnFiles : public testing::Test {
 protected:
  OwnFiles() {
    fs::create_directories(state());
    for (const auto& each : {top(), above(), state()})
      ::chmod(each.c_str(), 0700);
    EXPECT_EQ(write_whole(key(), "k", kSecret), "");
  }

  fs::path top() const { return folder_ / "top"; }
  fs::path above() const { return top() / "above"; }
  fs::path state() const { return above() / "state"; }
  fs::path key() const { return state() / "ca.key"; }
  /// Somebody who is neither root nor who owns these.
  static Person another() { return {::geteuid() + 1234, ::getegid() + 1234}; }
  /// The same groups do not help where the folder's is another.
  static Person of_other_group() { return {::geteuid(), ::getegid() + 1234}; }

  test::Folder folder_;
};

TEST_F(OwnFiles, OfOnesOwnAreTaken) {
  EXPECT_EQ(refuse_shared_folder(state()), "");
  EXPECT_EQ(read_own_file(key(), kSecret).text, "k");
}

TEST_F(OwnFiles, OfAnotherUserAreRefusedWithTheCommandThatMendsIt) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const auto expect_refused = [&](const fs::path& path) {
    ASSERT_EQ(::chown(path.c_str(), 1234, 1234), 0);
    const auto refused = test::misproxy({"ca", "--state-dir", state().string()});
    EXPECT_EQ(refused.code, 3);
    EXPECT_THAT(refused.err,
                HasSubstr(fmt::format("{} belongs to the user 1234, ", path.string())));
    EXPECT_THAT(refused.err, HasSubstr(fmt::format("mend it: chown 0 {}\n", path.string())));
    ASSERT_EQ(::chown(path.c_str(), 0, 0), 0);
  };
  fs::remove(key());
  ASSERT_EQ(test::misproxy({"ca", "--state-dir", state().string()}).code, 0);
  for (const auto* name : {"ca.key", "ca.pem", "server.key"})
    expect_refused(state() / name);
  expect_refused(state());
  EXPECT_EQ(test::misproxy({"ca", "--state-dir", state().string()}).code, 0);
}

TEST_F(OwnFiles, OfRootAreTakenByAnybodyAndOthersAreNot) {
  const auto refused = read_own_file(key(), kSecret, another());
  if (::geteuid() == 0) {
    EXPECT_EQ(refused.text, "k");
  } else {
    EXPECT_THAT(refused.why, HasSubstr("mend it: chown "));
  }
}

TEST_F(OwnFiles, AFolderAboveThatOthersMayWriteIsRefusedUnlessItIsSticky) {
  for (const auto& each : {above(), top()}) {
    for (const mode_t mode : {0777, 0707, 0702}) {
      ASSERT_EQ(::chmod(each.c_str(), mode), 0);
      const auto why = refuse_shared_folder(state());
      EXPECT_THAT(why, HasSubstr(fmt::format("{} has mode {:04o}: ", each.string(), mode)));
      EXPECT_THAT(why, HasSubstr(fmt::format("mend it: chmod go-w {}", each.string())));
      EXPECT_EQ(read_own_file(key(), kSecret).why, why);
    }
    ASSERT_EQ(::chmod(each.c_str(), 01777), 0);
    EXPECT_EQ(refuse_shared_folder(state()), "");
    ASSERT_EQ(::chmod(each.c_str(), 0755), 0);
  }
}

TEST_F(OwnFiles, AFolderAboveMayBeTheFirstGroupsToWriteAndNoOthers) {
  ASSERT_EQ(::chmod(above().c_str(), 0775), 0);
  EXPECT_EQ(refuse_shared_folder(state()), "");
  EXPECT_THAT(refuse_shared_folder(state(), of_other_group()),
              HasSubstr(fmt::format("mend it: chmod g-w {}", above().string())));
}

TEST_F(OwnFiles, AFolderAboveOfAnotherUserIsRefusedUnlessRootAsks) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  ASSERT_EQ(::chown(above().c_str(), 4321, 4321), 0);
  EXPECT_EQ(refuse_shared_folder(state()), "");
  EXPECT_THAT(refuse_shared_folder(state(), another()),
              HasSubstr(fmt::format("{} belongs to the user 4321, ", above().string())));
}

TEST_F(OwnFiles, BothWaysOfALinkAreJudged) {
  const auto open = folder_ / "open";
  fs::create_directory(open);
  fs::create_symlink(state(), open / "link");
  EXPECT_EQ(refuse_shared_folder(open / "link"), "");
  ASSERT_EQ(::chmod(open.c_str(), 0777), 0);
  EXPECT_THAT(refuse_shared_folder(open / "link"), HasSubstr(open.string() + " has mode 0777"));
}

}  // namespace
}  // namespace misproxy::live
