#pragma once

#include <map>
#include <string>
#include <vector>

namespace misproxy::test {

/// What tshark says of one frame, by field; empty where it says nothing.
using TsharkFrame = std::map<std::string, std::string>;

/// tshark with no preferences but its own, no keys but the file's, and checksums verified.
///
/// `tcp.reassemble_out_of_order` is on: without it, tshark 4.0 gives a segment that was sent again
/// within a reassembled message to TLS once more, and calls what comes of it malformed.
std::vector<TsharkFrame> tshark_frames(const std::string& capture,
                                       const std::vector<std::string>& fields);
/// `tshark -z` of one statistic.
std::string tshark_statistic(const std::string& capture, const std::string& statistic);

}  // namespace misproxy::test
