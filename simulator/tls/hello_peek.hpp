#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct ssl_st;

namespace misproxy {

/// Looks at a ClientHello before anybody has decided who answers it: takes records, says nothing,
/// and draws nothing.
class HelloPeek {
 public:
  /// What became clear of the bytes so far.
  enum class Seen { nothing, hello, no_hello };

  HelloPeek();

  /// Once it has seen something it takes no more.
  Seen take(std::string_view record);
  /// What the client asked for by SNI, or empty.
  const std::string& server_name() const { return server_name_; }

 private:
  struct Deleter {
    void operator()(ssl_st* ssl) const;
  };
  static int note(ssl_st* ssl, int* alert, void* peek);

  std::unique_ptr<ssl_st, Deleter> ssl_;
  std::string server_name_;
  bool seen_ = false;
};

}  // namespace misproxy
