#pragma once

#include <array>
#include <chrono>

#include "core/certificate_kind.hpp"

namespace misproxy {

/// How a certificate of the catalogue is made: what of it differs from a good one.
///
/// Units: days from the one on which it is made.
struct Recipe {
  enum class Issuer { authority, itself, other, intermediate };
  enum class Names { host, another, common_name_only };

  CertificateKind kind = CertificateKind::good;
  Issuer issuer = Issuer::authority;
  Names names = Names::host;
  std::chrono::days from{-1};
  std::chrono::days until{89};
  bool weak_key = false;
  bool sha_1 = false;
  bool revoked = false;
};

/// One row a kind, in the order of the enumeration.
inline constexpr std::array kRecipes{
    Recipe{.kind = CertificateKind::good},
    Recipe{.kind = CertificateKind::expired,
           .from = std::chrono::days{-100},
           .until = std::chrono::days{-10}},
    Recipe{.kind = CertificateKind::not_yet_valid,
           .from = std::chrono::days{90},
           .until = std::chrono::days{180}},
    Recipe{.kind = CertificateKind::wrong_host, .names = Recipe::Names::another},
    Recipe{.kind = CertificateKind::self_signed, .issuer = Recipe::Issuer::itself},
    Recipe{.kind = CertificateKind::incomplete_chain, .issuer = Recipe::Issuer::intermediate},
    Recipe{.kind = CertificateKind::untrusted_ca, .issuer = Recipe::Issuer::other},
    Recipe{.kind = CertificateKind::revoked, .revoked = true},
    Recipe{.kind = CertificateKind::weak_key, .weak_key = true},
    Recipe{.kind = CertificateKind::sha_1, .sha_1 = true},
    Recipe{.kind = CertificateKind::no_san, .names = Recipe::Names::common_name_only},
};

constexpr const Recipe& recipe_of(CertificateKind kind) {
  return kRecipes.at(static_cast<std::size_t>(kind));
}

static_assert([] {
  for (std::size_t i = 0; i < kRecipes.size(); ++i) {
    if (kRecipes.at(i).kind != static_cast<CertificateKind>(i)) return false;
  }
  return kRecipes.size() == WordsOf<CertificateKind>::words.size();
}());

}  // namespace misproxy
