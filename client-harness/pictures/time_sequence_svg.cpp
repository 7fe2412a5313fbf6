#include "pictures/time_sequence_svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pictures/bytes_text.hpp"
#include "report/html_text.hpp"

namespace misproxy::pictures {
namespace {

constexpr double kWidth = 960;
constexpr double kHeight = 420;
constexpr double kLeft = 84;
constexpr double kRight = kWidth - 16;
constexpr double kTop = 14;
constexpr double kBottom = kHeight - 40;
constexpr double kLeastStroke = 3;  // of a segment, so that one byte is seen
constexpr int kTicks = 6;

/// From time and number to the picture's points.
class Scale {
 public:
  explicit Scale(const Way& way) {
    begin_ = way.segments.empty() ? Way::Time{} : way.segments.front().at;
    for (const auto& each : way.segments) {
      end_ = std::max(end_, each.until);
      most_ = std::max(most_, each.end);
      least_ = std::min(least_, each.begin);
    }
    for (const auto& each : way.acks) {
      if (each.at >= begin_) end_ = std::max(end_, each.at);
    }
    least_ = std::min(least_, most_ - 1);
    end_ = std::max(end_, begin_ + std::chrono::microseconds(100));
    // The window's end may be far above all that was sent: it is cut off there.
    room_ = most_ + (most_ - least_) / 4;
    for (const auto& each : way.acks) {
      if (each.room && *each.room <= room_) above_ = std::max(above_, *each.room);
    }
    top_ = std::max({most_ + (most_ - least_) / 20 + 1, above_});
  }

  double x(Way::Time at) const {
    const auto span = static_cast<double>((end_ - begin_).count());
    return kLeft + static_cast<double>((at - begin_).count()) / span * (kRight - kLeft);
  }
  double y(std::int64_t number) const {
    const auto shown = static_cast<double>(std::clamp(number, least_, top_) - least_);
    return kBottom - shown / static_cast<double>(top_ - least_) * (kBottom - kTop);
  }
  Way::Time begin() const { return begin_; }
  Way::Time end() const { return end_; }
  std::int64_t least() const { return least_; }
  std::int64_t top() const { return top_; }
  /// The window's end, where it is near what was sent; far above, it says nothing.
  std::optional<std::int64_t> room(const Way::Ack& ack) const {
    return ack.room && *ack.room <= top_ ? ack.room : std::nullopt;
  }

