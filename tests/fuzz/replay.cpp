// Runs a target over its corpus without libFuzzer, in whatever build: every file as it is, and its
// first half.
//   fuzz_NAME PATH...   files, folders, or @FILE: a file that lists paths with commas between them
// Exit codes: 0 all went well, 2 there was nothing to run; a finding ends the process.

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "fuzz/target.hpp"

namespace {

namespace fs = std::filesystem;

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void run(const std::string& bytes) {
  // A copy of exactly this size, so that a sanitizer sees a byte too many.
  const std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
  LLVMFuzzerTestOneInput(copy.data(), copy.size());
}

int replay(const fs::path& path) {
  const auto whole = bytes_of(path);
  run(whole);
  run(whole.substr(0, whole.size() / 2));
  return 1;
}

int replay_all(const std::string& argument) {
  int count = 0;
  if (argument.starts_with("@")) {
    std::istringstream list(bytes_of(argument.substr(1)));
    for (std::string path; std::getline(list, path, ',');)
      count += replay_all(path);
  } else if (fs::is_directory(argument)) {
    for (const auto& each : fs::directory_iterator(argument))
      count += replay(each.path());
  } else if (fs::is_regular_file(argument)) {
    count += replay(argument);
  }
  return count;
}

}  // namespace

int main(int count, char** arguments) {
  int replayed = 0;
  for (int i = 1; i < count; ++i)
    replayed += replay_all(arguments[i]);
  std::printf("%d files replayed\n", replayed);
  return replayed > 0 ? 0 : 2;
}
