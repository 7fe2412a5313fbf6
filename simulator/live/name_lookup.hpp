#pragma once

#include <boost/asio/any_io_executor.hpp>
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
  /// Threads that look up at once, in the whole process; past it a name is not found.
  static constexpr int kMostAtOnce = 256;

  /// Called once, on the executor's thread, with the addresses in the order in which they are to be
  /// tried (RFC 6724); empty where the name has none.
  using Done = std::function<void(std::vector<std::string> addresses)>;

  /// The executor outlives the object, and has one thread, the object's own.
  NameLookup(boost::asio::any_io_executor executor, std::string host, Done done);
  ~NameLookup();
  NameLookup(const NameLookup&) = delete;
  NameLookup& operator=(const NameLookup&) = delete;

 private:
  struct Wish;

  bool begin(const std::string& host);
  static void tell(const std::shared_ptr<Wish>& wish, std::vector<std::string> addresses);

  std::shared_ptr<Wish> wish_;
};

}  // namespace misproxy::live