 private:
  Way::Time begin_{};
  Way::Time end_{};
  std::int64_t least_ = 1;
  std::int64_t most_ = 1;
  std::int64_t room_ = 1;
  std::int64_t above_ = 1;
  std::int64_t top_ = 2;
};

/// 1, 2 or 5 times a power of ten, so that `span` has some six of them.
double step_of(double span) {
  const auto power = std::pow(10.0, std::floor(std::log10(span / kTicks)));
  for (const auto times : {1.0, 2.0, 5.0}) {
    if (span / (power * times) <= kTicks) return power * times;
  }
  return power * 10;
}

std::string seconds_text(double seconds, double step) {
  const auto digits = step >= 1 ? 0 : static_cast<int>(std::ceil(-std::log10(step) - 1e-9));
  return fmt::format("{:.{}f}", seconds, digits);
}

std::string axes(const Scale& scale) {
  std::string text;
  const auto whole = static_cast<double>(scale.top() - scale.least());
  const auto bytes = std::max(1.0, step_of(whole));
  for (double at = std::ceil(static_cast<double>(scale.least()) / bytes) * bytes;
       at <= static_cast<double>(scale.top()); at += bytes) {
    const auto y = scale.y(static_cast<std::int64_t>(at));
    text += fmt::format(
        "<line class=\"grid\" x1=\"{}\" y1=\"{:.1f}\" x2=\"{}\" y2=\"{:.1f}\"/>"
        "<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
        kLeft, y, kRight, y, kLeft - 6, y + 4,
        grouped(static_cast<std::uint64_t>(std::max(0.0, at))));
  }
  const auto from = static_cast<double>(scale.begin().count()) / 1e9;
  const auto to = static_cast<double>(scale.end().count()) / 1e9;
  const auto step = step_of(to - from);
  for (double at = std::ceil(from / step) * step; at <= to; at += step) {
    const auto x = scale.x(Way::Time(static_cast<std::int64_t>(at * 1e9)));
    text += fmt::format(
        "<line class=\"grid\" x1=\"{:.1f}\" y1=\"{}\" x2=\"{:.1f}\" y2=\"{}\"/>"
        "<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n",
        x, kTop, x, kBottom, x, kBottom + 16, seconds_text(at, step));
  }
  return text + fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"end\">seconds</text>\n", kRight,
                            kHeight - 6);
}

std::string segments(const Way& way, const Scale& scale) {
  std::string sent;
  std::string again;
  std::string joined;  // several as one
  for (const auto& each : way.segments) {
    const auto from = scale.y(each.begin);
    const auto to = std::min(scale.y(each.end), from - kLeastStroke);
    auto& path = each.again ? again : each.until > each.at ? joined : sent;
    path += each.until > each.at ? fmt::format("M{:.1f} {:.1f}L{:.1f} {:.1f}", scale.x(each.at),
                                               from, scale.x(each.until), to)
                                 : fmt::format("M{:.1f} {:.1f}V{:.1f}", scale.x(each.at), from, to);
  }
  return fmt::format(
      "<path class=\"segment\" d=\"{}\"/>\n<path class=\"segment joined\" d=\"{}\"/>\n"
      "<path class=\"segment again\" d=\"{}\"/>\n",
      sent, joined, again);
}

/// A line that changes at once where its number does.
template <class Number>
std::string steps(const Way& way, const Scale& scale, std::string_view kind, const Number& number) {
  std::string path;
  bool drawn = false;
  for (const auto& each : way.acks) {
    const std::optional<std::int64_t> value = number(each);
    if (each.at < scale.begin()) continue;
    if (drawn) path += fmt::format("H{:.1f}", scale.x(each.at));
    if (value)
      path += drawn ? fmt::format("V{:.1f}", scale.y(*value))
                    : fmt::format("M{:.1f} {:.1f}", scale.x(each.at), scale.y(*value));
    drawn = value.has_value();
  }
  if (drawn) path += fmt::format("H{:.1f}", scale.x(scale.end()));
  return fmt::format("<path class=\"{}\" d=\"{}\"/>\n", kind, path);
}

std::string sacks(const Way& way, const Scale& scale) {
  std::string path;
  for (const auto& each : way.sacks)
    path += fmt::format("M{:.1f} {:.1f}V{:.1f}", scale.x(each.at), scale.y(each.begin),
                        std::min(scale.y(each.end), scale.y(each.begin) - kLeastStroke));
  return fmt::format("<path class=\"sack\" d=\"{}\"/>\n", path);
}

std::string shut(const Way& way, const Scale& scale) {
  std::string marks;
  for (const auto& each : way.acks) {
    if (each.shut)
      marks += fmt::format("<circle class=\"shut\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\"/>",
                           scale.x(each.at), scale.y(each.up_to));
  }
  return marks;
}

std::string summary(const Way& way) {
  const auto again = std::ranges::count_if(way.segments, &Way::Segment::again);
  const auto closed = std::ranges::count_if(way.acks, &Way::Ack::shut);
  return fmt::format(
      "{} segments from {}, {} sent again, {} ACKs, {} SACK ranges, {} closed windows",
      way.segments.size(), way.from, again, way.acks.size(), way.sacks.size(), closed);
}

}  // namespace

std::string time_sequence_svg(const Way& way) {
  const Scale scale(way);
  auto text =
      fmt::format("<svg class=\"graph\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n",
                  kWidth, kHeight, html_text("Time-sequence graph: " + summary(way)));
  text += axes(scale) +
          steps(way, scale, "room", [&](const Way::Ack& ack) { return scale.room(ack); }) +
          steps(way, scale, "ack", [](const Way::Ack& ack) { return std::optional(ack.up_to); });
  return text + segments(way, scale) + sacks(way, scale) + shut(way, scale) + "</svg>\n";
}

}  // namespace misproxy::pictures
