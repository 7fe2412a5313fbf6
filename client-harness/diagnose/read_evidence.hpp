#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "diagnose/observations.hpp"
#include "evidence/names.hpp"

namespace misproxy::diagnose {

/// One piece of evidence: a file by its path, or bytes that are at hand under a name of their own.
struct Exhibit {
  std::string name;
  std::optional<std::string> text;  // absent: read the file of that name; `-` is standard input
};

/// Why a piece cannot be used, in one sentence that names it.
struct Unusable {
  std::string sentence;
};

/// Reads all pieces of one incident, whatever their order, and puts together what they show.
///
/// What a file is, its content tells. A capture that breaks off is used up to there, and a remark
/// says so; memory is bounded whatever its size. Texts are read whole, up to 512 MiB each.
/// `names` takes the host names of texts, and has to outlive the observations' making only.
std::variant<Observations, Unusable> read_evidence(const std::vector<Exhibit>& exhibits);

}  // namespace misproxy::diagnose
