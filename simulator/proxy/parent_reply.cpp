#include "proxy/parent_reply.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "core/glob.hpp"
#include "http/response_text.hpp"

namespace misproxy {
namespace {

/// Of one connection, or about the body as it stood there.
constexpr std::array<std::string_view, 8> kOfTheHop{
    "connection", "keep-alive",        "proxy-connection", "te",
    "trailer",    "transfer-encoding", "upgrade",          "content-length"};

bool concerns_the_hop(std::string_view name) {
  return std::any_of(kOfTheHop.begin(), kOfTheHop.end(),
                     [&](std::string_view each) { return glob_matches(each, name); });
}

bool is_success(const ResponseHead& head) { return head.status >= 200 && head.status < 300; }

std::string passed_on(const ResponseHead& head, const std::string& body) {
  std::vector<std::string> headers;
  for (const auto& [name, value] : head.headers) {
    if (!concerns_the_hop(name)) headers.push_back(fmt::format("{}: {}", name, value));
  }
  headers.emplace_back("Connection: close");
  return response_head(head.status, head.reason, headers, body.size()) + body;
}

}  // namespace

std::string parent_request(const Endpoint& target, const std::vector<std::string>& credentials) {
  auto head =
      fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\nVia: 1.1 misproxy\r\n", target.text());
  for (const auto& each : credentials)
    head += fmt::format("Proxy-Authorization: {}\r\n", each);
  return head + "\r\n";
}

void ParentReply::restart() {
  reader_.emplace(RequestKind::connect, kMostHead);
  reader_->set_body_sink([this](std::string_view piece) {
    body_ += piece.substr(0, kMostBody - std::min(kMostBody, body_.size()));
  });
}

ParentReply::Said ParentReply::take(std::string_view& bytes) {
  while (!bytes.empty()) {
    if (!reader_) restart();
    bytes.remove_prefix(std::min(reader_->feed(bytes), bytes.size()));
    if (const auto said = judge(); said != Said::more) return said;
  }
  return Said::more;
}

ParentReply::Said ParentReply::judge() {
  const auto& head = reader_->head();
  if (reader_->error()) {
    return head ? decline() : fail(Failed::Why::garbage, *reader_->error());
  }
  if (!head) return Said::more;
  if (is_success(*head)) return Said::yes;
  if (body_.size() >= kMostBody) return decline();
  if (!reader_->complete()) return Said::more;
  if (head->status >= 200) return decline();
  reader_.reset();
  return Said::more;
}

ParentReply::Said ParentReply::end(Failed::Why why) {
  if (reader_ && reader_->head()) return decline();
  return fail(why, why == Failed::Why::timeout ? "the parent proxy says nothing"
                                               : "the parent proxy has ended the connection");
}

ParentReply::Said ParentReply::decline() {
  const auto& head = *reader_->head();
  failed_ = Failed{Failed::Why::declined,
                   fmt::format("the parent proxy says {} {}", head.status, head.reason),
                   head.status, passed_on(head, body_)};
  return Said::no;
}

ParentReply::Said ParentReply::fail(Failed::Why why, std::string detail) {
  failed_ = Failed{why, std::move(detail)};
  return Said::no;
}

}  // namespace misproxy
