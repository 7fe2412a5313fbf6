#pragma once

#include <string>
#include <vector>

#include "diagnose/verdict.hpp"
#include "probe/probe.hpp"
#include "probe/settings_check.hpp"

namespace misproxy::probe {

/// A line each, with its end.
std::string check_text(const SettingCheck& check, bool colour);
std::string step_text(const ProbeStep& step, bool colour);

/// One JSON object without a line's end: `{"checks":[{"what","level","sentence"}],"steps":[{"step",
/// "ok","text","at_us","took_us"}],"outcome":{...},"diagnosis":{...}}`. Where no attempt was made,
/// `outcome` and `diagnosis` are null. The diagnosis is as `misproxy diagnose` gives it.
std::string probe_json(const std::vector<SettingCheck>& checks, const ProbeResult* result,
                       const diagnose::Diagnosis* diagnosis);

}  // namespace misproxy::probe
