#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>

#include "bench/live/subject.hpp"

namespace misproxy::bench {

/// Whether a child has ended by then; returns as soon as it has.
bool await_end(pid_t child, std::chrono::milliseconds limit);

/// Whether that file is there by then; returns as soon as it is, or its writer has ended.
bool await_file(const std::string& path, pid_t writer, std::chrono::milliseconds limit);

/// Until a subject has done what a load has left it to do: nothing of it runs or wants to, and it
/// uses its cores no more; ten seconds at most.
void settle(const Subject& subject);

/// For a measure of what is used while nothing is asked.
void let_pass(std::chrono::milliseconds time);

}  // namespace misproxy::bench
