#pragma once

#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "diagnose/read_evidence.hpp"
#include "diagnose/verdict.hpp"
#include "packets/capture_reader.hpp"
#include "pictures/packet_ladders.hpp"

namespace misproxy::pictures {

/// The connections of some evidence, drawn.
struct Drawing {
  std::deque<Drawn> drawn;
  std::uint64_t left_out = 0;          // connections
  std::optional<CaptureError> broken;  // a capture that goes no further than that

  void add(PacketLadders& ladders);
};

/// Of a capture: all of its connections, as far as it goes.
std::variant<Drawing, CaptureError> draw_capture(const std::string& path);

/// The text of a piece that is no capture; empty where it cannot be read.
std::string text_of(const diagnose::Exhibit& exhibit);

/// Of all packets in these pieces of evidence, captures and texts of captures, those that are
/// wanted. What cannot be read is left out: the diagnosis has said so. A piece that comes once has
/// to be at hand as its bytes.
Drawing draw_packets(const std::vector<diagnose::Exhibit>& exhibits,
                     const PacketLadders::Wanted& wanted);

/// The connections that a diagnosis is about: the incident's, and others that failed, eight at
/// most. `told`: of those that no packet shows.
Drawing draw_case(const std::vector<diagnose::Exhibit>& exhibits,
                  const diagnose::Diagnosis& diagnosis, std::deque<Drawn> told);

}  // namespace misproxy::pictures
