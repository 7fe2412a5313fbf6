#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "capture/socket_capture.hpp"
#include "core/life.hpp"
#include "live/alarm.hpp"
#include "live/arrival.hpp"
#include "live/pipe.hpp"
#include "live/socket.hpp"

namespace misproxy::live {

/// One TCP socket with a peer: an ordered queue out, reads in, and the two ways to end it.
///
/// All calls, and all calls to the owner, are made on the socket's own thread. The owner outlives
/// every operation: each holds what `Owner::alive` returns.
///
/// Two that are joined pass each other what comes, and their owners hear of ends alone. Small
/// pieces are copied once, through a buffer that the thread's links share; where more comes than
/// fits, the kernel hands on its own pages (live/pipe.hpp). What the other cannot take at once
/// waits there, and until it has gone nothing more is read.
///
///     peer ==socket== Link ──recv, send or splice──> Link ==socket== peer
class Link {
 public:
  /// Bytes queued to the peer past which no more is read from it, so that what it asks for stays
  /// bounded.
  static constexpr std::size_t kMostQueued = 256 * 1024;
  /// How long a close waits for the peer to take the last bytes or to close too, from the last
  /// progress.
  static constexpr std::chrono::seconds kLinger{5};

  class Owner {
   public:
    virtual ~Owner() = default;
    virtual std::shared_ptr<void> alive() = 0;
    /// `arrived`: of what is read with its stamp.
    virtual void received(std::string_view bytes, Arrival arrived) = 0;
    /// Once at most. After `rst` the link is dead and `finished` follows.
    virtual void peer_closed(Ending how) = 0;
    virtual void drained() = 0;
    virtual void linger_ran_out() = 0;
    /// True while it has to wait: nothing is read or written until `go_on`, and no patience is
    /// lost.
    virtual bool waits() { return false; }
    /// The socket is closed; nothing more is called.
    virtual void finished() = 0;
  };

  /// Of a socket that does not hold small pieces back (TCP_NODELAY).
  Link(Socket socket, boost::asio::ip::tcp::endpoint peer, Owner& owner);
  ~Link() { part(); }
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  /// Where what the socket does is recorded from now on; before `start`.
  void capture_with(SocketCapture capture) { capture_ = std::move(capture); }
  SocketCapture& capture() { return capture_; }

  /// Before anything else; reads from `go_on` on.
  void start() { capture_.opened(); }
  /// What comes is told with when it came; for a socket that is asked for that. Before it reads.
  void read_stamps() { stamped_ = true; }
  /// Takes what has come by now, and goes on.
  void start_reading();
  void send(std::string bytes);
  void pause() { ++pauses_; }
  void resume();
  /// The owner no longer waits.
  void go_on();
  /// From now on what comes from one peer goes to the other, behind what was sent before.
  void join(Link& other);
  /// No longer. Also where either of them ends.
  void part();
  const Link* joined() const { return other_; }
  /// When it last passed anything on.
  std::chrono::steady_clock::time_point passed_at() const { return passed_at_; }
  /// Ends it after all that was sent: FIN in stages, or RST once the peer's kernel has taken the
  /// bytes.
  void hang_up(Ending how);
  /// FIN after all that was sent; what the peer still sends is delivered.
  void half_close();
  /// Ends it as an application does that has gone: what was sent is flushed, then the socket is
  /// closed, whatever the peer does. Of what arrives meanwhile nothing is delivered.
  void leave();
  /// Takes what the peer's kernel has delivered by now, its FIN too, where input is taken at all.
  void take_arrived();
  /// Closes the socket now.
  void finish();

  Executor executor() { return socket_.get_executor(); }
  /// So much waits to be sent that no more should be given to it until `drained`.
  bool is_full() const { return outbox_ && outbox_->bytes > kMostQueued; }
  /// It has sent much at once, and says `drained` when others have had their turn.
  bool is_resting() const { return resting_; }
  /// It was told to end, and only the peer's part is left.
  bool is_ending() const { return ending_; }
  /// The kernel has given it up: nobody answered any more.
  bool timed_out() const { return timed_out_; }
  std::uint64_t bytes_in() const { return bytes_in_; }
  std::uint64_t bytes_out() const { return bytes_out_; }
  std::uint16_t peer_port() const { return peer_.port(); }
  std::string peer_address() const;

 private:
  bool takes_input();
  /// What was sent and the socket has not taken.
  struct Outbox {
    std::list<std::string> pieces;
    std::size_t bytes = 0;
    std::size_t front_sent = 0;
  };

  bool has_unsent() const { return writing_ || outbox_; }
  void pass_on();
  long pass_copied();
  long pass_spliced();
  void take_copied(std::string_view bytes);
  void take_piped(std::unique_ptr<Pipe> pipe);
  void empty_pipe();
  void read_on();
  void read_ready();
  StampedRead read_into(std::span<char> room);
  void write_on();
  bool gathers() const;
  void write_soon();
  long send_queued();
  void write_later();
  void write_some();
  bool take_sent(std::size_t count);
  void await_room();
  void written();
  void rest();
  void tell_drained();
  void failed(const boost::system::error_code& error);
  void peer_is_gone(Ending how);
  void end_output();
  void end_half();
  void close_as_left();
  void reset_when_delivered();
  void await_peer();
  void watch_patience();
  int undelivered();
  int unread();

  Socket socket_;
  boost::asio::ip::tcp::endpoint peer_;
  Alarm linger_;
  Owner& owner_;
  SocketCapture capture_;
  std::unique_ptr<Outbox> outbox_;  // where there is anything in it
  int pauses_ = 0;
  int undelivered_ = -1;        // when last looked at
  std::uint32_t in_a_row_ = 0;  // bytes sent since others had their turn
  Ending how_ = Ending::fin;
  bool stamped_ = false;
  bool reading_ = false;
  bool writing_ = false;
  bool gathering_ = false;
  bool resting_ = false;
  bool half_closing_ = false;
  bool ending_ = false;
  bool leaving_ = false;  // an ending too
  bool output_ended_ = false;
  bool peer_gone_ = false;
  bool timed_out_ = false;
  bool finished_ = false;
  bool bulk_ = false;  // the last piece that was passed on filled the buffer
  std::chrono::steady_clock::time_point patience_{};
  std::uint64_t bytes_in_ = 0;
  std::uint64_t bytes_out_ = 0;
  Link* other_ = nullptr;
  std::unique_ptr<Pipe> pipe_;  // with what the peer has not taken yet
  std::chrono::steady_clock::time_point passed_at_{};
};

}  // namespace misproxy::live
