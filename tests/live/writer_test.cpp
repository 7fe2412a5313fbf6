#include "live/writer.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <future>

#include "support/served.hpp"

namespace misproxy::test {
namespace {

using live::Writer;

const Writer::Owner kOne{"s", 1};
const Writer::Owner kOther{"s", 2};

/// A pipe that nobody reads until it is asked for.
class Pipe {
 public:
  Pipe() {
    std::signal(SIGPIPE, SIG_IGN);  // as misproxy does
    EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0);
  }
  ~Pipe() { close_reader(); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int writer() const { return ends_[1]; }
  void close_reader() {
    if (ends_[0] >= 0) ::close(ends_[0]);
    ends_[0] = -1;
  }
  std::string read(std::size_t count) const {
    std::string text;
    std::array<char, 65536> piece;
    while (text.size() < count) {
      const auto got = ::read(ends_[0], piece.data(), std::min(piece.size(), count - text.size()));
      if (got <= 0) break;
      text.append(piece.data(), static_cast<std::size_t>(got));
    }
    return text;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

std::string piece_of(char letter) { return std::string(1000, letter); }

/// Puts until the owner is behind; how many pieces that were.
std::size_t fill(Writer& writer, const Writer::Owner& owner, char letter) {
  std::size_t pieces = 0;
  for (; !writer.is_behind(owner); ++pieces)
    writer.put(piece_of(letter), owner);
  return pieces;
}

TEST(Writer, LetsOnlyTheOwnerWaitWhoHasFilledIt) {
  Pipe pipe;
  const auto writer = Writer::to(pipe.writer());
  const auto pieces = fill(*writer, kOne, 'a');
  EXPECT_FALSE(writer->is_behind(kOther));
  writer->put(piece_of('b'), kOther);
  std::promise<void> room;
  writer->await_room(kOne, [&] { room.set_value(); });
  auto called = room.get_future();
  EXPECT_NE(called.wait_for(std::chrono::seconds{0}), std::future_status::ready);
  const auto text = pipe.read((pieces + 1) * 1000);
  called.get();
  EXPECT_FALSE(writer->is_behind(kOne));
  EXPECT_EQ(text, std::string(pieces * 1000, 'a') + piece_of('b'));
  writer->finish();
  EXPECT_EQ(writer->lost(), 0U);
  EXPECT_EQ(writer->error(), 0);
}

TEST(Writer, LetsAllWaitWhereManyTogetherHaveFilledIt) {
  Pipe pipe;
  const auto writer = Writer::to(pipe.writer());
  std::size_t pieces = 0;
  for (int i = 0; !writer->is_behind({"s", -1}); ++i)
    pieces += fill(*writer, {"s", i}, 'a');
  std::promise<void> room;  // of one that has nothing in it
  writer->await_room({"s", -1}, [&] { room.set_value(); });
  EXPECT_EQ(pipe.read(pieces * 1000).size(), pieces * 1000);
  room.get_future().get();
}

TEST(Writer, SaysWhatIsLostWhereTheReaderTakesNothing) {
  Pipe pipe;
  const auto writer = Writer::to(pipe.writer());
  const auto pieces = fill(*writer, kOne, 'a');
  writer->finish_within(std::chrono::milliseconds{1});
  EXPECT_EQ(writer->error(), ECANCELED);
  EXPECT_GT(writer->lost(), 0U);
  EXPECT_LE(writer->lost(), pieces);
  EXPECT_FALSE(writer->is_behind(kOne)) << "nobody waits for one that has ended";
}

TEST(Writer, NobodyWaitsForAReaderThatIsGone) {
  Pipe pipe;
  const auto writer = Writer::to(pipe.writer());
  fill(*writer, kOne, 'a');
  std::promise<void> room;
  writer->await_room(kOne, [&] { room.set_value(); });
  pipe.close_reader();
  room.get_future().get();
  writer->finish();
  EXPECT_EQ(writer->error(), EPIPE);
}

TEST(Writer, OpensAFifoOnceSomebodyReadsIt) {
  Folder folder;
  const auto path = (folder / "fifo").string();
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  auto writer = Writer::to_fifo(path);
  writer->put("before ", kOne);
  Process reader({"cat", path});
  writer->put("and after", kOne);
  writer->finish();
  EXPECT_EQ(writer->lost(), 0U);
  // It is closed with the writer, and only then the reader ends.
  writer.reset();
  EXPECT_EQ(reader.wait().out, "before and after");
}

TEST(Writer, WritesAFileAtOnce) {
  Folder folder;
  const auto path = folder.write("file", "");
  const auto writer = Writer::to(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  writer->put("piece", kOne);
  EXPECT_EQ(std::filesystem::file_size(path), 5U);
}

TEST(GatheringWriter, WhatComesWithinAMomentIsOnePieceAndTheEndWaitsForNone) {
  const Pipe pipe;
  const auto writer = Writer::gathering(pipe.writer());
  std::string all;
  for (int i = 0; i < 100; ++i) {
    const auto line = "line " + std::to_string(i) + "\n";
    writer->put(line, kOne);
    all += line;
  }
  writer->finish();
  EXPECT_EQ(pipe.read(all.size()), all);
  EXPECT_EQ(writer->lost(), 0U);
}

TEST(GatheringWriter, AFileHasAllOfItAtTheEnd) {
  Folder folder;
  const auto path = (folder / "talk").string();
  const auto writer = Writer::gathering(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  const std::string line(1000, 'x');
  for (int i = 0; i < 1000; ++i)
    writer->put(line, kOne);
  writer->finish();
  EXPECT_EQ(text_of(path).size(), 1'000'000U);
}

}  // namespace
}  // namespace misproxy::test
