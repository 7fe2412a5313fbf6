#include "capture/socket_capture.hpp"

#include <algorithm>
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

SocketCapture::SocketCapture(Place place, const SocketAddress& client, const SocketAddress& server,
                             std::uint64_t seed)
    : place_(place) {
  if (is_on()) conversation_.emplace(client, server, seed);
}

void SocketCapture::tell(std::vector<CommentedPacket> packets) {
  auto all = std::exchange(held_, {});
  all.insert(all.end(), std::make_move_iterator(packets.begin()),
             std::make_move_iterator(packets.end()));
  if (!all.empty()) place_.recorder->record(place_.point, place_.connection, all);
}

void SocketCapture::opened() {
  if (is_on()) tell(without_comment(conversation_->opened()));
}

void SocketCapture::received(std::string_view bytes) {
  if (!is_on()) return;
  tell({});
  held_ = without_comment(conversation_->sent(Side::client, bytes));
  queued_before_held_ = queued_;
  if (!held_.empty()) held_.front().comment = std::exchange(comment_, {});
}

void SocketCapture::queued(std::size_t bytes) {
  if (!is_on() || bytes == 0) return;
  if (!comment_.empty()) marks_.push_back({queued_, std::exchange(comment_, {})});
  queued_ += bytes;
}

/// The comments for what has been sent by now.
std::string SocketCapture::take_marks() {
  std::string comment;
  for (; !marks_.empty() && marks_.front().at < sent_; marks_.pop_front())
    add_comment(comment, marks_.front().comment);
  return comment;
}

void SocketCapture::sent(std::string_view bytes) {
  if (!is_on()) return;
  auto packets = without_comment(conversation_->sent(Side::server, bytes));
  for (auto& [packet, comment] : packets) {
    sent_ += packet.tcp()->payload.size();
    if (!packet.tcp()->payload.empty()) comment = take_marks();
  }
  tell(std::move(packets));
}

void SocketCapture::ending() { add_comment(ending_comment_, std::exchange(comment_, {})); }

void SocketCapture::ended(Ending how) {
  if (!is_on()) return;
  auto packets = without_comment(conversation_->ended(Side::server, how));
  if (!packets.empty()) {
    auto& comment = packets.front().comment;
    comment = std::exchange(ending_comment_, {});
    add_comment(comment, std::exchange(comment_, {}));
  }
  tell(std::move(packets));
}

void SocketCapture::peer_ended(Ending how) {
  if (!is_on()) return;
  auto packets = without_comment(conversation_->ended(Side::client, how));
  if (!packets.empty()) {
    auto& comment = packets.front().comment;
    comment = std::exchange(comment_, {});
    if (how == Ending::rst) add_comment(comment, std::exchange(ending_comment_, {}));
  }
  tell(std::move(packets));
}

void SocketCapture::secrets(std::string_view key_log) {
  if (is_on()) place_.recorder->secrets(key_log);
}

void SocketCapture::acted(Effect effect, std::string_view comment) {
  if (!is_on()) return;
  switch (effect) {
    case Effect::answer:
      return add_comment(comment_, comment);
    case Effect::end:
      return add_comment(ending_comment_, comment);
    case Effect::silence:
      return add_comment(silence_, comment);
  }
}

void SocketCapture::settle() {
  if (!is_on()) return;
  add_comment(comment_, std::exchange(silence_, {}));
  auto* last = queued_ == queued_before_held_ ? last_with_payload(held_) : nullptr;
  if (last != nullptr) {
    add_comment(last->comment, std::exchange(comment_, {}));
  } else if (!comment_.empty() && queued_ > sent_) {
    marks_.push_back({queued_ - 1, std::exchange(comment_, {})});
  }
  tell({});
}

}  // namespace misproxy
