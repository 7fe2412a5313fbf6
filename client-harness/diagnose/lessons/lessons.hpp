#pragma once

#include <array>
#include <span>

#include "diagnose/lesson.hpp"

namespace misproxy::diagnose::lesson {

// The lessons, a file for each part of a connection's life. diagnose::lessons() joins them.

std::span<const Lesson> healthy();
std::span<const Lesson> reach();
std::span<const Lesson> answer();
std::span<const Lesson> reply();
std::span<const Lesson> credentials();
std::span<const Lesson> tls();
std::span<const Lesson> certificate();
std::span<const Lesson> path();
std::span<const Lesson> transfer();
std::span<const Lesson> origin();
std::span<const Lesson> settings();

}  // namespace misproxy::diagnose::lesson
