#pragma once

#include <string>
#include <vector>

#include "diagnose/observations.hpp"
#include "diagnose/verdict.hpp"

namespace misproxy::diagnose::rules {

/// One verdict for all that the evidence shows: a name that did not resolve, a setting that
/// explains the rest, or the failure that most connections met.
Verdict incident(const Observations& observations, const std::vector<Verdict>& verdicts);

/// A remark may be made of it.
bool is_remarkable(const Connection& connection);
/// What is wrong with settings and command lines, whether or not it is to blame: a sentence each.
std::vector<std::string> remarks(const Observations& observations, const Verdict& incident);

}  // namespace misproxy::diagnose::rules
