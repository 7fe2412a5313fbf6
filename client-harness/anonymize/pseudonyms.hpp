#pragma once

#include "anonymize/address_pseudonyms.hpp"
#include "anonymize/name_pseudonyms.hpp"

namespace misproxy::anonymize {

/// What stands for what, in all files of one incident.
///
/// The files are read twice: first to know all that has to go, then, behind `settle`, to be
/// written.
struct Pseudonyms {
  AddressPseudonyms addresses;
  NamePseudonyms names;

  void settle() {
    addresses.settle();
    names.settle();
  }
};

}  // namespace misproxy::anonymize
