#include "core/sha256.hpp"

#include <gtest/gtest.h>

#include "core/encoding.hpp"

namespace misproxy {
namespace {

TEST(Sha256, AgreesWithItsStandard) {
  // FIPS 180-4's example, "abc".
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 pieces;
  pieces.update("a");
  pieces.update("bc");
  EXPECT_EQ(to_base64(pieces.finish()), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
}

}  // namespace
}  // namespace misproxy
