#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace misproxy::live {

/// Of one thread (live/threads.hpp).
using Executor = boost::asio::io_context::executor_type;

/// A TCP socket that knows by its type how its thread is reached. One that asks at run time, as
/// Asio's own `tcp::socket` does, makes an idle connection's waits half as large again.
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
/// The same of a listening port: Asio gives the room that its wait had to a connection's.
using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Executor>;

}  // namespace misproxy::live
