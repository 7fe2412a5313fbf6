#include "drivers/scratch_folder.hpp"

#include <stdlib.h>

#include <filesystem>

namespace misproxy {

namespace fs = std::filesystem;

ScratchFolder::ScratchFolder() {
  std::error_code error;
  auto name = (fs::temp_directory_path(error) / "misproxy-client-XXXXXX").string();
  if (::mkdtemp(name.data()) != nullptr) path_ = name;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

}  // namespace misproxy
