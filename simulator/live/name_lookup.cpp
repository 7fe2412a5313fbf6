#include "live/name_lookup.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <mutex>
#include <thread>
#include <utility>

namespace misproxy::live {
namespace {

std::string address_text(const addrinfo& found) {
  std::array<char, NI_MAXHOST> text{};
  const int error = ::getnameinfo(found.ai_addr, found.ai_addrlen, text.data(),
                                  static_cast<socklen_t>(text.size()), nullptr, 0, NI_NUMERICHOST);
  return error == 0 ? std::string(text.data()) : std::string();
}

std::vector<std::string> addresses_of(const std::string& host) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &wanted, &found) != 0) return {};
  std::vector<std::string> addresses;
  for (const auto* each = found; each != nullptr; each = each->ai_next) {
    auto text = address_text(*each);
    const bool known = std::find(addresses.begin(), addresses.end(), text) != addresses.end();
    if (text.empty() || known || addresses.size() == NameLookup::kMostAddresses) continue;
    addresses.push_back(std::move(text));
  }
  ::freeaddrinfo(found);
  return addresses;
}

}  // namespace

/// What both threads hold.
struct NameLookup::Wish {
  std::mutex mutex;                            // guards `context`
  boost::asio::io_context* context = nullptr;  // nobody waits any more where it is null
  Done done;                                   // for the context's thread alone
};

NameLookup::NameLookup(boost::asio::io_context& context, std::string host, Done done)
    : wish_(std::make_shared<Wish>()) {
  wish_->context = &context;
  wish_->done = std::move(done);
  std::thread([wish = wish_, host = std::move(host)] {
    auto addresses = addresses_of(host);
    const std::lock_guard lock(wish->mutex);
    if (wish->context == nullptr) return;
    boost::asio::post(*wish->context, [wish, addresses = std::move(addresses)]() mutable {
      if (const auto tell = std::exchange(wish->done, nullptr)) tell(std::move(addresses));
    });
  }).detach();
}

NameLookup::~NameLookup() {
  wish_->done = nullptr;
  const std::lock_guard lock(wish_->mutex);
  wish_->context = nullptr;
}

}  // namespace misproxy::live
