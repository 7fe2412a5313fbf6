#include "pictures/rungs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "pictures/bytes_text.hpp"

namespace misproxy::pictures {
namespace {

/// When it was over.
std::optional<std::chrono::nanoseconds> end_of(const Row& row) {
  return row.until ? row.until : row.at;
}

Row silence(std::chrono::nanoseconds from, std::chrono::nanoseconds to, std::string_view what) {
  Row row;
  row.kind = Row::Kind::silence;
  row.label = fmt::format("{} {}", pause_text(to - from), what);
  row.at = from;
  row.until = to;
  return row;
}

}  // namespace

Row* Rungs::last() {
  if (ladder_.rows.empty() || ladder_.rows.back().kind != Row::Kind::arrow) return nullptr;
  return &ladder_.rows.back();
}

/// Data behind data of the same end, without anything to tell in between.
bool Rungs::folds(const Row& row) {
  auto* before = last();
  const bool alike = before != nullptr && before->from == row.from && before->to == row.to &&
                     before->tone == row.tone && before->tunnelled == row.tunnelled &&
                     before->label == row.label;
  const bool plain = row.tone == Tone::data || row.tone == Tone::trouble;
  if (!alike || !plain || !row.injected.empty() || !before->injected.empty()) return false;
  if (row.at && end_of(*before) && *row.at - *end_of(*before) >= kSilence) return false;
  before->last = std::max(before->last, row.last);
  before->until = row.at;
  before->count += row.count;
  before->bytes += row.bytes;
  before->detail = row.tone == Tone::data ? before->detail : row.detail;
  return true;
}

void Rungs::put(Row row) {
  auto& rows = ladder_.rows;
  rows.push_back(std::move(row));
  if (rows.size() <= 3 * kept_) return;
  if (!leaves_out_) {
    leaves_out_ = true;
    Row gap;
    gap.kind = Row::Kind::remark;
    gap.count = 0;
    gap.at = rows[kept_].at;
    gap.first = rows[kept_].first;
    rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(kept_), std::move(gap));
  }
  leave_out();
}

/// The oldest behind those that are kept, many at once: few are moved for each.
void Rungs::leave_out() {
  auto& rows = ladder_.rows;
  auto& gap = rows[kept_];
  const auto from = rows.begin() + static_cast<std::ptrdiff_t>(kept_) + 1;
  const auto to = rows.end() - static_cast<std::ptrdiff_t>(kept_);
  for (auto row = from; row != to; ++row)
    gap.last = std::max(gap.last, row->last);
  gap.count += static_cast<std::uint32_t>(to - from);
  gap.until = end_of(*(to - 1));
  gap.label = fmt::format("{} rows are left out here", grouped(gap.count));
  rows.erase(from, to);
}

void Rungs::add(Row row) {
  if (folds(row)) return;
  if (!ladder_.rows.empty() && row.at) {
    const auto before = end_of(ladder_.rows.back());
    if (before && *row.at - *before >= kSilence) put(silence(*before, *row.at, "of silence"));
  }
  put(std::move(row));
}

void Rungs::absorb(std::uint64_t number, std::optional<std::chrono::nanoseconds> at) {
  auto* row = last();
  if (row == nullptr) return;
  row->last = std::max(row->last, number);
  if (at) row->until = at;
}

void Rungs::silent_until(std::chrono::nanoseconds at, std::string_view what) {
  if (ladder_.rows.empty()) return;
  const auto before = end_of(ladder_.rows.back());
  if (before && at - *before >= kSilence) put(silence(*before, at, what));
}

}  // namespace misproxy::pictures
