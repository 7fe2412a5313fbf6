#include "origin/http2_dialogue.hpp"

#include <algorithm>
#include <utility>

#include "origin/exchange_note.hpp"

namespace misproxy {
namespace {

Http2Body body_of_text(std::string text) {
  const auto size = text.size();
  return {size,
          [text = std::move(text)](std::uint64_t at, std::span<char> piece) {
            std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(at), piece.size(),
                        piece.begin());
          },
          std::nullopt};
}

}  // namespace

std::optional<Http2Dialogue::Due> Http2Dialogue::take_requests(
    const std::vector<std::string>& own_headers, ActionList& actions) {
  while (!current_ && !waits_for_fault() && !last_) {
    current_ = server_.next_request();
    if (!current_) break;
    actions.emplace_back(request_note(current_->head, current_->body_bytes));
    const auto faults = plan_.faults_at(Point::inner_request, facts_);
    if (!faults.empty()) return Due{faults.front(), Point::inner_request};
    answer(own_headers, actions);
  }
  return std::nullopt;
}

void Http2Dialogue::respond(const Answer& answer) {
  const auto stream = current_->stream;
  const auto status = static_cast<int>(answer.status);
  if (answer.is_interim()) return server_.interim(stream, status, answer.headers);
  const bool with_body = current_->head.method != "HEAD" && !answer.body.empty();
  std::optional<std::uint64_t> length;
  if (status != 204) length = answer.body.size();
  server_.answer(stream, status, answer.headers, length,
                 with_body ? std::optional(body_of_text(answer.body)) : std::nullopt);
  current_.reset();
  if (!answer.ends_connection()) return;
  last_ = stream;
  server_.say_goodbye();
}

void Http2Dialogue::answer(const std::vector<std::string>& own_headers, ActionList& actions) {
  const auto& head = current_->head;
  answer_ = answer_for({head.method, head.target, current_->body_bytes}, authority_);
  if (!answer_.download_bytes || !head.wants_digest) return begin(own_headers, actions);
  digest_.emplace(plan_, *answer_.download_bytes);
  hash_on(own_headers, actions);
}

void Http2Dialogue::hash_on(const std::vector<std::string>& own_headers, ActionList& actions) {
  if (!digest_) return;
  auto header = digest_->go_on();
  if (!header) return actions.push_back(StartTimer{Timer::work, Duration::zero()});
  answer_.headers.push_back(std::move(*header));
  digest_.reset();
  begin(own_headers, actions);
}

void Http2Dialogue::begin(const std::vector<std::string>& own_headers, ActionList& actions) {
  const auto request = *std::exchange(current_, std::nullopt);
  const auto size = answer_.body_bytes();
  actions.emplace_back(response_note(request.head, answer_.status, size));
  auto headers = own_headers;
  headers.insert(headers.end(), answer_.headers.begin(), answer_.headers.end());
  std::optional<std::uint64_t> length;
  if (answer_.status != 204) length = size;
  std::optional<Http2Body> body;
  if (request.head.method != "HEAD" && answer_.status != 204) {
    body = body_of(answer_);
    const auto faults = plan_.faults_at(Point::inner_response, facts_);
    const auto* fault = faults.empty() ? nullptr : faults.front();
    const auto at = fault == nullptr
                        ? 0
                        : static_cast<std::uint64_t>(fault->when.body_offset_bytes.value_or(0));
    if (fault != nullptr && at <= size) {  // else the body is too short for it
      body->hold_at = at;
      fault_ = fault;
      faulty_ = request.stream;
    }
  }
  if (body && body->size == 0 && !body->hold_at) body.reset();
  server_.answer(request.stream, answer_.status, headers, length, std::move(body));
}

Http2Body Http2Dialogue::body_of(const OriginAnswer& answer) const {
  if (!answer.download_bytes) return body_of_text(answer.text);
  return {*answer.download_bytes,
          [bytes = plan_.download(*answer.download_bytes)](
              std::uint64_t at, std::span<char> piece) { bytes.fill(at, piece); },
          std::nullopt};
}

std::optional<Http2Dialogue::Due> Http2Dialogue::body_fault() {
  if (fault_ == nullptr || !server_.holds(faulty_)) return std::nullopt;
  const auto* fault = std::exchange(fault_, nullptr);
  return Due{fault, Point::inner_response,
             static_cast<std::uint64_t>(fault->when.body_offset_bytes.value_or(0))};
}

void Http2Dialogue::go_on_with_body() { server_.go_on(faulty_); }

bool Http2Dialogue::ended() const { return server_.ended() || (last_ && !server_.is_open(*last_)); }

}  // namespace misproxy
