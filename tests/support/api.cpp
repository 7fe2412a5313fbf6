#include "support/api.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "support/served.hpp"
#include "support/tree.hpp"

namespace misproxy::test {
namespace {

namespace json = boost::json;

std::vector<std::string> arguments(std::vector<std::string> starter, const std::string& where,
                                   const std::vector<std::string>& words) {
  starter.insert(starter.end(), {MISPROXY_BINARY, "serve", "--api=" + where, "--format", "json"});
  starter.insert(starter.end(), words.begin(), words.end());
  return starter;
}

std::vector<std::string> with_state(std::vector<std::string> environment) {
  const auto state = state_environment();
  environment.insert(environment.end(), state.begin(), state.end());
  return environment;
}

}  // namespace

std::string text(const json::value& value) { return std::string(value.as_string()); }

std::string Answer::text_of_member(const std::string& name) const {
  return text(object().at(name));
}

Api::Api(const std::vector<std::string>& words, const std::string& where,
         const std::vector<std::string>& environment, std::vector<std::string> starter)
    : process_(arguments(std::move(starter), where, words), with_state(environment)) {
  while (const auto line = process_.read_line()) {
    const auto ready = json::parse(*line).as_object();
    if (!ready.contains("api")) continue;
    url_ = text(ready.at("api"));
    ca_ = text(ready.at("ca"));
    if (ready.at("token_file").is_string()) token_file_ = text(ready.at("token_file"));
    return;
  }
  throw std::runtime_error("misproxy serve --api did not start: " + process_.wait().err);
}

Answer Api::call(const std::string& method, const std::string& path, const std::string& body,
                 const std::vector<std::string>& headers) const {
  std::vector<std::string> words{"curl",           "-q",       "-sS", "-X", method, "-w",
                                 "\n%{http_code}", url_ + path};
  if (!body.empty()) words.insert(words.end(), {"--data-binary", "@-"});
  for (const auto& header : headers)
    words.insert(words.end(), {"-H", header});
  const auto done = run(words, {"no_proxy=*"}, body);
  const auto end = done.out.rfind('\n');
  EXPECT_NE(end, std::string::npos) << done.err;
  return {std::atoi(done.out.c_str() + end + 1), done.out.substr(0, end)};
}

json::object Api::make(const std::string& wish) const {
  const auto made = post("/proxies", wish);
  EXPECT_EQ(made.status, 201) << made.body;
  return made.object();
}

Finished Api::fetch(const json::object& proxy, const std::string& target,
                    const std::vector<std::string>& flags) const {
  std::vector<std::string> words{"curl",     "-q", "-sS", "-x", text(proxy.at("proxy_url")),
                                 "--cacert", ca_};
  words.insert(words.end(), flags.begin(), flags.end());
  words.push_back(target);
  return run(words, {"no_proxy="});
}

std::uint16_t Api::port() const {
  return static_cast<std::uint16_t>(std::stoi(url_.substr(url_.rfind(':') + 1)));
}

Finished Api::stop() {
  process_.signal(SIGTERM);
  auto done = process_.wait();
  EXPECT_EQ(done.code, 0) << done.err;
  return done;
}

std::string npm_program(const std::string& package, const std::string& program) {
  const auto at = package.rfind('@');
  auto folder = package.substr(0, at);
  std::replace(folder.begin(), folder.end(), '/', '-');
  folder = MISPROXY_BINARY_DIR "/npm/" + folder;
  auto path = folder + "/node_modules/" + program;
  // Tests run beside each other: one installs, and the others wait until all of it is there.
  constexpr auto kInstall =
      "[ -e \"$1/whole\" ] || { npm install --loglevel=error --no-audit --no-fund --prefix \"$1\" "
      "\"$2\" && touch \"$1/whole\"; }";
  std::filesystem::create_directories(folder);
  const auto installed =
      run({"flock", folder + "/lock", "sh", "-c", kInstall, "sh", folder, package});
  EXPECT_EQ(installed.code, 0) << installed.err;
  return path;
}

}  // namespace misproxy::test
