#include "live/connect_failure.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace misproxy::live {
namespace {

/// As Asio gives it: the system's number, in the system's category.
Failed::Why why_of_errno(int number) {
  return why_of(boost::system::error_code(number, boost::system::system_category()));
}

TEST(ConnectFailure, IsWhatTheSystemSays) {
  EXPECT_EQ(why_of_errno(ECONNREFUSED), Failed::Why::refused);
  EXPECT_EQ(why_of_errno(ETIMEDOUT), Failed::Why::timeout);
  EXPECT_EQ(why_of_errno(ECONNRESET), Failed::Why::reset);
  EXPECT_EQ(why_of_errno(EHOSTUNREACH), Failed::Why::unreachable);
  EXPECT_EQ(why_of_errno(ENETUNREACH), Failed::Why::unreachable);
}

TEST(ConnectFailure, OfAMachineThatIsFullIsItsOwn) {
  for (const int full : {EMFILE, ENFILE, ENOMEM, ENOBUFS})
    EXPECT_EQ(why_of_errno(full), Failed::Why::exhausted) << full;
}

TEST(ConnectFailure, ThatNobodyKnowsIsUnreachable) {
  EXPECT_EQ(why_of_errno(EACCES), Failed::Why::unreachable);
}

}  // namespace
}  // namespace misproxy::live
