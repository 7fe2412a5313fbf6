#pragma once

#include <sys/types.h>

namespace misproxy {

/// What a program is started with: its words and its environment, both with a null at the end, and
/// the descriptors of its streams.
struct ProgramStart {
  char* const* argv = nullptr;  // the first is a path
  char* const* environment = nullptr;
  int in = -1;
  int out = -1;
  int err = -1;
  bool own_group = true;  // else in misproxy's, which a terminal speaks to
};

/// Starts a program, in a process group of its own or in misproxy's, below a warden: a process that
/// awaits its end, ends all that it has started, whatever group or session that has fled to, and
/// then ends itself with the program's exit code, or 128 and the signal.
///
///     misproxy ── warden ── program ── ...
///                    └───── orphans, whose parents have ended (PR_SET_CHILD_SUBREAPER)
///
/// SIGTERM to the warden goes to the program, and to all of its own group; SIGUSR1 ends all at
/// once, as does the end of the thread that calls this. Returns the warden's number, or -1 with
/// errno. Source: prctl(2), proc_tid_children(5).
pid_t start_below_warden(const ProgramStart& start);

}  // namespace misproxy
