#include "pictures/drawing.hpp"

#include <algorithm>
#include <utility>

#include "diagnose/quote.hpp"
#include "diagnose/whole_file.hpp"
#include "evidence/line_prefix.hpp"
#include "evidence/packet_list.hpp"
#include "evidence/recognize.hpp"
#include "evidence/tcpdump_text.hpp"
#include "packets/capture_file.hpp"
#include "packets/comments.hpp"
#include "packets/unpacker.hpp"

namespace misproxy::pictures {
namespace {

using Comments = std::map<std::uint64_t, std::string>;

std::string_view comment_at(const Comments& comments, std::uint64_t number) {
  const auto found = comments.find(number);
  return found == comments.end() ? std::string_view() : found->second;
}

void take_all(evidence::CaptureFile& file, const Comments& comments, PacketLadders& ladders) {
  while (const auto* packet = file.next())
    ladders.take(*packet, comment_at(comments, packet->number));
  ladders.finish();
}

/// tcpdump's lines, or those of a list of packets that become such.
void take_lines(const std::string& text, evidence::Names& names, PacketLadders& ladders) {
  evidence::TcpdumpText lines(text, names);
  while (const auto packet = lines.next())
    ladders.take(*packet);
  ladders.finish();
}

void draw_text(const diagnose::Exhibit& exhibit, evidence::Names& names, PacketLadders& ladders) {
  const auto text = text_of(exhibit);
  const auto forms = evidence::recognize(text);
  const auto has = [&](evidence::Form form) {
    return std::ranges::find(forms, form) != forms.end();
  };
  if (has(evidence::Form::packet_list)) {
    take_lines(evidence::packet_list_as_tcpdump(text), names, ladders);
  } else if (has(evidence::Form::tcpdump_text) || has(evidence::Form::unknown)) {
    take_lines(text, names, ladders);
  }
}

bool is_capture(const diagnose::Exhibit& exhibit) {
  if (exhibit.text) return diagnose::is_capture(*exhibit.text);
  const diagnose::File file(std::fopen(exhibit.name.c_str(), "rb"));
  return file != nullptr && diagnose::is_capture(diagnose::read_beginning(file.get()));
}

constexpr std::size_t kMostOfCase = 8;

/// The incident's first, then those that failed, then the others.
std::vector<std::string> titles_of(const diagnose::Diagnosis& diagnosis) {
  std::vector<std::string> titles;
  const auto want = [&](const std::string& title) {
    if (!title.empty() && titles.size() < kMostOfCase) titles.push_back(title);
  };
  want(diagnosis.incident.connection);
  for (const bool works : {false, true}) {
    if (works && !titles.empty()) break;
    for (const auto& verdict : diagnosis.verdicts) {
      if (works == (verdict.outcome() == diagnose::Outcome::works)) want(verdict.connection);
    }
  }
  return titles;
}

}  // namespace

std::string text_of(const diagnose::Exhibit& exhibit) {
  std::string bytes;
  if (exhibit.text) {
    bytes = *exhibit.text;
  } else if (auto read = diagnose::read_whole(exhibit.name);
             auto* whole = std::get_if<std::string>(&read)) {
    bytes = std::move(*whole);
  }
  if (packing_of(bytes) != Packing::none) bytes = unpacked(bytes, diagnose::kMostText).bytes;
  return evidence::without_prefixes(evidence::to_utf8(std::move(bytes)));
}

void Drawing::add(PacketLadders& ladders) {
  left_out += ladders.left_out();
  for (auto& each : ladders.drawn()) {
    if (each.ladder.rows.empty()) continue;
    if (drawn.size() < PacketLadders::kMost)
      drawn.push_back(std::move(each));
    else
      ++left_out;
  }
}

std::variant<Drawing, CaptureError> draw_capture(const std::string& path) {
  auto opened = evidence::CaptureFile::open(path);
  if (auto* error = std::get_if<CaptureError>(&opened)) return std::move(*error);
  auto& file = std::get<evidence::CaptureFile>(opened);
  const evidence::Names names;
  PacketLadders ladders(path, false, names);
  take_all(file, evidence::packet_comments(path), ladders);
  Drawing drawing;
  drawing.add(ladders);
  drawing.broken = file.error();
  return drawing;
}

Drawing draw_packets(const std::vector<diagnose::Exhibit>& exhibits,
                     const PacketLadders::Wanted& wanted) {
  Drawing drawing;
  evidence::Names names;
  for (const auto& exhibit : exhibits) {
    const bool capture = is_capture(exhibit);
    PacketLadders ladders(exhibit.name, !capture, names, wanted);
    if (!capture) {
      draw_text(exhibit, names, ladders);
    } else {
      auto opened = exhibit.text ? evidence::CaptureFile::of(exhibit.name, *exhibit.text)
                                 : evidence::CaptureFile::open(exhibit.name);
      if (auto* file = std::get_if<evidence::CaptureFile>(&opened)) {
        take_all(*file,
                 exhibit.text ? evidence::packet_comments_in(*exhibit.text)
                              : evidence::packet_comments(exhibit.name),
                 ladders);
      }
    }
    drawing.add(ladders);
  }
  return drawing;
}

Drawing draw_case(const std::vector<diagnose::Exhibit>& exhibits,
                  const diagnose::Diagnosis& diagnosis, std::deque<Drawn> told) {
  const auto titles = titles_of(diagnosis);
  const auto wanted = [&](const std::string& title) {
    return std::ranges::find(titles, diagnose::shown(title)) != titles.end();
  };
  auto drawing = draw_packets(exhibits, wanted);
  for (auto& each : told) {
    if (wanted(each.ladder.title)) drawing.drawn.push_back(std::move(each));
  }
  return drawing;
}

}  // namespace misproxy::pictures
