#include "core/encoding.hpp"

#include <gtest/gtest.h>

#include <array>

#include "core/md5.hpp"

namespace misproxy {
namespace {

TEST(Encoding, AgreesWithTheVectorsOfRfc4648) {
  using namespace std::string_view_literals;
  for (const auto& [plain, text] : {std::pair{""sv, ""sv},
                                    {"f"sv, "Zg=="sv},
                                    {"fo"sv, "Zm8="sv},
                                    {"foo"sv, "Zm9v"sv},
                                    {"foob"sv, "Zm9vYg=="sv},
                                    {"fooba"sv, "Zm9vYmE="sv},
                                    {"foobar"sv, "Zm9vYmFy"sv},
                                    {"\xff\xfe\xfd"sv, "//79"sv}}) {
    EXPECT_EQ(to_base64(plain), text);
  }
  EXPECT_EQ(to_hex(std::array<std::uint8_t, 3>{0x00, 0xab, 0x0f}), "00ab0f");
}

TEST(Md5, AgreesWithItsStandard) {
  // RFC 1321 appendix A.5.
  EXPECT_EQ(md5_hex(""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(md5_hex("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
}

}  // namespace
}  // namespace misproxy
