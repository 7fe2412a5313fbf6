#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "evidence/names.hpp"
#include "evidence/tcpdump_dump.hpp"
#include "evidence/tcpdump_ends.hpp"
#include "evidence/tcpdump_front.hpp"
#include "evidence/tcpdump_lines.hpp"
#include "evidence/tcpdump_roles.hpp"
#include "evidence/tcpdump_ticks.hpp"
#include "packets/wire_packet.hpp"

namespace misproxy::evidence {

/// Reads the packets of a text that tcpdump printed, with whatever options, or that somebody wrote
/// in its manner, as the article on proxies does.
///
///     text (mapped, or pasted) -> lines -> WirePackets, one for each line that tells of one
///
/// - `number` is the line with the addresses: with -v, the second of the two.
/// - Lines of an HTTP head below a packet (-v) are its payload; so are the bytes of -x and -X, and
///   the head that -A shows. A head that stands alone, as in the article, is a packet of its own:
///   of kind tcp with PSH and ACK, without numbers and time, with the head as its payload, in the
///   connection last spoken of, or else from `client` to `proxy`, both with port 0.
/// - A line of its own that begins with `#` is a packet of kind other with that `note`.
///
/// Any bytes may be given; what is neither a packet nor what tcpdump and shells print around it is
/// counted. Memory does not grow with the text, but by the names in it.
class TcpdumpText {
 public:
  /// `text` has to outlive this.
  TcpdumpText(std::string_view text, Names& names);

  /// Nothing at the end. `payload`, `note` and `qname` hold until the next call.
  std::optional<WirePacket> next();
  /// The line that `number` of the last packet names, as it stands in the text.
  std::string_view line() const { return ready_.line; }

  /// Lines that tell of no packet, and that nobody expects in such a text.
  std::uint64_t skipped_lines() const { return skipped_; }
  /// The times are those of TCP's own time stamps, where the text has no others.
  bool times_are_ticks() const { return ticks_.told(); }
  /// Lines that only tcpdump prints: packets, ARP, `listening on eth0, ...`.
  std::uint64_t tcpdump_lines() const { return known_; }

 private:
  /// What lines are that tell of no packet themselves.
  enum class Below : std::uint8_t { anything, http_of_it, ascii_of_it, head_alone, shell_output };
  struct Held {
    std::optional<WirePacket> packet;
    std::string_view line;
    std::string_view http_line;  // what stands behind `length 122: HTTP: `
    bool head_alone = false;
  };

  void learn_from_beginning(TcpdumpLines lines);
  void take_line(std::string_view line);
  void take_blank(std::string_view line);
  bool take_below(const Front& front, std::string_view line);
  bool take_ip_header(const Front& front);
  bool take_packet(const Front& front, std::string_view line);
  static Below take_tail(std::string_view words, Held& held);
  bool take_wrapped(const Front& front);
  bool take_quoted(const Front& front);
  bool take_head(const Front& front, std::string_view line);
  bool belongs_to_pending(bool request) const;
  bool take_note(const Front& front, std::string_view line);
  bool take_chatter(const Front& front);
  void append(std::string_view line);
  void open(Held held, Below below);
  void close();

  TcpdumpLines lines_;
  Names* names_;
  TcpdumpClock clock_;
  TcpdumpTicks ticks_;
  TcpdumpRoles roles_;
  TcpdumpDump dump_;
  Held pending_;  // what follows may still belong to it
  Held ready_;
  std::array<std::string, 2> payloads_;  // of the pending packet, and of the ready one
  std::size_t slot_ = 0;                 // of the pending one
  Below below_ = Below::anything;
  bool adjacent_ = false;       // the line before told of the pending packet
  bool quoted_text_ = false;    // the text stands in a mail, behind `> `
  bool ascii_text_ = false;     // printed with -A
  bool quote_follows_ = false;  // the packet that ICMP quotes (-v) stands in the next line
  std::optional<TcpdumpIpHeader> header_;  // of -v; the packet stands in the next line
  std::optional<std::chrono::nanoseconds> header_time_;
  std::uint64_t skipped_ = 0;
  std::uint64_t known_ = 0;
};

/// Whether a text is worth reading so, judged by its first kilobytes.
bool looks_like_tcpdump_text(std::string_view first_kilobytes);

}  // namespace misproxy::evidence
