#include "support/served.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "core/endpoint.hpp"
#include "plan/worlds.hpp"
#include "scenario/bundled.hpp"
#include "scenario/loader.hpp"
#include "support/suite_ca.hpp"
#include "support/tree.hpp"
#include "trace/json_line.hpp"

namespace misproxy::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr auto kMark = "\n--misproxy--\n";  // between what curl received and what it says of it

std::vector<std::string> serve_arguments(const Folder& folder,
                                         const std::vector<std::string>& files,
                                         const std::vector<std::string>& flags) {
  // Events on stdout nobody would read; where the ready file is elsewhere, there are few.
  const bool elsewhere = std::find(flags.begin(), flags.end(), "--ready-file") != flags.end();
  std::vector<std::string> arguments{MISPROXY_BINARY, "serve", "--trace",
                                     (folder / "trace.jsonl").string()};
  arguments.insert(arguments.end(),
                   {elsewhere ? "--format" : "--ready-file", elsewhere ? "json" : "-"});
  // So that a suite can be run as well with what is not the default: `--no-splice`.
  if (const auto* more = std::getenv("MISPROXY_SERVE_FLAG")) arguments.emplace_back(more);
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  arguments.insert(arguments.end(), files.begin(), files.end());
  return arguments;
}

std::uint16_t port_of(const json::value& address) {
  return parse_endpoint(std::string(address.as_string())).value().port;
}

}  // namespace

Folder::Folder() {
  auto pattern = (fs::temp_directory_path() / "misproxy-test-XXXXXX").string();
  path_ = ::mkdtemp(pattern.data());
}

Folder::~Folder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string Folder::write(const std::string& name, const std::string& text) const {
  std::ofstream(path_ / name, std::ios::binary) << text;
  return (path_ / name).string();
}

std::vector<std::string> state_environment() {
  static const Folder state;
  static const std::string home = [] {
    lend_suite_ca(state / "state");
    return (state / "state").string();
  }();
  return {"XDG_STATE_HOME=" + home};
}

Finished misproxy(const std::vector<std::string>& arguments) {
  std::vector<std::string> argv{MISPROXY_BINARY};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return run(argv, state_environment());
}

ReadyLine parse_ready(const std::string& line) {
  const auto object = json::parse(line).as_object();
  ReadyLine ready;
  ready.scenario = std::string(object.at("scenario").as_string());
  ready.proxy_port = port_of(object.at("proxy"));
  ready.proxy_url = std::string(object.at("proxy_url").as_string());
  for (const auto& origin : object.at("origins").as_array()) {
    ready.origin_ports.push_back(port_of(origin.as_object().at("listen")));
  }
  ready.ca = std::string(object.at("ca").as_string());
  ready.pid = object.at("pid").as_int64();
  ready.seed = object.at("seed").as_int64();
  return ready;
}

Served::Served(const std::vector<std::string>& files, const std::vector<std::string>& flags)
    : process_(serve_arguments(folder_, files, flags), state_environment()) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto line = process_.read_line();
    if (!line) throw std::runtime_error("misproxy serve did not start: " + process_.wait().err);
    ready_.push_back(parse_ready(*line));
  }
}

Finished Served::stop() {
  process_.signal(SIGTERM);
  return wait();
}

Finished Served::wait() {
  auto finished = process_.wait();
  EXPECT_EQ(finished.code, 0) << finished.err;
  return finished;
}

std::vector<TraceLine> Served::trace() const { return trace_in(trace_path()); }

std::vector<TraceLine> trace_in(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<TraceLine> lines;
  for (std::string text; std::getline(file, text);) {
    auto line = parse_json_line(text);
    EXPECT_TRUE(std::holds_alternative<TraceLine>(line)) << text;
    if (auto* good = std::get_if<TraceLine>(&line)) lines.push_back(std::move(*good));
  }
  return lines;
}

