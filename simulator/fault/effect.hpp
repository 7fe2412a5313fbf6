#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/cast.hpp"
#include "core/life.hpp"
#include "core/time.hpp"
#include "core/words.hpp"
#include "fault/answer.hpp"
#include "fault/segment_change.hpp"

namespace misproxy {

/// What a deed comes to where it acts. Sessions and worlds perform effects, and never know a deed.
///
/// At a turn of the conversation: `Answer` (fault/answer.hpp), `End`, `Hold`, `Alert`,
/// `UpstreamFailure`. Of a stream: a `Bend`. Of a segment on the path: its `Fate`, and so of a
/// question to the resolver, which may have a `LookupAnswer` instead. Of who stands behind the
/// proxy: a `Cast` (core/cast.hpp).

/// The connection ends after what was sent. `close_notify`: first, where TLS ends here.
struct End {
  Ending how = Ending::fin;
  bool close_notify = true;
};

/// Nothing passes, in either direction. `for_ms`: then all goes on; absent, never. `reads`: what
/// arrives is taken from the socket, else its window closes.
struct Hold {
  std::optional<Milliseconds> for_ms;
  bool reads = true;
};

/// A TLS alert, and FIN where its level is fatal. Source: RFC 8446 section 6.
struct Alert {
  std::uint8_t level = 2;
  std::uint8_t description = 0;
};

/// The origin cannot be had, and the proxy says so in its own manner (`[proxy] manner`).
struct UpstreamFailure {
  enum class Why { unresolved, refused, timeout, reset } why = Why::refused;
};

/// What becomes of a stream from a place on: each a pure step, made by `make_bend`
/// (fault/bend.hpp).

/// Each byte comes later by `by`, and by up to `jitter` more, drawn for each block of the stream.
struct Late {
  Milliseconds by{0};
  Milliseconds jitter{0};
};

/// At most so many bytes a second; `burst_bytes` may pass at once after a pause.
struct Pace {
  std::int64_t bytes_per_s = 0;
  std::int64_t burst_bytes = 0;
};

/// Pieces of so many bytes, each sent by itself, with a gap between them.
struct Slices {
  std::int64_t bytes = 1;
  Milliseconds gap{1};
};

/// Other bytes in the place of those that come: XOR with `mask`, or one bit of each, drawn. The
/// first `bytes` of them; or, with `one_in`, a drawn one in so many for ever.
struct Flip {
  std::optional<std::uint8_t> mask;
  std::int64_t bytes = 1;
  std::optional<std::int64_t> one_in;
};

/// Bytes more, once.
struct Insert {
  std::string bytes;
};

/// The next `bytes` vanish; absent, all of them.
struct Swallowed {
  std::optional<std::int64_t> bytes;
};

using Bend = std::variant<Late, Pace, Slices, Flip, Insert, Swallowed>;

/// What becomes of a segment at the router between the hosts.
///
/// `copies` 0: it is lost; 2: it goes on twice. `wait`: it is held for so long, and others overtake
/// it. `reset`: its sender gets a stateless RST. `told`: its sender gets this ICMP error instead of
/// the one that its size asks for; `mtu` goes with it. `mute`: where it is too large, nobody is
/// told. `change`: it goes on with other fields. `added`: another segment goes right behind it.
struct Fate {
  enum class Icmp { host_unreachable, fragmentation_needed, admin_prohibited };
  int copies = 1;
  Milliseconds wait{0};
  Milliseconds jitter{0};
  bool reset = false;
  bool mute = false;
  std::optional<Icmp> told;
  std::optional<std::int64_t> mtu;
  std::optional<SegmentChange> change;
  std::optional<AddedSegment> added;
};

/// What the resolver answers in the place of what it knows: a response code, and one record where
/// that is `noerror` and the address of the family that is asked for. `extended_error`: told to who
/// understands it. Source: RFC 1035 section 4.1.1, RFC 2308 section 2.2, RFC 8914.
struct LookupAnswer {
  enum class Rcode { noerror, formerr, servfail, nxdomain, notimp, refused } rcode = Rcode::noerror;
  std::string address;  // empty: no record
  std::optional<std::int64_t> extended_error;
};

template <>
struct WordsOf<LookupAnswer::Rcode> {
  static constexpr std::array<std::string_view, 6> words{"noerror",  "formerr", "servfail",
                                                         "nxdomain", "notimp",  "refused"};
};

using Effect =
    std::variant<Answer, End, Hold, Alert, UpstreamFailure, Bend, Fate, Cast, LookupAnswer>;

}  // namespace misproxy
