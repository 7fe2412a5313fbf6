#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace misproxy::live {

/// One look-up of a host's addresses by the system (getaddrinfo(3)), on a thread of its own. That
/// call cannot be interrupted, so nobody waits for it: once the object is gone, what it finds is
/// let go.
class NameLookup {
 public:
  /// More addresses of a name are not tried.
  static constexpr std::size_t kMostAddresses = 8;

  /// Called once, on the context's thread, with the addresses in the order in which they are to be
  /// tried (RFC 6724); empty where the name has none.
  using Done = std::function<void(std::vector<std::string> addresses)>;

  /// The context outlives the object, and is used on one thread, the object's own.
  NameLookup(boost::asio::io_context& context, std::string host, Done done);
  ~NameLookup();
  NameLookup(const NameLookup&) = delete;
  NameLookup& operator=(const NameLookup&) = delete;

 private:
  struct Wish;

  std::shared_ptr<Wish> wish_;
};

}  // namespace misproxy::live
