#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "support/served.hpp"

namespace misproxy::test {

/// What one client's connection shows in a capture.
struct Talk {
  std::vector<std::string> flags;  // of SYN, FIN and RST, with `c` or `p` for who sent it
  std::int64_t from_client = 0;    // bytes
  std::int64_t to_client = 0;
  bool operator==(const Talk&) const = default;
};

/// The connections by the client's port; a broken file or a packet before its time is a failure.
std::map<int, Talk> talks(const std::string& path, const std::vector<std::uint16_t>& ports);

/// `misproxy serve` with a capture, in a folder of its own.
struct Captured {
  explicit Captured(const std::vector<std::string>& ids, std::vector<std::string> flags = {})
      : served(ids, with_capture(std::move(flags))) {}

  std::vector<std::string> with_capture(std::vector<std::string> flags) const {
    flags.insert(flags.end(), {"--capture", path});
    return flags;
  }

  Folder folder;
  std::string path = (folder / "c.pcapng").string();
  Served served;
};

}  // namespace misproxy::test
