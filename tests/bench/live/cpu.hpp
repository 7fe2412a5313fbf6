#pragma once

#include <sys/types.h>

#include <vector>

namespace misproxy::bench {

/// Seconds of a core that a process has had so far, all its threads, those that have ended too.
double cpu_of(pid_t process);

/// A process and its descendants.
std::vector<pid_t> family_of(pid_t process);
double cpu_of_family(pid_t process);

/// No thread of a process, or of what it has started, runs or waits for a core.
bool is_at_rest(pid_t process);
/// Memory that belongs to a process and its descendants alone, in KiB (RssAnon).
double memory_of_family(pid_t process);

/// Seconds for which all cores together have been busy since the machine started, of whomever.
double cpu_of_machine();

double wall_clock();

}  // namespace misproxy::bench
