#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "diagnose/moment.hpp"
#include "diagnose/stream.hpp"
#include "diagnose/tls_reader.hpp"

namespace misproxy::diagnose {

/// What the two ends of one connection say to each other, as far as it can be read: HTTP heads
/// until the tunnel is up, then TLS.
class Dialogue {
 public:
  explicit Dialogue(Connection& connection);

  /// The packet that brings what the sinks get next.
  void at(const Moment& now) { now_ = now; }
  StreamSink& sink(End from) { return from == End::client ? client_ : proxy_; }
  /// No more comes: what stands in a buffer was never finished.
  void finish();

 private:
  /// One end's part of it.
  class Voice : public StreamSink {
   public:
    Voice(Dialogue& dialogue, End from, TlsSeen& tls)
        : dialogue_(dialogue), from_(from), tls_(from, tls) {}
    void take(std::string_view bytes) override;
    void skip(std::uint64_t count) override;
    void finish();
    /// The other end asks for something new: so what this one had to say was said.
    void begin_anew();

   private:
    enum class Mode { start, head, body, tls, opaque };

    /// Of the response whose head ended last.
    struct Body {
      std::uint64_t length = 0;  // the largest number: to the end of the connection
      std::uint64_t seen = 0;
      bool of_reply = false;  // to a CONNECT: nobody misses what is cut of it
      bool chunked = false;
      std::string end;  // its last four bytes, as far as they are known
    };

    bool is_short_of_its_end(std::uint64_t count) const;
    void choose();
    void drop_empty_lines(std::string_view& bytes) const;
    void note_body();
    void end_body();
    void end_head(bool whole);
    void take_body(std::string_view bytes);

    Dialogue& dialogue_;
    End from_;
    TlsReader tls_;
    Mode mode_ = Mode::start;
    std::string buffer_;
    Moment begun_;  // the packet with which the head began
    Sight begun_sight_;
    bool head_is_cut_ = false;
    Body body_;
  };

  bool tunnel_is_up() const;
  bool expects_tls(End from) const;
  void request(RequestSeen request);
  void speaks_http2(const Sight& sight);
  void answered_too_soon();
  bool is_of_unseen_request(const ResponseSeen& response) const;
  /// Returns how long its body is; the largest number: to the end of the connection.
  std::uint64_t response(ResponseSeen response);
  void keep_body(std::string_view bytes);
  void put_aside_answer();
  void not_http(std::string_view begin, const Sight& sight);

  Connection& connection_;
  Moment now_;
  Voice client_;
  Voice proxy_;
  bool connect_open_ = true;  // the last request was a CONNECT, or cannot be read
  ResponseSeen* last_response_ = nullptr;
};

}  // namespace misproxy::diagnose
