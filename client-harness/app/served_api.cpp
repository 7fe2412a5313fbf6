#include "app/served_api.hpp"

#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <fstream>
#include <iterator>

#include "live/files.hpp"

namespace misproxy::app {
namespace {

namespace fs = std::filesystem;

/// A new secret of 256 bits; empty where the kernel gives none.
std::string new_token() {
  std::array<unsigned char, 32> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) return {};
  std::string text;
  for (const auto byte : bytes)
    fmt::format_to(std::back_inserter(text), "{:02x}", byte);
  return text;
}

/// Whether only its owner can read it.
bool is_secret(const fs::path& path) {
  struct stat about {};
  return ::stat(path.c_str(), &about) == 0 && (about.st_mode & 077) == 0;
}

/// The installation's token, made where there is none; on an error `why` says it.
std::string token_in(const fs::path& path, std::string& why) {
  std::error_code error;
  if (fs::exists(path, error)) {
    std::string token;
    std::ifstream(path) >> token;
    if (!is_secret(path)) {
      why = fmt::format("{} can be read by others: chmod 600 it, or remove it for a new one",
                        path.string());
    } else if (token.empty()) {
      why = fmt::format("{} holds no token: remove it for a new one", path.string());
    }
    return token;
  }
  auto token = new_token();
  why = live::write_whole(path, token + "\n", live::kSecret);
  return token;
}

}  // namespace

std::string ServedApi::open(const Setup& setup, Catalogue& catalogue, live::Threads& threads,
                            Recorder& all) {
  std::string token;
  std::string why;
  if (!is_loopback(setup.where.host)) {
    token_file_ = (setup.state / "api-token").string();
    token = token_in(token_file_, why);
    if (!why.empty()) return why;
  }
  const live::GuestList guests(setup.allow_clients);
  ca_path_ = setup.ca_path;
  adopted_.pool =
      std::make_unique<api::ProxyPool>(catalogue, threads, all, setup.where.host, guests);
  adopted_.pool->splice(setup.splice);
  server_ = std::make_unique<api::HttpServer>(*adopted_.pool, setup.ca_path, setup.ca, guests,
                                              token, setup.version);
  why = server_->listen(setup.where);
  if (why.empty()) url_ = server_->url();
  return why;
}

void ServedApi::adopt(live::Server& server, const std::string& text) {
  auto id = server.name();
  std::ranges::replace(id, '#', '-');
  adopted_.pool->adopt(id, text, server);
}

void ServedApi::start() {
  if (server_) server_->start();
}

void ServedApi::stop() {
  if (server_) server_->stop();
  if (adopted_.pool) adopted_.pool->stop();
}

std::string ServedApi::ready_line() const {
  namespace json = boost::json;
  return json::serialize(json::object{
             {"api", url_},
             {"token_file", token_file_.empty() ? json::value(nullptr) : json::value(token_file_)},
             {"ca", ca_path_},
             {"pid", ::getpid()}}) +
         "\n";
}

std::string ServedApi::announcement() const {
  return fmt::format("export MISPROXY_API={}  # {}/openapi.json tells what it can{}\n", url_, url_,
                     token_file_.empty() ? "" : fmt::format("; token in {}", token_file_));
}

}  // namespace misproxy::app
