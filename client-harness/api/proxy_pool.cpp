#include "api/proxy_pool.hpp"

#include <fmt/format.h>

#include <boost/asio/post.hpp>

namespace misproxy::api {

void ProxyPool::make(ProxyWish wish, std::function<void(Made)> done) {
  boost::asio::post(threads_.first(),
                    [this, wish = std::move(wish), done = std::move(done)]() mutable {
                      done(make_now(std::move(wish)));
                    });
}

ProxyPool::Made ProxyPool::make_now(ProxyWish wish) {
  {
    const std::lock_guard lock(mutex_);
    if (proxies_.size() >= kMost) {
      return Refused{Refused::Why::full,
                     fmt::format("there are {} proxies; delete some first", kMost)};
    }
    if (wish.id.empty()) wish.id = free_id(wish.plan.scenario().about.id);
    if (proxies_.contains(wish.id)) {
      return Refused{
          Refused::Why::id_taken,
          fmt::format("there is a proxy `{}` already; take another id, or delete it", wish.id)};
    }
  }
  const auto proxy = ServedProxy::make(std::move(wish), catalogue_, threads_, next_);
  proxy->server().splice(splices_);
  if (auto why = proxy->listen(host_, guests_); !why.empty())
    return Refused{Refused::Why::no_port, std::move(why)};
  const std::lock_guard lock(mutex_);
  proxies_[proxy->id()] = proxy;
  return proxy;
}

/// The scenario's, or with a number behind it.
std::string ProxyPool::free_id(const std::string& scenario) const {
  auto id = scenario;
  for (int i = 2; proxies_.contains(id); ++i)
    id = fmt::format("{}-{}", scenario, i);
  return id;
}

void ProxyPool::adopt(std::string id, std::string text, live::Server& server) {
  auto proxy = std::make_shared<ServedProxy>(id, std::move(text), server);
  proxies_[id] = proxy;
  adopted_[server.name()] = proxy;
}

void ProxyPool::remove(const std::shared_ptr<ServedProxy>& proxy, std::function<void()> done) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = proxies_.find(proxy->id());
    if (found != proxies_.end() && found->second == proxy) proxies_.erase(found);
  }
  boost::asio::post(threads_.first(), [proxy, done = std::move(done)] {
    proxy->stop();
    done();
  });
}

void ProxyPool::stop() {
  for (const auto& proxy : all())
    proxy->stop();
}

std::shared_ptr<ServedProxy> ProxyPool::find(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = proxies_.find(id);
  return found == proxies_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<ServedProxy>> ProxyPool::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<ServedProxy>> all;
  for (const auto& [id, proxy] : proxies_)
    all.push_back(proxy);
  return all;
}

std::vector<std::string> ProxyPool::ids() const {
  std::vector<std::string> ids;
  for (const auto& proxy : all())
    ids.push_back(proxy->id());
  return ids;
}

void ProxyPool::record(const TraceLine& line) {
  const auto found = adopted_.find(line.scenario);
  if (found != adopted_.end()) found->second->record(line);
}

}  // namespace misproxy::api
