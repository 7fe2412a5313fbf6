#include "app/run_captures.hpp"

#include <fmt/format.h>

#include <utility>

namespace misproxy::app {
namespace {

constexpr std::size_t kMostDrawn = 256UL << 20;  // bytes, and a piece

/// `next` takes what `to` takes, behind it.
void add(CaptureWrite& to, CaptureWrite next) {
  if (!to) {
    to = std::move(next);
    return;
  }
  to = [first = std::move(to), next = std::move(next)](std::string_view blocks) {
    first(blocks);
    next(blocks);
  };
}

}  // namespace

std::filesystem::path bundle_folder(const RunOptions& options, const std::string& scenario,
                                    std::uint64_t seed, std::optional<std::int64_t> offset) {
  const auto moved = offset ? fmt::format("-offset{}", *offset) : "";
  return std::filesystem::path(options.out.value_or("")) /
         fmt::format("{}-seed{}{}", scenario, seed, moved);
}

RunCaptures::RunCaptures(const RunOptions& options, const std::filesystem::path& folder,
                         RunDiagnosis* diagnosis) {
  const bool has_client_end = options.world != RunOptions::WorldChoice::live;
  if (diagnosis != nullptr && diagnosis->wants_capture()) {
    add(has_client_end ? sinks_.client : sinks_.proxy,
        [diagnosis](std::string_view blocks) { diagnosis->take(blocks); });
  }
  if (options.draws()) {
    add(has_client_end ? sinks_.client : sinks_.proxy, [this](std::string_view blocks) {
      if (drawn_.size() < kMostDrawn) drawn_ += blocks;
    });
  }
  if (options.capture) add_file(sinks_.chosen, *options.capture);
  if (options.out) add_bundle(folder, has_client_end);
}

void RunCaptures::add_bundle(const std::filesystem::path& folder, bool client) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    why_ = fmt::format("cannot make {}: {}", folder.string(), error.message());
    return;
  }
  if (client) add_file(sinks_.client, (folder / "client.pcapng").string());
  add_file(sinks_.proxy, (folder / "proxy.pcapng").string());
}

void RunCaptures::add_file(CaptureWrite& to, const std::string& path) {
  auto& file = files_.emplace_back(std::make_unique<CaptureOutput>(path));
  add(to, [&file = *file](std::string_view blocks) { file.write(blocks); });
}

std::string RunCaptures::why() const {
  for (const auto& file : files_) {
    if (why_.empty() && !file->why().empty()) return file->why();
  }
  return why_;
}

}  // namespace misproxy::app
