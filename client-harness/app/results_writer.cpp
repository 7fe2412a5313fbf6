#include "app/results_writer.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

namespace misproxy::app {

ResultsWriter::Opened ResultsWriter::open(const std::string& folder, const BatchHead& head) {
  const auto path =
      (std::filesystem::path(folder) / fmt::format("runs-{}-of-{}.jsonl", head.part, head.of))
          .string();
  const int fd = live::open_growing(path, live::kPublic);
  if (fd < 0) return live::failure("write", path);
  std::unique_ptr<ResultsWriter> writer(new ResultsWriter(fd, path));
  writer->write(head_line(head));
  if (!writer->why_.empty()) return writer->why_;
  return writer;
}

void ResultsWriter::add(std::uint64_t index, const RunResult& result) {
  write(result_line(index, result));
}

void ResultsWriter::write(const std::string& line) {
  if (!why_.empty()) return;
  if (live::write_piece(file_.fd(), line + "\n") != 0) why_ = live::failure("write", path_);
}

}  // namespace misproxy::app
