#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "anonymize/pseudonyms.hpp"

namespace misproxy::anonymize {

/// What became of a capture's frames.
struct CaptureCopied {
  std::size_t packets = 0;
  std::size_t left_out = 0;   // frames that hold no IP
  bool without_link = false;  // written as raw IP: interfaces differ, or packets stood in tunnels
  std::optional<std::string> broken;  // where the file breaks off
};

/// Makes known what has to go of a capture. On an error, a sentence with the path.
std::optional<std::string> note_capture(const std::string& path, Pseudonyms& pseudonyms);

/// The capture at `from` under pseudonyms, as pcap: times, sizes, flags and numbers as they were;
/// of payloads only what voice.hpp shows; no comments, names of interfaces or TLS secrets. Reads
/// the file twice. On an error, a sentence with the path.
std::variant<CaptureCopied, std::string> copy_capture(const std::string& from,
                                                      const std::string& to,
                                                      Pseudonyms& pseudonyms);

}  // namespace misproxy::anonymize
