#pragma once

#include <cstdint>

#include "bench/live/subject.hpp"

namespace misproxy::bench {

/// Each puts a proxy to work over real sockets, and returns how many units it has done.

/// So many tunnels at once, each with so many bytes: `D` down, `U` up, `B` both ways. In GB.
double transfer(const Subject& subject, char which, int tunnels, std::uint64_t bytes);
/// CONNECTs, eight at once, each with its reply and its end.
double connects(const Subject& subject, int count);
/// Of 64 bytes, in one tunnel.
double round_trips(const Subject& subject, int count);
/// What a tunnel costs that has passed a byte each way and is idle, in KiB.
double idle_memory(const Subject& subject, int tunnels);
/// A download over TLS, through a CONNECT where the subject knows it. In GB.
double secure_download(const Subject& subject, const std::string& target, std::uint64_t bytes);
/// Handshakes of TLS, each with its CONNECT and its end.
double handshakes(const Subject& subject, int count);

}  // namespace misproxy::bench
