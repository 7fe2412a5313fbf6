#include "api/zip.hpp"

#include <zip.h>

#include <memory>

namespace misproxy::api {

std::string zip(const std::vector<std::pair<std::string, std::string>>& files) {
  zip_error_t error;
  zip_error_init(&error);
  auto* source = zip_source_buffer_create(nullptr, 0, 0, &error);
  if (source == nullptr) return {};
  zip_source_keep(source);  // read when the archive is closed
  const std::unique_ptr<zip_source_t, decltype(&zip_source_free)> kept(source, zip_source_free);
  auto* archive = zip_open_from_source(source, ZIP_TRUNCATE, &error);
  if (archive == nullptr) {
    zip_source_free(source);
    return {};
  }
  for (const auto& [name, text] : files) {
    auto* entry = zip_source_buffer(archive, text.data(), text.size(), 0);
    if (entry == nullptr || zip_file_add(archive, name.c_str(), entry, ZIP_FL_ENC_UTF_8) < 0) {
      zip_source_free(entry);
      zip_discard(archive);
      return {};
    }
  }
  if (zip_close(archive) != 0) {
    zip_discard(archive);
    return {};
  }
  if (zip_source_open(source) != 0) return {};
  zip_stat_t about;
  zip_stat_init(&about);
  zip_source_stat(source, &about);
  std::string bytes(about.size, '\0');
  const auto count = zip_source_read(source, bytes.data(), bytes.size());
  zip_source_close(source);
  bytes.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
  return bytes;
}

}  // namespace misproxy::api