void Served::await(std::size_t enough, const std::function<bool(const TraceLine&)>& condition) {
  // `tail -F` hands on each line as it is written: an event to wait for, not a time.
  Process tail({"tail", "-n", "+1", "-f", trace_path().string()});
  for (std::size_t found = 0; found < enough;) {
    const auto text = tail.read_line();
    if (!text) {
      ADD_FAILURE() << "the trace never said it: " << found << " of " << enough;
      return;
    }
    const auto line = parse_json_line(*text);
    if (const auto* good = std::get_if<TraceLine>(&line)) found += condition(*good) ? 1 : 0;
  }
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> bundled_ids() {
  std::vector<std::string> ids;
  for (const auto& scenario : bundled_scenarios()) {
    const auto loaded = bundled_scenario(scenario.id());
    if (!loaded.expect.curl.empty() && !why_not_live(loaded)) ids.emplace_back(scenario.id());
  }
  return ids;
}

Scenario bundled_scenario(std::string_view id) {
  for (const auto& scenario : bundled_scenarios()) {
    if (scenario.id() != id) continue;
    return load_scenario(std::string(scenario.path), scenario.text).scenario;
  }
  throw std::runtime_error(fmt::format("no scenario {}", id));
}

std::string test_name(std::string id) {
  std::replace(id.begin(), id.end(), '-', '_');
  return id;
}

std::string curl_version() {
  static const std::string version = [] {
    std::istringstream text(run({"curl", "--version"}).out);
    std::string word;
    text >> word >> word;
    return word;
  }();
  return version;
}

std::vector<std::string> curl_arguments(const ReadyLine& ready, const ClientSettings& client) {
  std::vector<std::string> argv{"curl", "-q", "-sS", "-x", ready.proxy_url, "--cacert", ready.ca};
  if (ready.proxy_url.starts_with("https:")) argv.insert(argv.end(), {"--proxy-cacert", ready.ca});
  if (client.max_time_ms) {
    argv.insert(argv.end(),
                {"-m", fmt::format("{}", static_cast<double>(client.max_time_ms->count()) / 1000)});
  }
  if (client.proxy_auth != ClientSettings::Auth::none) {
    const bool any = client.proxy_auth == ClientSettings::Auth::any;
    argv.push_back(any ? "--proxy-anyauth" : fmt::format("--proxy-{}", word(client.proxy_auth)));
    argv.insert(argv.end(), {"-U", client.proxy_user + ":" + client.proxy_password});
  }
  if (client.method == ClientSettings::Method::head) argv.emplace_back("-I");
  if (client.method == ClientSettings::Method::post)
    argv.insert(argv.end(), {"--data-binary", "@-"});
  for (const auto& header : client.headers)
    argv.insert(argv.end(), {"-H", header});
  if (client.follow.value_or(false))
    argv.insert(argv.end(), {"-L", "--max-redirs", fmt::to_string(client.max_redirects)});
  argv.push_back(client.url);
  if (client.again_after_ms) argv.push_back(client.url);
  return argv;
}

CurlResult curl(const std::vector<std::string>& arguments, const ClientSettings& client) {
  auto argv = arguments;
  argv.insert(argv.end(),
              {"-w", fmt::format("{}%{{http_connect}} %{{http_code}} %{{errormsg}}", kMark)});
  const auto input = std::string(static_cast<std::size_t>(client.body_bytes), 'x');
  const auto finished = run(argv, {"no_proxy=", "NO_PROXY="}, input);
  CurlResult result;
  result.exit = finished.code;
  const auto mark = finished.out.rfind(kMark);
  result.out = finished.out.substr(0, mark);
  std::istringstream said(
      mark == std::string::npos ? "" : finished.out.substr(mark + std::string_view(kMark).size()));
  said >> result.http_connect >> result.http_code >> std::ws;
  std::getline(said, result.message);
  return result;
}

const CurlExpectation& curl_expectation(const Scenario& scenario) {
  const auto& all = scenario.expect.curl;
  const auto found =
      std::ranges::find_if(all, [](const auto& each) { return each.covers(curl_version()); });
  if (found == all.end()) throw std::runtime_error("no expectation covers curl " + curl_version());
  return *found;
}

}  // namespace misproxy::test
