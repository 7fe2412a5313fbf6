#pragma once

#include <string>

namespace misproxy::lab {

/// What a process that wants labs calls, once, before there is a second thread: what the machine
/// lacks, or empty.
std::string enter_lab();

/// Takes this process into namespaces of its own, in which it may make networks and mounts: those
/// that are there keep their files, and this machine's network is out of reach from now on but for
/// sockets that are open already. Call it once, before there is a second thread.
///
/// Root needs no user namespace. Anybody else, and a root that may not (in a container), becomes
/// the owner of one, keeps its user and group, and may look at packets and ping, as may all that it
/// starts. Source: user_namespaces(7), capabilities(7).
///
/// Empty, or one sentence with what the machine lacks and the command that would allow it.
std::string enter_ground();

/// Where the machine has no TUN devices, or lets nobody have them: the same manner of sentence.
std::string why_no_tun();

}  // namespace misproxy::lab
