#include "scenario/origin_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

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

bool hides(const OriginRoute& first, const OriginRoute& second) {
  const bool any_method = !first.method || first.method == "*";
  const bool same_method =
      second.method && first.method && glob_covers(*first.method, *second.method);
  return (any_method || same_method) && glob_covers(first.path, second.path);
}

/// A route behind one that answers whatever it could.
void check_hidden_routes(std::vector<TableReader>& tables, const std::vector<OriginRoute>& routes) {
  for (std::size_t i = 1; i < routes.size(); ++i) {
    const auto end = routes.begin() + static_cast<std::ptrdiff_t>(i);
    const auto by = std::find_if(routes.begin(), end,
                                 [&](const OriginRoute& first) { return hides(first, routes[i]); });
    if (by == end) continue;
    const auto line = tables[static_cast<std::size_t>(by - routes.begin())].line_of("path");
    tables[i].report_at("path",
                        fmt::format("`{}` is never asked for: the route `{}` (line {}) before it "
                                    "answers all that it could",
                                    routes[i].path, by->path, line),
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

/// An origin behind one that plays all its hosts.
void warn_of_hidden(std::vector<TableReader>& tables, const std::vector<OriginSettings>& origins) {
  for (std::size_t i = 1; i < origins.size(); ++i) {
    const auto end = origins.begin() + static_cast<std::ptrdiff_t>(i);
    const auto by = std::find_if(origins.begin(), end, [&](const OriginSettings& first) {
      return first.port == origins[i].port && glob_covers(first.host, origins[i].host);
    });
    if (by == end) continue;
    const auto line = tables[static_cast<std::size_t>(by - origins.begin())].line_of("host");
    tables[i].warn_at("host",
                      fmt::format("`{}` is never asked for at port {}: `{}` (line {}) before it "
                                  "plays that host too; write the narrower one first",
                                  origins[i].host, origins[i].port, by->host, line));
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
