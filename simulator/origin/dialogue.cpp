#include "origin/dialogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/http_date.hpp"

namespace misproxy {

// --- the answer

void Dialogue::choose_answer(const RequestHead& head, const ReceivedBody& body,
                             ActionList& actions) {
  answer_ = site_.answer(head, body);
  if (!answer_.trouble.empty()) {
    actions.emplace_back(
        Note(Point::inner_request, Party::origin, Cause::environment, "file-not-read")
            .with("why", answer_.trouble));
  }
  const bool has_digest = answer_.download_bytes || answer_.file;
  if (!has_digest || answer_.gzip || !head.wants_digest) return;
  digest_.emplace(body_of(answer_, plan_));
  hash_on(actions);
}

void Dialogue::hash_on(ActionList& actions) {
  if (!digest_) return;
  auto header = digest_->go_on();
  if (!header) return actions.push_back(StartTimer{Timer::work, Duration::zero()});
  if (!header->empty()) answer_.headers.push_back(std::move(*header));
  digest_.reset();
}

std::vector<std::string> Dialogue::own_headers(Instant now) const {
  const auto at = began_ + std::chrono::floor<std::chrono::seconds>(now);
  return {fmt::format("Date: {}", http_date(at)), "Server: misproxy"};
}

Note Dialogue::cut_short_note() {
  return {Point::inner_response, Party::origin, Cause::environment, "body-cut-short"};
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
