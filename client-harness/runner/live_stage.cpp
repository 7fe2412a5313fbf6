#include "runner/live_stage.hpp"

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <utility>

#include "live/capture_head.hpp"

namespace misproxy {

void LiveStage::Trace::record(const TraceLine& line) {
  lines.push_back(line);
  lines.back().seq = seqs[line.connection]++;
}

LiveStage::LiveStage(const Plan& plan, Catalogue& catalogue)
    : limit_(threads_.first()),
      server_(plan.scenario().about.id, plan, catalogue, trace_, threads_, [this] {
        ++closed_;
        boost::asio::post(context(), [this] { end_if_over(); });
      }) {}

std::string LiveStage::listen() {
  const auto error = server_.listen("127.0.0.1", 0);
  return error ? fmt::format("cannot listen on 127.0.0.1: {}", error.message()) : "";
}

void LiveStage::capture() {
  capture_recorder_.emplace(live::capture_head({&server_}), threads_,
                            [this](std::string_view blocks) { capture_ += blocks; });
  server_.capture_to(*capture_recorder_, 0);
}

void LiveStage::run(const std::function<void()>& begin, std::function<void()> stop,
                    Duration limit) {
  stop_client_ = std::move(stop);
  server_.start();
  limit_.expires_after(limit);
  limit_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    reached_limit_ = true;
    end();
  });
  boost::asio::post(context(), begin);
  threads_.run();
  if (capture_recorder_) capture_recorder_->end();
}

void LiveStage::client_done(std::int64_t connections) {
  client_done_ = true;
  awaited_ = connections;
  limit_.expires_after(kEpilogue);  // and no more of the client's own limit
  limit_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) end();
  });
  boost::asio::post(context(), [this] { end_if_over(); });
}

void LiveStage::end_if_over() {
  if (client_done_ && closed_ >= awaited_ && closed_ == server_.connections()) end();
}

void LiveStage::end() {
  if (std::exchange(ended_, true)) return;
  took_ = server_.now();
  limit_.cancel();
  server_.stop();
  stop_client_();
  threads_.release();
}

}  // namespace misproxy
