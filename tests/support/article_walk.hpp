// The article's own packet lines (tests/capture/article/, as they stand there) against the
// scenarios that are to show the same. Every line has to come, in its order, with its direction,
// its flags and its TLS message; so have lengths and numbers, but where the article cannot be
// right:
//
// - `length 1514` of the Server Hello is a frame's length, not a payload's.
// - `User-Agent: curl/8.5.0`: here the client is the built-in one, or a curl of another version.
// - `win 64240` of the third segment: a window is scaled from there on (RFC 7323 section 2.3).
// - 517 and 317 bytes of encrypted data, and 1,440 where a transfer stalls, depend on what a client
//   asks and which headers it sends, and the article does not show that.
// - 1234 and 5678 in the FINs are made up, but how they depend on each other is not.
//
// The article shows neither ACKs of data, nor the client's Finished, nor close_notify: those may
// come in between, and nothing else may.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "support/article_lines.hpp"

namespace misproxy::test {

/// TLS messages that may stand between those that the article shows.
using Unsaid = std::set<std::string>;
const Unsaid kFinished{"Change Cipher Spec"};
const Unsaid kFinishedAndMore{"Change Cipher Spec", "Encrypted Application Data"};

/// Goes through our lines, from one that the article has to the next.
class Walk {
 public:
  Walk(std::vector<ArticleLine> ours, Unsaid unsaid)
      : ours_(std::move(ours)), unsaid_(std::move(unsaid)) {}

  /// The line that is the article's `wanted`; all that stands before it has to be explained.
  const ArticleLine& to(const ArticleLine& wanted);
  bool over() const { return at_ == ours_.size(); }
  const ArticleLine& next() { return ours_.at(at_++); }

 private:
  static bool is(const ArticleLine& wanted, const ArticleLine& ours);
  bool is_unsaid(const ArticleLine& ours) const {
    return ours.is_bare_ack() || unsaid_.contains(ours.tls);
  }

  std::vector<ArticleLine> ours_;
  Unsaid unsaid_;
  std::size_t at_ = 0;
};

/// A run's packets at the client's end of its link and at the proxy's: pcapng files.
struct ArticleCaptures {
  std::string client;
  std::string proxy;
};

/// A block of the article, and what a run has of it.
struct Played {
  std::vector<ArticleLine> article;
  Walk walk;
  int window_scale = 0;
};

/// Who talks to whom has to be as in the article, by address: its client and proxy, and its origin
/// behind it.
Played played_of(const std::string& block, const ArticleCaptures& captures, const Unsaid& unsaid,
                 bool reaches_origin = true);

/// Numbers that the article and we have to agree on.
void expect_numbers(const ArticleLine& wanted, const ArticleLine& ours, int window_scale);
/// All of the article's lines; those of the teardown are left in `fins`.
void expect_block(Played& played, std::vector<ArticleLine>* fins = nullptr);
/// FIN, FIN and the last ACK: each acknowledges what came before it and the FIN itself, and the
/// second FIN stands where the first one's sender expects it, or behind what it had not yet got.
void expect_teardown(const std::vector<ArticleLine>& fins, std::uint32_t not_yet_there);
std::vector<ArticleLine> last_three(const std::vector<ArticleLine>& lines);

/// The whole of what each block has to show; `at_once`: how soon, in seconds, an inline device
/// resets.
void expect_success(Played played);
void expect_denial(Played played, int times);
void expect_time_out(Played played);
void expect_reset_of_large(Played played, double at_once);
/// "FMC gets CONNECT without HTTP 200, with retransmissions and FINs confirming no TLS/data
/// exchange."
void expect_no_200(const std::vector<ArticleLine>& lines);

}  // namespace misproxy::test
