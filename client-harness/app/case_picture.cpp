#include "app/case_picture.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/stdout_use.hpp"
#include "diagnose/whole_file.hpp"
#include "drivers/tshark.hpp"
#include "pictures/drawing.hpp"
#include "pictures/ladder_svg.hpp"
#include "pictures/page.hpp"
#include "pictures/told_ladders.hpp"
#include "pictures/trace_ladders.hpp"

namespace misproxy::app {

CasePicture::Read CasePicture::look() {
  auto read = misproxy::diagnose::read_evidence(exhibits_, decrypt);
  if (const auto* seen = std::get_if<misproxy::diagnose::Observations>(&read))
    told_ = pictures::told_ladders(*seen);
  return read;
}

CasePicture::Read CasePicture::read(const std::vector<std::string>& files) {
  for (const auto& file : files) {
    auto& exhibit = exhibits_.emplace_back();
    exhibit.name = file;
    if (!misproxy::diagnose::comes_once(file)) continue;
    auto whole = misproxy::diagnose::read_whole(file);
    if (auto* why = std::get_if<misproxy::diagnose::Unusable>(&whole)) return std::move(*why);
    exhibit.text = kept_.emplace_back(std::move(std::get<std::string>(whole)));
  }
  return look();
}

CasePicture::Read CasePicture::read(std::vector<std::pair<std::string, std::string>> texts) {
  for (auto& [name, text] : texts) {
    auto& exhibit = exhibits_.emplace_back();
    exhibit.name = std::move(name);
    exhibit.text = kept_.emplace_back(std::move(text));
  }
  return look();
}

void CasePicture::add_events(const std::vector<TraceLine>& trace) {
  pictures::TraceLadders ladders;
  std::uint64_t number = 0;
  for (const auto& line : trace) {
    ++number;  // as its line in the trace's file
    if (line.seen_by != Party::client) ladders.take(line, number);
  }
  for (const auto& each : ladders.connections()) {
    auto& drawn = events_.emplace_back();
    drawn.ladder = each->ladder;
    drawn.ladder.file = "misproxy's own events";
  }
}

std::string CasePicture::write(const misproxy::diagnose::Diagnosis& diagnosis, std::string title) {
  if (!is_wanted()) return {};
  if (title.empty()) {
    std::vector<std::string> names;
    for (const auto& exhibit : exhibits_)
      names.push_back(exhibit.name);
    title = fmt::format("{}", fmt::join(names, ", "));
  }
  auto drawing = pictures::draw_case(exhibits_, diagnosis, std::move(told_));
  for (auto& each : events_)
    drawing.drawn.push_back(std::move(each));
  std::string why;
  if (svg_) why = write_output(*svg_, pictures::ladders_svg(drawing.drawn));
  if (html_ && why.empty()) {
    why =
        write_output(*html_, pictures::case_page(title, diagnosis, std::move(drawing), exhibits_));
  }
  return why;
}

}  // namespace misproxy::app
