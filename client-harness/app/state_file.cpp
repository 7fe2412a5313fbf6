#include "app/state_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include "live/files.hpp"
#include "live/own_files.hpp"
#include "live/state_directory.hpp"

namespace misproxy::app {

namespace fs = std::filesystem;

std::variant<StateFile, std::string> StateFile::open(const std::optional<std::string>& state_dir,
                                                     const std::string& name) {
  auto place = live::state_directory(live::StatePlaces::of_process(state_dir));
  if (auto* why = std::get_if<std::string>(&place)) return std::move(*why);
  const auto& folder = std::get<fs::path>(place);
  if (auto why = live::make_own_folder(folder); !why.empty()) return why;
  return StateFile(folder / name);
}

std::string StateFile::update(
    const std::function<std::string(const std::string& text)>& change) const {
  auto beside = path_;
  beside += ".lock";
  const live::File lock(
      ::open(beside.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, live::kSecret));
  if (!lock.is_open() || ::flock(lock.fd(), LOCK_EX) != 0) return live::failure("lock", beside);
  auto there = live::read_own_file(path_, live::kPublic);
  if (!there.why.empty()) return there.why;
  const auto before = there.text.value_or("");
  const auto after = change(before);
  return after == before ? "" : live::write_whole(path_, after, live::kSecret);
}

std::string StateFile::set_aside() const {
  for (int number = 1; number < 1000; ++number) {
    const fs::path place = fmt::format("{}.kept-{}", path_.string(), number);
    std::error_code error;
    if (fs::exists(fs::symlink_status(place, error))) continue;
    fs::rename(path_, place, error);
    return error ? "" : place.string();
  }
  return {};
}

}  // namespace misproxy::app
