#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "diagnose/observations.hpp"
#include "evidence/decrypted.hpp"

namespace misproxy::diagnose {

class WatchedCapture;

/// One piece of evidence: a file by its path, bytes that are at hand under a name of their own, or
/// a capture that was looked at while it was written.
struct Exhibit {
  std::string name;
  std::optional<std::string_view> text;  // absent: the file of that name; `-` is standard input
  WatchedCapture* watched = nullptr;     // in the place of both
  /// Whoever wrote it was stopped: it ends in the middle of what it tells.
  bool broken_off = false;
};

/// Why a piece cannot be used, in one sentence that names it.
struct Unusable {
  std::string sentence;
  bool missing = false;  // it is no file that can be read
};

/// What decrypts a capture's TLS: given its path, the path of a key log where there is one, and the
/// proxies' ports; on an error, a sentence.
using Decrypt = std::function<std::variant<std::vector<evidence::DecryptedHttp>, std::string>(
    const std::string&, const std::optional<std::string>&, const std::set<std::uint16_t>&)>;

/// What is kept of a connection that is over, of which no more can be told: its verdict alone, or,
/// where it failed, all that was seen of it.
enum class Keep { verdicts, failures };

/// Reads all pieces of one incident, whatever their order, and puts together what they show.
///
/// What a file is, its content tells. A capture that breaks off is used up to there, and a remark
/// says so; memory is bounded whatever its size. Texts are read whole, up to 512 MiB each, and so
/// is what comes through a pipe, a capture too: its TLS stays closed, for `decrypt` wants a path.
/// One that cannot be used among others that can is left out, and a remark says so; not one that
/// cannot be read at all. Where there are TLS keys, `decrypt` is asked for what is inside; without
/// it, a remark says that nobody looked.
std::variant<Observations, Unusable> read_evidence(const std::vector<Exhibit>& exhibits,
                                                   const Decrypt& decrypt = nullptr,
                                                   Keep keep = Keep::verdicts);

}  // namespace misproxy::diagnose
