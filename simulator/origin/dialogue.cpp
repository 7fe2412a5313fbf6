#include "origin/dialogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "http/response_text.hpp"

namespace misproxy {

// --- the answer

void Dialogue::choose_answer(const RequestHead& head, std::uint64_t body_bytes,
                             ActionList& actions) {
  answer_ = answer_for({head.method, head.target, body_bytes}, root_);
  if (!answer_.download_bytes || !head.wants_digest) return;
  digest_.emplace(plan_, *answer_.download_bytes);
  hash_on(actions);
}

void Dialogue::hash_on(ActionList& actions) {
  if (!digest_) return;
  auto header = digest_->go_on();
  if (!header) return actions.push_back(StartTimer{Timer::work, Duration::zero()});
  answer_.headers.push_back(std::move(*header));
  digest_.reset();
}

std::vector<std::string> Dialogue::own_headers(Instant now) const {
  const auto at = began_ + std::chrono::floor<std::chrono::seconds>(now);
  return {fmt::format("Date: {}", http_date(at)), "Server: misproxy"};
}

std::string Dialogue::body_piece(const OriginAnswer& answer, std::uint64_t at,
                                 std::size_t most) const {
  const auto size =
      static_cast<std::size_t>(std::min<std::uint64_t>(most, answer.body_bytes() - at));
  if (!answer.download_bytes) return answer.text.substr(static_cast<std::size_t>(at), size);
  std::string piece(size, '\0');
  plan_.download(*answer.download_bytes).fill(at, piece);
  return piece;
}

// --- the faults

void Dialogue::take_facts_of(const RequestHead& head, std::int64_t number) {
  facts_.method = head.method;
  facts_.target = head.target;
  facts_.credentials = head.authorization;
  facts_.request = number;
}

Agenda Dialogue::turn_faults() const {
  std::vector<const Fault*> faults;
  for (const auto* fault : plan_.faults_at(Point::inner_request, facts_)) {
    if (!fault->when.at_byte() && !fault->bends()) faults.push_back(fault);
  }
  return {Point::inner_request, std::move(faults)};
}

void Dialogue::plan_timed(const std::vector<const Fault*>& faults, Instant now) {
  timed_.clear();
  for (const auto* fault : faults) {
    if (fault->when.after_ms) timed_.push_back({fault, now + *fault->when.after_ms});
  }
}

std::optional<Instant> Dialogue::alarm() const {
  std::optional<Instant> first;
  for (const auto& timed : timed_) {
    if (!first || timed.due < *first) first = timed.due;
  }
  return first;
}

/// The earliest first; of two at one time, the first in the file.
std::optional<Dialogue::Due> Dialogue::timed_due(Instant now) {
  const auto first = alarm();
  if (!first || *first > now) return std::nullopt;
  const auto timed = std::ranges::find(timed_, *first, &Timed::due);
  const Due due{timed->fault, Point::inner_response};
  timed_.erase(timed);
  return due;
}

}  // namespace misproxy
