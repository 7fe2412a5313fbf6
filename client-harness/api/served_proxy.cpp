#include "api/served_proxy.hpp"

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <utility>

#include "drivers/scratch_folder.hpp"
#include "live/capture_head.hpp"
#include "runner/diagnose_run.hpp"
#include "runner/har_of.hpp"

namespace misproxy::api {

ServedProxy::ServedProxy(ProxyWish wish, Catalogue& catalogue, live::Threads& threads,
                         Recorder& next)
    : id_(std::move(wish.id)),
      text_(std::move(wish.text)),
      port_(wish.port),
      next_(&next),
      threads_(&threads),
      own_(std::make_unique<live::Server>(id_, std::move(wish.plan), catalogue, *this, threads,
                                          [] {})),
      server_(own_.get()) {
  if (wish.captures) capture_.emplace();
}

std::shared_ptr<ServedProxy> ServedProxy::make(ProxyWish wish, Catalogue& catalogue,
                                               live::Threads& threads, Recorder& next) {
  const auto free_there = [&threads](ServedProxy* proxy) {
    boost::asio::post(threads.first(), [own = std::unique_ptr<ServedProxy>(proxy)] {});
  };
  const std::shared_ptr<ServedProxy> proxy(
      new ServedProxy(std::move(wish), catalogue, threads, next), free_there);
  proxy->own_->belong_to(proxy);
  return proxy;
}

ServedProxy::ServedProxy(std::string id, std::string text, live::Server& server)
    : id_(std::move(id)), text_(std::move(text)), server_(&server) {}

void ServedProxy::record(const TraceLine& line) {
  log_.record(line);
  if (next_ != nullptr) next_->record(line);
}

std::string ServedProxy::listen(const std::string& host, const live::GuestList& guests) {
  own_->allow(guests);
  if (const auto error = own_->listen(host, port_)) {
    return fmt::format("cannot listen on {}: {}", Endpoint{host, port_}.text(), error.message());
  }
  if (capture_) {
    packets_.emplace(live::capture_head({own_.get()}, live::CaptureComments::all), std::vector{id_},
                     *threads_,
                     [this](std::string_view blocks, const live::Writer::Owner&, std::uint64_t) {
                       capture_->take(blocks);
                     });
    own_->capture_to(*packets_, 0);
  }
  own_->start();
  return {};
}

void ServedProxy::stop() {
  server_->stop();
  log_.close();
}

Named ServedProxy::verdict(const std::string& capture) const {
  const ScratchFolder folder;
  const auto path = folder.path() + "/proxy.pcapng";
  auto why = capture_->why();
  if (why.empty() && folder.path().empty()) why = "there is no temporary folder for the capture";
  if (why.empty()) why = live::write_whole(path, capture, live::kSecret);
  if (!why.empty()) return {"not-enough-evidence", "ambiguous", {}, why, false};
  return diagnose_capture(path);
}

std::string ServedProxy::har(std::string_view version) const {
  return har_of(log_.all(), server_->began(), version);
}

}  // namespace misproxy::api
