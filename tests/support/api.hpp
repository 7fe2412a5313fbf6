#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "support/process.hpp"

namespace misproxy::test {

/// What the API answers.
struct Answer {
  int status = 0;
  std::string body;

  boost::json::object object() const { return boost::json::parse(body).as_object(); }
  std::string type() const { return text_of_member("type"); }
  std::string text_of_member(const std::string& name) const;
};

std::string text(const boost::json::value& value);

/// `misproxy serve --api`, ready when the constructor returns.
class Api {
 public:
  /// `words`: further arguments of `serve`; `environment`: on top of the one that all have;
  /// `starter`: what starts it, such as `unshare -rm`.
  explicit Api(const std::vector<std::string>& words = {}, const std::string& where = "127.0.0.1:0",
               const std::vector<std::string>& environment = {},
               std::vector<std::string> starter = {});

  Answer call(const std::string& method, const std::string& path, const std::string& body = {},
              const std::vector<std::string>& headers = {}) const;
  Answer get(const std::string& path) const { return call("GET", path); }
  Answer post(const std::string& path, const std::string& body) const {
    return call("POST", path, body);
  }
  /// Makes a proxy, and returns what it is.
  boost::json::object make(const std::string& wish) const;
  /// A GET through a proxy that was made, by curl with these flags too.
  Finished fetch(const boost::json::object& proxy,
                 const std::string& target = "https://tools.cisco.com/healthcheck",
                 const std::vector<std::string>& flags = {}) const;

  const std::string& url() const { return url_; }
  std::uint16_t port() const;
  const std::string& token_file() const { return token_file_; }
  Process& process() { return process_; }
  Finished stop();

 private:
  Process process_;
  std::string url_;
  std::string ca_;
  std::string token_file_;
};

/// The program of a package of npm's, `name@version`, which is installed where it is not there yet.
std::string npm_program(const std::string& package, const std::string& program);

}  // namespace misproxy::test
