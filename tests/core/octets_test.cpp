#include "core/octets.hpp"

#include <gtest/gtest.h>

namespace misproxy {
namespace {

TEST(Octets, SaysEveryByte) {
  EXPECT_EQ((Octets{"caf\u00e9", {}, {}}.bytes()), "caf\xc3\xa9") << "as the file has it";
  EXPECT_EQ((Octets{{}, "00FF0d", {}}.bytes()), std::string("\0\xff\r", 3));
  EXPECT_EQ((Octets{{}, {}, "AP8="}.bytes()), std::string("\0\xff", 2));
  EXPECT_EQ(Octets{}.bytes(), "");
}

TEST(Octets, Base64IsReadAsItIsWritten) {
  for (const auto* text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"})
    EXPECT_EQ(bytes_of_base64(to_base64(std::string_view(text))), text);
  for (const auto* text :
       {"Zg", "Zg=", "Zg===", "Zh==", "Z===", "Zm9v\n", " Zm9v", "Zm=v", "====", "Zm9v*Zm9"})
    EXPECT_EQ(bytes_of_base64(text), std::nullopt) << text;
}

}  // namespace
}  // namespace misproxy
