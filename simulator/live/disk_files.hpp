#pragma once

#include "session/files.hpp"

namespace misproxy::live {

/// The files of this machine.
class DiskFiles final : public Files {
 public:
  OpenedFile open(const std::string& path) override;
  OpenedFile open_below(const std::string& folder, const std::string& path) override;
};

}  // namespace misproxy::live
