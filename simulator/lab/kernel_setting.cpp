#include "lab/kernel_setting.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "live/files.hpp"

namespace misproxy::lab {

bool set_kernel(std::string_view name, std::string_view value) {
  const auto path = "/proc/sys/net/" + std::string(name);
  const live::File file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  const auto size = static_cast<ssize_t>(value.size());
  return file.is_open() && ::write(file.fd(), value.data(), value.size()) == size;
}

}  // namespace misproxy::lab
