#include "capture/socket_capture.hpp"

#include <algorithm>
#include <list>
#include <optional>
#include <utility>

namespace misproxy {
namespace {

std::vector<CommentedPacket> without_comment(std::vector<Packet> packets) {
  std::vector<CommentedPacket> all;
  all.reserve(packets.size());
  for (auto& packet : packets)
    all.push_back({std::move(packet), {}});
  return all;
}

void add_comment(std::string& comment, std::string_view more) {
  if (!comment.empty() && !more.empty()) comment += "; ";
  comment += more;
}

/// The last one with a payload: what follows it is an ACK.
CommentedPacket* last_with_payload(std::vector<CommentedPacket>& packets) {
  const auto found = std::find_if(packets.rbegin(), packets.rend(), [](const auto& each) {
    return !each.packet.tcp()->payload.empty();
  });
  return found == packets.rend() ? nullptr : &*found;
}

}  // namespace

struct SocketCapture::State {
  /// A comment for the packet with this byte.
  struct Mark {
    std::uint64_t at = 0;
    std::string comment;
  };

  Place place;
  Conversation conversation;
  std::vector<CommentedPacket> held;
  std::uint64_t queued_before_held = 0;
  std::uint64_t queued = 0;
  std::uint64_t sent = 0;
  std::list<Mark> marks;
  std::string comment;         // that has no packet yet
  std::string silence;         // that finds its packet once settled
  std::string ending_comment;  // for the FIN or the RST
};

SocketCapture::SocketCapture() = default;
SocketCapture::~SocketCapture() = default;
SocketCapture::SocketCapture(SocketCapture&&) noexcept = default;
SocketCapture& SocketCapture::operator=(SocketCapture&&) noexcept = default;

SocketCapture::SocketCapture(Place place, const SocketAddress& client, const SocketAddress& server,
                             std::uint64_t seed) {
  if (place.recorder != nullptr)
    state_ = std::make_unique<State>(
        State{place, Conversation(client, server, seed), {}, 0, 0, 0, {}, {}, {}, {}});
}

void SocketCapture::tell(std::vector<CommentedPacket> packets) {
  auto all = std::exchange(state_->held, {});
  all.insert(all.end(), std::make_move_iterator(packets.begin()),
             std::make_move_iterator(packets.end()));
  if (!all.empty())
    state_->place.recorder->record(state_->place.point, state_->place.connection, all);
}

void SocketCapture::opened() {
  if (is_on()) tell(without_comment(state_->conversation.opened()));
}

void SocketCapture::received(std::string_view bytes) {
  if (!is_on()) return;
  tell({});
  state_->held = without_comment(state_->conversation.sent(Side::client, bytes));
  state_->queued_before_held = state_->queued;
  if (!state_->held.empty()) state_->held.front().comment = std::exchange(state_->comment, {});
}

void SocketCapture::queued(std::size_t bytes) {
  if (!is_on() || bytes == 0) return;
  if (!state_->comment.empty())
    state_->marks.push_back({state_->queued, std::exchange(state_->comment, {})});
  state_->queued += bytes;
}

/// The comments for what has been sent by now.
std::string SocketCapture::take_marks() {
  std::string comment;
  for (; !state_->marks.empty() && state_->marks.front().at < state_->sent;
       state_->marks.pop_front())
    add_comment(comment, state_->marks.front().comment);
  return comment;
}

void SocketCapture::sent(std::string_view bytes) {
  if (!is_on()) return;
  auto packets = without_comment(state_->conversation.sent(Side::server, bytes));
  for (auto& [packet, comment] : packets) {
    state_->sent += packet.tcp()->payload.size();
    if (!packet.tcp()->payload.empty()) comment = take_marks();
  }
  tell(std::move(packets));
}

void SocketCapture::ending() {
  if (is_on()) add_comment(state_->ending_comment, std::exchange(state_->comment, {}));
}

void SocketCapture::ended(Ending how) {
  if (!is_on()) return;
  auto packets = without_comment(state_->conversation.ended(Side::server, how));
  if (!packets.empty()) {
    auto& comment = packets.front().comment;
    comment = std::exchange(state_->ending_comment, {});
    add_comment(comment, std::exchange(state_->comment, {}));
  }
  tell(std::move(packets));
}

void SocketCapture::peer_ended(Ending how) {
  if (!is_on()) return;
  auto packets = without_comment(state_->conversation.ended(Side::client, how));
  if (!packets.empty()) {
    auto& comment = packets.front().comment;
    comment = std::exchange(state_->comment, {});
    if (how == Ending::rst) add_comment(comment, std::exchange(state_->ending_comment, {}));
  }
  tell(std::move(packets));
}

void SocketCapture::secrets(std::string_view key_log) {
  if (is_on()) state_->place.recorder->secrets(key_log);
}

void SocketCapture::acted(Effect effect, std::string_view comment) {
  if (!is_on()) return;
  switch (effect) {
    case Effect::answer:
      return add_comment(state_->comment, comment);
    case Effect::end:
      return add_comment(state_->ending_comment, comment);
    case Effect::silence:
      return add_comment(state_->silence, comment);
  }
}

void SocketCapture::settle() {
  if (!is_on()) return;
  add_comment(state_->comment, std::exchange(state_->silence, {}));
  auto* last =
      state_->queued == state_->queued_before_held ? last_with_payload(state_->held) : nullptr;
  if (last != nullptr) {
    add_comment(last->comment, std::exchange(state_->comment, {}));
  } else if (!state_->comment.empty() && state_->queued > state_->sent) {
    state_->marks.push_back({state_->queued - 1, std::exchange(state_->comment, {})});
  }
  tell({});
}

}  // namespace misproxy
