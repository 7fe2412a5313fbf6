#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <vector>

namespace misproxy::live {

/// The port at which the proxy listens: who is led there comes back, and again, for ever.
class OwnPort {
 public:
  OwnPort() = default;
  /// `machine`: this machine's addresses, for a proxy that listens on all of them.
  OwnPort(boost::asio::ip::tcp::endpoint listening, std::vector<boost::asio::ip::address> machine);
  /// Asks the system for them.
  static OwnPort at(const boost::asio::ip::tcp::endpoint& listening);

  bool is(const boost::asio::ip::tcp::endpoint& to) const;

 private:
  boost::asio::ip::tcp::endpoint listening_;
  std::vector<boost::asio::ip::address> machine_;
};

/// IPv4 where it was mapped into IPv6 (RFC 4291 section 2.5.5.2), as a socket for both tells it.
boost::asio::ip::address unmapped(const boost::asio::ip::address& address);

/// As the system writes it (inet_ntop(3)), in a tenth of its time where it is IPv4.
std::string text_of(const boost::asio::ip::address& address);
std::string text_of(const boost::asio::ip::tcp::endpoint& endpoint);

}  // namespace misproxy::live
