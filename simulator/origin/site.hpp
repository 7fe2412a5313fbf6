#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/request_reader.hpp"
#include "origin/conditions.hpp"
#include "origin/routes.hpp"
#include "plan/plan.hpp"
#include "session/files.hpp"

namespace misproxy {

/// Where an origin has what it serves from: its part of the scenario, and its world's files. Both
/// may be none; they outlive the sessions.
struct SiteSource {
  const OriginSettings* settings = nullptr;
  Files* files = nullptr;
};

/// What a request came with, once it is whole.
struct ReceivedBody {
  std::uint64_t bytes = 0;
  std::string sha256;  // in hexadecimal
};

/// What an origin serves: the routes of the scenario in their order, then the files of its folder,
/// then what every origin has (origin/routes.hpp).
///
/// A method that a path has no route for is answered with 405. What a file cannot give, though it
/// should, is 500, 503 or 403, and the answer tells the trouble.
class Site {
 public:
  /// The plan outlives it. `root`: of the origin's URLs.
  Site(const Plan& plan, SiteSource source, std::string root)
      : plan_(plan), source_(source), root_(std::move(root)) {}

  OriginAnswer answer(const RequestHead& head, const ReceivedBody& body) const;
  /// What is said to a client that waits for 100 Continue.
  OriginRoute::OnExpect on_expect(const RequestHead& head) const;

 private:
  const OriginRoute* route_for(const RequestHead& head) const;
  std::optional<OriginAnswer> wrong_method(const RequestHead& head) const;
  OriginAnswer by_route(const OriginRoute& route, const RequestHead& head) const;
  std::optional<OriginAnswer> by_folder(const RequestHead& head) const;
  OriginAnswer by_default(const RequestHead& head, const ReceivedBody& body) const;
  OpenedFile open(const std::string& path) const;
  std::string resolved(const std::string& path) const;

  const Plan& plan_;
  SiteSource source_;
  std::string root_;
};

}  // namespace misproxy
