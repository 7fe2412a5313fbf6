#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "diagnose/observations.hpp"

namespace misproxy::diagnose::rules {

/// No address was found for the name: neither by this lookup, nor by one that another file shows,
/// nor behind a search list (`proxy.corp.example` where `proxy.corp.example.lan` failed).
bool is_failed(const Observations& seen, const LookupSeen& lookup);
/// `DNS: no such name, NXDOMAIN`.
std::string_view dns_answer(int rcode);
/// A client gave up, for its proxy's name was not found; and went on when that was found at
/// another time. Null where none did.
const LookupSeen* given_up(const Observations& seen);
/// A sentence for each name that DNS denies, where connections were made all the same; and for one
/// that was found late, or not each time, but where `incident` is that.
std::vector<std::string> lookup_remarks(const Observations& seen, const Verdict& incident);

}  // namespace misproxy::diagnose::rules
