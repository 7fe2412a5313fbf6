#include "live/name_lookup.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/post.hpp>
#include <mutex>
#include <system_error>
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

/// Threads that cannot be interrupted.
std::atomic<int> under_way = 0;

}  // namespace

/// What both threads hold.
struct NameLookup::Wish {
  std::mutex mutex;                       // guards `executor`
  boost::asio::any_io_executor executor;  // nobody waits any more where it is empty
  Done done;                              // for the executor's thread alone
};

NameLookup::NameLookup(boost::asio::any_io_executor executor, std::string host, Done done)
    : wish_(std::make_shared<Wish>()) {
  wish_->executor = std::move(executor);
  wish_->done = std::move(done);
  if (under_way.fetch_add(1) < kMostAtOnce && begin(host)) return;
  --under_way;
  tell(wish_, {});
}

/// False where the system has no thread left.
bool NameLookup::begin(const std::string& host) {
  try {
    std::thread([wish = wish_, host] {
      auto addresses = addresses_of(host);
      --under_way;
      tell(wish, std::move(addresses));
    }).detach();
  } catch (const std::system_error&) {
    return false;
  }
  return true;
}

void NameLookup::tell(const std::shared_ptr<Wish>& wish, std::vector<std::string> addresses) {
  const std::lock_guard lock(wish->mutex);
  if (!wish->executor) return;
  boost::asio::post(wish->executor, [wish, addresses = std::move(addresses)]() mutable {
    if (const auto done = std::exchange(wish->done, nullptr)) done(std::move(addresses));
  });
}

NameLookup::~NameLookup() {
  wish_->done = nullptr;
  const std::lock_guard lock(wish_->mutex);
  wish_->executor = {};
}

}  // namespace misproxy::live
