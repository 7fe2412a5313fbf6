#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "session/files.hpp"

namespace misproxy::test {

/// Files that are none: by the path under which they are asked for.
class FakeFiles final : public Files {
 public:
  static constexpr std::int64_t kModified = 1'700'000'000;  // Tue, 14 Nov 2023 22:13:20 GMT

  /// `readable`: so much of it can be read, though it says that it is larger.
  void add(std::string path, std::string bytes, std::size_t readable = std::string::npos) {
    files_[std::move(path)] = std::make_shared<Fake>(std::move(bytes), readable);
  }
  void refuse(std::string path, OpenedFile::Why why) { refused_[std::move(path)] = why; }

  OpenedFile open(const std::string& path) override {
    if (const auto why = refused_.find(path); why != refused_.end()) return {why->second, nullptr};
    const auto found = files_.find(path);
    if (found == files_.end()) return {};
    return {OpenedFile::Why::opened, found->second};
  }
  OpenedFile open_below(const std::string& folder, const std::string& path) override {
    return open(folder + "/" + path);
  }

 private:
  struct Fake final : ReadableFile {
    Fake(std::string text, std::size_t most) : bytes(std::move(text)), readable(most) {}
    std::uint64_t size() const override { return bytes.size(); }
    std::int64_t modified() const override { return kModified; }
    std::size_t read(std::uint64_t at, std::span<char> out) const override {
      const auto there = std::min(bytes.size(), readable);
      if (at >= there) return 0;
      return bytes.substr(0, there).copy(out.data(), out.size(), static_cast<std::size_t>(at));
    }
    std::string bytes;
    std::size_t readable;
  };

  std::map<std::string, std::shared_ptr<const Fake>> files_;
  std::map<std::string, OpenedFile::Why> refused_;
};

}  // namespace misproxy::test
