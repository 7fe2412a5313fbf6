#include "scenario/origin_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "core/glob.hpp"

namespace misproxy {
namespace {

/// The path is relative to the scenario's own file.
void check_path(TableReader& table, std::string_view key, const std::optional<std::string>& path,
                const std::filesystem::path& folder, std::filesystem::file_type wanted) {
  namespace fs = std::filesystem;
  if (!path) return;
  const auto where = folder / *path;
  std::error_code ignored;
  const auto found = fs::status(where, ignored).type();
  if (found == wanted) return;
  const auto* what = wanted == fs::file_type::directory ? "folder" : "file";
  const bool is_there = fs::exists(fs::file_status(found));
  table.report_at(key,
                  is_there ? fmt::format("`{}` is no {}", where.string(), what)
                           : fmt::format("there is no {} `{}`", what, where.string()),
                  "a path is told from the scenario's own file, or from `/`");
}

/// The first before `index` that leaves nothing for it.
template <class Item, class Hides>
std::optional<std::size_t> hidden_by(const std::vector<Item>& items, std::size_t index,
                                     const Hides& hides) {
  for (std::size_t by = 0; by < index; ++by) {
    if (hides(items[by], items[index])) return by;
  }
  return std::nullopt;
}

bool answers_all_of(const OriginRoute& first, const OriginRoute& second) {
  const bool any_method = !first.method || first.method == "*";
  const bool same_method =
      second.method && first.method && glob_covers(*first.method, *second.method);
  return (any_method || same_method) && glob_covers(first.path, second.path);
}

/// A route behind one that answers whatever it could.
void check_hidden_routes(std::vector<TableReader>& tables, const std::vector<OriginRoute>& routes) {
  for (std::size_t i = 1; i < routes.size(); ++i) {
    const auto by = hidden_by(routes, i, answers_all_of);
    if (!by) continue;
    tables[i].report_at("path",
                        fmt::format("`{}` is never asked for: the route `{}` (line {}) before it "
                                    "answers all that it could",
                                    routes[i].path, routes[*by].path, tables[*by].line_of("path")),
                        "write the narrower one first, or leave one of them out");
  }
}

void check_origin(TableReader& table, const OriginSettings& origin,
                  const std::filesystem::path& folder) {
  check_path(table, "files", origin.files, folder, std::filesystem::file_type::directory);
  if (origin.routes.empty()) return;
  auto routes = table.children("route");
  for (std::size_t i = 0; i < routes.size(); ++i)
    check_path(routes[i], "file", origin.routes[i].file, folder,
               std::filesystem::file_type::regular);
  check_hidden_routes(routes, origin.routes);
}

bool plays_all_of(const OriginSettings& first, const OriginSettings& second) {
  return first.port == second.port && glob_covers(first.host, second.host);
}

/// An origin behind one that plays all its hosts.
void warn_of_hidden(std::vector<TableReader>& tables, const std::vector<OriginSettings>& origins) {
  for (std::size_t i = 1; i < origins.size(); ++i) {
    const auto by = hidden_by(origins, i, plays_all_of);
    if (!by) continue;
    tables[i].warn_at("host",
                      fmt::format("`{}` is never asked for at port {}: `{}` (line {}) before it "
                                  "plays that host too; write the narrower one first",
                                  origins[i].host, origins[i].port, origins[*by].host,
                                  tables[*by].line_of("host")));
  }
}

/// The port of plain HTTP, and a client of that would wait for an answer.
void warn_of_port_80(TableReader& table, const OriginSettings& origin) {
  const bool speaks_tls = origin.port == 80 && !origin.tls.empty() && !origin.upstream.is_real();
  if (!speaks_tls) return;
  table.warn_at("port", "an origin at port 80 that speaks TLS: for plain HTTP write `tls = []`");
}

}  // namespace

void check_origins(TableReader& root, const Scenario& scenario) {
  if (scenario.origins.empty()) return;
  auto tables = root.children("origin");
  for (std::size_t i = 0; i < tables.size(); ++i) {
    check_origin(tables[i], scenario.origins[i], scenario.folder);
    warn_of_port_80(tables[i], scenario.origins[i]);
  }
  warn_of_hidden(tables, scenario.origins);
}

}  // namespace misproxy
