#pragma once

#include <string>

#include "app/refusal.hpp"
#include "teaching/score.hpp"

namespace misproxy::app {

/// Whether scores can go there: a name that ends in `.csv`, `.json` or `.jsonl`. Empty, or a
/// sentence.
std::string refuse_score_file(const std::string& path);

/// Adds a line at the end of a class's file, made where it is not there; others may do the same at
/// the same time. What is there stays as it is: a file that is something else is refused. Empty, or
/// a sentence.
std::string add_score(const std::string& path, const teaching::Score& score);

}  // namespace misproxy::app
