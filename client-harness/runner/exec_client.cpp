#include "runner/exec_client.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <utility>

namespace misproxy {

using boost::system::error_code;
using Descriptor = boost::asio::posix::stream_descriptor;

ExecClient::ExecClient(boost::asio::io_context& context, std::unique_ptr<ChildProcess> child)
    : child_(std::move(child)), ended_(context, ::dup(child_->ended_fd())), output_(context) {
  if (child_->output_fd() < 0) return;
  error_code ignored;
  output_.assign(::dup(child_->output_fd()), ignored);
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

void ExecClient::ask() const {
  if (!finished_) child_->ask();
}

void ExecClient::stop() {
  if (finished_) return;
  child_->kill();
  finish();
}

/// It waits, and then reads at once: no bytes are on their way when the program's end is told.
void ExecClient::read_on() {
  if (!output_.is_open()) return;
  output_.async_wait(Descriptor::wait_read, [this](const error_code& error) {
    if (error || finished_) return;
    error_code failed;
    read_once(failed);
    if (!failed) read_on();
  });
}

std::size_t ExecClient::read_once(error_code& error) {
  const auto count = output_.read_some(boost::asio::buffer(buffer_), error);
  const auto kept = std::min(count, kMostOutput - end_.output.size());
  end_.output.append(buffer_.data(), kept);
  end_.output_cut = end_.output_cut || kept < count;
  return count;
}

/// What is still in the pipe is its last word. That is bounded: it may have passed the pipe on to
/// somebody whom it has not started.
void ExecClient::finish() {
  finished_ = true;
  end_.took = std::chrono::steady_clock::now() - began_;
  end_.exit = child_->finish().code;
  error_code error;
  for (std::size_t read = 0; !error && read < kMostOutput;)
    read += read_once(error);
  output_.close(error);
  ended_.close(error);
}

}  // namespace misproxy
