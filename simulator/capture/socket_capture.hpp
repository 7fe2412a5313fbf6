#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "capture/conversation.hpp"
#include "capture/packet_recorder.hpp"

namespace misproxy {

/// What one accepted socket did, told to a recorder as the packets that it would have made. Made
/// without a recorder it does nothing.
///
///     received ──> held until `settle`, since a fault may act on it ──┐
///     queued ──> a mark at the byte at which a fault acted ──> sent ──┴──> recorder
///
/// A fault's comment stands where its effect shows: on the packet with the first byte that was
/// queued after it; on the FIN or the RST; before a silence on the last byte that was queued, or on
/// what was received where no answer came.
class SocketCapture {
 public:
  /// Which recorder, at which of its points, and which connection it is.
  struct Place {
    PacketRecorder* recorder = nullptr;
    std::size_t point = 0;
    std::int64_t connection = 0;
  };

  /// What a fault did: gave an answer, ended the connection, or let it fall silent.
  enum class Effect { answer, end, silence };

  SocketCapture();
  ~SocketCapture();
  SocketCapture(SocketCapture&&) noexcept;
  SocketCapture& operator=(SocketCapture&&) noexcept;
  /// The recorder outlives it. `seed`: of the conversation.
  SocketCapture(Place place, const SocketAddress& client, const SocketAddress& server,
                std::uint64_t seed);

  bool is_on() const { return state_ != nullptr; }

  /// The handshake; comes first.
  void opened();
  void received(std::string_view bytes);
  /// So many bytes will be sent, behind those that wait.
  void queued(std::size_t bytes);
  void sent(std::string_view bytes);
  /// The socket will be ended once all that is queued has been sent.
  void ending();
  void ended(Ending how);
  void peer_ended(Ending how);
  void secrets(std::string_view key_log);
  /// A fault acted now.
  void acted(Effect effect, std::string_view comment);
  /// All that could come of what was received, or of a timer, has come.
  void settle();

 private:
  struct State;

  void tell(std::vector<CommentedPacket> packets);
  std::string take_marks();

  std::unique_ptr<State> state_;  // most sockets are not recorded, and there may be many
};

}  // namespace misproxy
