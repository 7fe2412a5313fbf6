#pragma once

#include <chrono>

namespace misproxy::live {

/// How long a write may still wait for its reader once misproxy has been asked to end; what it
/// takes to end besides that fits into the rest of a second.
constexpr std::chrono::milliseconds kFarewell{600};
/// How often who waits for a reader looks whether that time is over.
constexpr std::chrono::milliseconds kFarewellCheck{20};

/// A signal asks misproxy to end: the time begins to run, once. May be called in a signal handler.
void begin_farewell() noexcept;
/// True where it has been asked to end, and the time has run out. From any thread.
bool farewell_is_over() noexcept;

}  // namespace misproxy::live
