// How much memory a text costs, whatever stands in it and however it comes.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "support/served.hpp"
#include "support/tree.hpp"

namespace misproxy::test {
namespace {

constexpr std::size_t kMib = 1024 * 1024;
constexpr std::size_t kText = 48 * kMib;

/// The most that a process held, in MiB, that reads `path` as its standard input, or by its name.
std::size_t peak_of(const std::string& path, bool piped) {
  const pid_t child = fork();
  if (child == 0) {
    const int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(nothing, STDOUT_FILENO);
    dup2(nothing, STDERR_FILENO);
    const auto command = "cat '" + path + "' | " MISPROXY_BINARY " diagnose -";
    if (piped)
      execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    else
      execl(MISPROXY_BINARY, "misproxy", "diagnose", path.c_str(), nullptr);
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  EXPECT_EQ(wait4(child, &status, 0, &usage), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) <= 2) << status;
  return static_cast<std::size_t>(usage.ru_maxrss) / 1024;  // of the shell's children, too
}

std::string repeated(std::string_view piece, std::size_t bytes) {
  std::string text;
  text.reserve(bytes + piece.size());
  while (text.size() < bytes)
    text += piece;
  return text;
}

TEST(DiagnoseMemory, ATextStandsInMemoryOnce) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer's memory is not misproxy's";
#endif
  Folder folder;
  const auto program = peak_of(folder.write("line", "    * Trying 10.10.10.1:80...\n"), false);
  for (const std::string_view piece :
       {"\n", "    * Trying 10.10.10.1:80...\n", "&gt; a &lt; line of prose\n"}) {
    const auto path = folder.write("text", repeated(piece, kText));
    EXPECT_LT(peak_of(path, false) - program, kText / kMib + 21) << piece;
    EXPECT_LT(peak_of(path, true) - program, kText / kMib + 40) << piece << "through a pipe";
  }
}

TEST(DiagnoseMemory, InUtf16ItAddsWhatItBecomes) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer's memory is not misproxy's";
#endif
  Folder folder;
  const auto path =
      folder.write("text", "\xff\xfe" + repeated(std::string_view("\x2d\x4e", 2), kText / 2));
  EXPECT_LT(peak_of(path, false), kText / 2 / kMib * 5 / 2 + 64);
}

}  // namespace
}  // namespace misproxy::test
