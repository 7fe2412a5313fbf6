#include "packets/capture_file.hpp"

namespace misproxy::evidence {

std::variant<CaptureFile, CaptureError> CaptureFile::open(const std::string& path) {
  return with(CaptureReader::open(path));
}

std::variant<CaptureFile, CaptureError> CaptureFile::of(const std::string& name,
                                                        std::string_view bytes) {
  return with(CaptureReader::of(name, bytes));
}

std::variant<CaptureFile, CaptureError> CaptureFile::with(
    std::variant<CaptureReader, CaptureError> opened) {
  if (auto* error = std::get_if<CaptureError>(&opened)) return std::move(*error);
  return CaptureFile(std::move(std::get<CaptureReader>(opened)));
}

}  // namespace misproxy::evidence
