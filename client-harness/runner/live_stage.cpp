#include "runner/live_stage.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <utility>

#include "live/capture_head.hpp"

namespace misproxy {

void LiveStage::Trace::record(const TraceLine& line) {
  lines.push_back(line);
  lines.back().seq = seqs[line.connection]++;
  if (listener != nullptr) listener->record(lines.back());
}

LiveStage::LiveStage(Where where, const RunRequest& request, Catalogue& catalogue, int interrupt)
    : where_(where),
      plan_(*request.plan),
      limit_(threads_.first()),
      interrupt_(threads_.first()),
      server_(plan_.scenario().about.id, plan_, catalogue, trace_, threads_, [this] {
        ++closed_;
        boost::asio::post(context(), [this] { end_if_over(); });
      }) {
  server_.splice(request.splice);
  boost::system::error_code error;  // of a descriptor that cannot be doubled: nobody interrupts
  if (interrupt >= 0) interrupt_.assign(::dup(interrupt), error);
}

std::string LiveStage::listen() {
  if (where_ == Where::lab) return set_up_lab();
  const auto error = server_.listen("127.0.0.1", 0);
  return error ? fmt::format("cannot listen on 127.0.0.1: {}", error.message()) : "";
}

std::string LiveStage::set_up_lab() {
  auto made = lab::Lab::make(
      context(), plan_, [this] { return threads_.now(); },
      [this](std::int64_t connection, TraceEvent event) {
        server_.record({"", connection, 0, Party::router, 0, std::move(event)});
      });
  if (auto* why = std::get_if<std::string>(&made)) return std::move(*why);
  lab_ = std::move(std::get<std::unique_ptr<lab::Lab>>(made));
  const auto error = server_.listen_at(*lab_);
  return error ? fmt::format("the lab's proxy cannot listen: {}", error.message()) : "";
}

std::string LiveStage::proxy_url() const {
  const auto& scenario = plan_.scenario();
  if (!lab_ || scenario.network.proxy_name.empty()) return server_.proxy_url();
  return fmt::format("{}://{}:{}", scenario.client_speaks_tls() ? "https" : "http",
                     scenario.network.proxy_name, lab_->proxy().port());
}

void LiveStage::at_client(const std::function<void()>& call) const {
  lab_ ? lab_->at_client(call) : call();
}

std::variant<std::unique_ptr<ChildProcess>, std::string> LiveStage::start_client(
    const std::vector<std::string>& argv, std::string_view input, const ChildSetup& setup) const {
  std::variant<std::unique_ptr<ChildProcess>, std::string> started;
  at_client([&] { started = ChildProcess::start(argv, input, setup); });
  return started;
}

void LiveStage::capture(const RunRequest& request, CaptureSinks sinks) {
  capture_ = std::move(sinks);
  if (lab_) {
    lab_captures_.emplace(request, capture_, server_.began());
    lab_->wire().tap(lab_captures_->taps());
    return server_.capture_to(*lab_captures_, 0);
  }
  const auto which = request.comments ? live::CaptureComments::all : live::CaptureComments::none;
  capture_recorder_.emplace(
      live::capture_head({&server_}, which), std::vector{server_.name()}, threads_,
      [this](std::string_view blocks, const live::Writer::Owner&, std::uint64_t) {
        if (capture_.proxy) capture_.proxy(blocks);
        if (capture_.chosen) capture_.chosen(blocks);
      });
  server_.capture_to(*capture_recorder_, 0);
}

void LiveStage::run(const std::function<void()>& begin, std::function<void()> stop, Duration limit,
                    std::function<void()> ask) {
  stop_client_ = std::move(stop);
  ask_client_ = std::move(ask);
  server_.start();
  limit_.expires_after(limit);
  limit_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    reached_limit_ = true;
    end();
  });
  boost::asio::post(context(), begin);
  boost::asio::post(context(), [this] { await_interrupt(); });  // behind the client's begin
  threads_.run();
  if (capture_recorder_) capture_recorder_->end();
  if (lab_captures_) lab_captures_->end(took_);
}

void LiveStage::await_interrupt() {
  if (!interrupt_.is_open()) return;
  interrupt_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                        [this](const boost::system::error_code& error) {
                          if (!error) interrupt();
                        });
}

void LiveStage::interrupt() {
  if (ended_) return;
  interrupted_ = !client_done_;
  if (client_done_ || !ask_client_) return end();
  ask_client_();
  limit_.expires_after(kGrace);
  limit_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) end();
  });
}

void LiveStage::client_done(std::int64_t connections) {
  client_done_ = true;
  awaited_ = connections;
  if (interrupted_) return end();
  limit_.expires_after(lab_ ? kEpilogueInLab : kEpilogue);  // no more of the client's own limit
  limit_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) end();
  });
  boost::asio::post(context(), [this] { end_if_over(); });
}

void LiveStage::end_if_over() {
  if (ended_) return;  // the last of them close behind it
  if (!client_done_ || closed_ < awaited_ || closed_ != server_.connections()) return;
  lab_ ? lab_->wire().when_quiet([this] { end(); }) : end();
}

void LiveStage::end() {
  if (std::exchange(ended_, true)) return;
  took_ = server_.now();
  limit_.cancel();
  boost::system::error_code ignored;
  interrupt_.close(ignored);
  server_.stop();
  stop_client_();
  if (lab_) lab_->wire().stop();
  threads_.release();
}

void capture_for(const RunRequest& request, Run& run, LiveStage& stage) {
  if (!request.capture) return;
  stage.capture(request, request.sinks != nullptr ? *request.sinks : kept_in(run));
}

}  // namespace misproxy
