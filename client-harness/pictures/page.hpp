#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "diagnose/read_evidence.hpp"
#include "diagnose/verdict.hpp"
#include "pictures/drawing.hpp"

namespace misproxy::pictures {

/// A page that needs nothing but itself: no script, and a policy (CSP) that lets nothing in.
std::string whole_page(std::string_view title, std::string_view body);

/// What the colours of ladders and of graphs mean, as lists.
std::string ladder_key();
std::string graph_key();

/// A capture's connections: each with its ladder, and with its graphs where something was lost.
std::string capture_page(const std::string& file, const Drawing& drawing);

/// What `misproxy diagnose` says of some evidence, with the pictures of the connections that it is
/// about: each piece of evidence leads to its row or its line.
std::string case_page(const std::string& title, const diagnose::Diagnosis& diagnosis,
                      Drawing drawing, const std::vector<diagnose::Exhibit>& exhibits);

}  // namespace misproxy::pictures
