#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace misproxy::live {

/// The one place through which all that misproxy writes to files, pipes and terminals goes:
/// write(2).
///
/// With MISPROXY_FAULT_NTH=n in the environment, the write with that number, counted from 0, ends
/// as on a disk that is full: half of it is written, and then ENOSPC. What goes to stderr is talk,
/// and not counted.
ssize_t write_once(int fd, std::string_view text);

/// Waits until a reader takes bytes; false, with errno, where misproxy has been asked to end and
/// the time for that is over (live/farewell.hpp).
bool await_reader(int fd);

/// Writes it all to a file descriptor; false, with errno, where that cannot be.
bool write_all(int fd, std::string_view text);

/// Opens a FIFO for writing; where nobody reads it, waits for that, and says so on stderr. -1, with
/// errno, where it cannot be, or where misproxy has been asked to end.
int open_fifo(const std::string& path);

/// A reader may keep a write to it waiting: a pipe, a socket, a terminal.
bool may_wait(int fd);

/// An errno in words, those of `await_reader` and `open_fifo` too.
std::string reason(int error);

}  // namespace misproxy::live
