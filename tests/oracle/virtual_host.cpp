#include "oracle/virtual_host.hpp"

#include "virtual/host.hpp"

namespace misproxy::oracle {
namespace {

using simulated::FramePtr;
using simulated::TcpSocket;

/// The application reads whatever comes, and does what the steps say.
class VirtualHost final : private TcpSocket::Owner {
 public:
  explicit VirtualHost(const Situation& situation)
      : situation_(situation),
        peer_(situation),
        host_(queue_, {kHost, "host", 1, {situation.tcp, situation.mtu_probing}},
              [this](const FramePtr& frame) {
                if (const auto* segment = frame->packet.tcp()) peer_.hear(*segment, now());
              }) {
    host_.listen(kHostPort, *this);
  }

  Played play() {
    zero_ = situation_.handshake ? situation_.round_trip : Duration{};
    if (situation_.active) queue_.at(Duration{}, [this] { open(); });
    if (situation_.handshake) shake_hands();
    for (const auto& step : situation_.steps)
      queue_.at(zero_ + step.at, [this, &step] { perform(step); });
    while (!queue_.empty() && queue_.next() <= zero_ + situation_.end)
      queue_.run_next();
    return {std::move(peer_.answers()), std::move(told_)};
  }

 private:
  Duration now() const { return queue_.now() - zero_; }
  void give(Packet packet) {
    host_.take(std::make_shared<simulated::Frame>(simulated::Frame{std::move(packet), ""}));
  }
  void open() { socket_ = &host_.connect({kPeer, kPeerPort}, 1, *this); }
  void shake_hands() {
    if (situation_.active) {
      queue_.at(zero_, [this] { give(peer_.opening(now())); });
    } else {
      queue_.at(Duration{}, [this] { give(peer_.opening(now())); });
      queue_.at(zero_, [this] { give(peer_.closing_handshake(now())); });
    }
  }
  void perform(const Step& step) {
    if (step.kind == Step::Kind::segment) return give(peer_.say(step.segment, now()));
    if (step.kind == Step::Kind::too_large) return give(peer_.too_large(step.bytes));
    if (socket_ == nullptr) return;
    switch (step.kind) {
      case Step::Kind::write:
        return socket_->send(std::string(step.bytes, 'h'));
      case Step::Kind::shut_down:
        return socket_->shut_down();
      case Step::Kind::close:
        return socket_->close();
      case Step::Kind::abort:
        return socket_->abort();
      case Step::Kind::pause:
        return socket_->pause();
      case Step::Kind::resume:
        return socket_->read_on();
      case Step::Kind::segment:
      case Step::Kind::too_large:
        return;
    }
  }

  void connected(TcpSocket& socket) override {
    socket_ = &socket;
    socket.belong_to(*this);
  }
  void connect_failed(TcpSocket&, Failed::Why) override { told_.emplace_back("gone"); }
  void received(TcpSocket&, std::string_view) override {}
  /// Who has read to the end reads no more.
  void peer_closed(TcpSocket&, Ending how) override {
    if (told_.empty() || told_.back() != "end")
      told_.emplace_back(how == Ending::fin ? "end" : "gone");
  }
  void drained(TcpSocket&) override {}
  void all_acknowledged(TcpSocket&) override {}
  void finished(TcpSocket&) override {}

  const Situation& situation_;
  simulated::EventQueue queue_;
  Peer peer_;
  simulated::Host host_;
  TcpSocket* socket_ = nullptr;
  Duration zero_{};
  std::vector<std::string> told_;
};

}  // namespace

Played play_virtual(const Situation& situation) { return VirtualHost(situation).play(); }

}  // namespace misproxy::oracle
