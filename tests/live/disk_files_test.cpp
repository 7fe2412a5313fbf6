#include "live/disk_files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "support/served.hpp"

namespace misproxy::live {
namespace {

namespace fs = std::filesystem;
using Why = OpenedFile::Why;

/// A folder with files, and what stands beside it.
struct Tree {
  test::Folder folder;
  std::string root = (folder / "root").string();

  Tree() {
    fs::create_directories(root + "/sub");
    folder.write("root/a", "inside");
    folder.write("root/sub/b", "below");
    folder.write("outside", "secret");
    fs::create_symlink("a", root + "/to-a");
    fs::create_symlink("../a", root + "/sub/up-to-a");
    fs::create_symlink("sub", root + "/to-sub");
    fs::create_symlink("../outside", root + "/to-outside");
    fs::create_symlink(folder / "outside", root + "/to-absolute");
    fs::create_symlink("..", root + "/to-parent");
    fs::create_symlink("/proc/self/root", root + "/to-root");
    fs::create_symlink("loop", root + "/loop");
    ::mkfifo((root + "/fifo").c_str(), 0600);
  }
};

std::string contents_of(const OpenedFile& opened) {
  if (!opened.file) return "none";
  std::string bytes(static_cast<std::size_t>(opened.file->size()), '\0');
  EXPECT_EQ(opened.file->read(0, bytes), bytes.size());
  return bytes;
}

TEST(DiskFiles, OpensWhatStandsBelowTheFolder) {
  Tree tree;
  DiskFiles files;
  EXPECT_EQ(contents_of(files.open_below(tree.root, "a")), "inside");
  EXPECT_EQ(contents_of(files.open_below(tree.root, "sub/b")), "below");
  EXPECT_EQ(contents_of(files.open_below(tree.root, "to-a")), "inside");
  EXPECT_EQ(contents_of(files.open_below(tree.root, "to-sub/b")), "below");
  EXPECT_EQ(contents_of(files.open_below(tree.root, "sub/up-to-a")), "inside");
}

TEST(DiskFiles, NeverLeavesIt) {
  Tree tree;
  DiskFiles files;
  using namespace std::string_literals;
  for (const auto& path : {"../outside"s,
                           "sub/../../outside"s,
                           "to-outside"s,
                           "to-absolute"s,
                           "to-parent/outside"s,
                           "to-root/etc/passwd"s,
                           "/etc/passwd"s,
                           tree.root + "/a",
                           "loop"s,
                           "fifo"s,
                           "sub"s,
                           "."s,
                           ".."s,
                           ""s,
                           "none"s,
                           "a/b"s,
                           "a\0"s,
                           "a\0/../../outside"s,
                           "/"s,
                           "//a"s,
                           std::string(5000, 'x')}) {
    EXPECT_EQ(contents_of(files.open_below(tree.root, path)), "none") << path;
  }
  EXPECT_EQ(files.open_below((tree.folder / "none").string(), "a").why, Why::absent);
}

TEST(DiskFiles, TellsWhyAFileCannotBeHad) {
  Tree tree;
  DiskFiles files;
  EXPECT_EQ(files.open_below(tree.root, "none").why, Why::absent);
  if (::geteuid() == 0) GTEST_SKIP() << "root may read all";
  ::chmod((tree.root + "/a").c_str(), 0);
  EXPECT_EQ(files.open_below(tree.root, "a").why, Why::forbidden);
}

/// What was opened stays; what becomes shorter gives less.
TEST(DiskFiles, ReadsWhatItHasOpened) {
  Tree tree;
  DiskFiles files;
  const auto opened = files.open_below(tree.root, "a");
  fs::remove(tree.root + "/a");
  EXPECT_EQ(contents_of(opened), "inside");
  const auto shrinking = files.open(tree.root + "/sub/b");
  fs::resize_file(tree.root + "/sub/b", 2);
  std::string bytes(5, '\0');
  EXPECT_EQ(shrinking.file->read(0, bytes), 2U);
}

}  // namespace
}  // namespace misproxy::live
