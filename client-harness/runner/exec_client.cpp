#include "runner/exec_client.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <utility>

namespace misproxy {

using boost::system::error_code;
using Descriptor = boost::asio::posix::stream_descriptor;

ExecClient::ExecClient(boost::asio::io_context& context, std::unique_ptr<ChildProcess> child)
    : child_(std::move(child)),
      ended_(context, ::dup(child_->ended_fd())),
      output_(context, ::dup(child_->output_fd())) {
  error_code ignored;
  output_.non_blocking(true, ignored);
}

void ExecClient::watch(std::function<void()> on_end) {
  read_on();
  ended_.async_wait(Descriptor::wait_read,
                    [this, on_end = std::move(on_end)](const error_code& error) {
                      if (error || finished_) return;
                      finish();
                      on_end();
                    });
}

void ExecClient::stop() {
  if (finished_) return;
  child_->kill();
  finish();
}

void ExecClient::read_on() {
  output_.async_read_some(boost::asio::buffer(buffer_),
                          [this](const error_code& error, std::size_t count) {
                            if (finished_) return;
                            take(count);
                            if (!error) read_on();
                          });
}

void ExecClient::take(std::size_t count) {
  const auto kept = std::min(count, kMostOutput - end_.output.size());
  end_.output.append(buffer_.data(), kept);
  end_.output_cut = end_.output_cut || kept < count;
}

/// What is still in the pipe is its last word. That is bounded: who has left its process group may
/// go on writing.
void ExecClient::finish() {
  finished_ = true;
  end_.took = std::chrono::steady_clock::now() - began_;
  end_.exit = child_->finish().code;
  error_code error;
  for (std::size_t read = 0; !error && read < kMostOutput;) {
    const auto count = output_.read_some(boost::asio::buffer(buffer_), error);
    take(count);
    read += count;
  }
  output_.close(error);
  ended_.close(error);
}

}  // namespace misproxy
