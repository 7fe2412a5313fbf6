#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/message.hpp"
#include "api/proxy_pool.hpp"

namespace misproxy::api {

/// What operations work with. `io`: where replies are made that wait; `workers`: for what takes
/// long.
struct Context {
  ProxyPool& pool;
  boost::asio::io_context& io;
  boost::asio::thread_pool& workers;
  std::string ca_path;
  std::string ca;            // PEM
  std::string version;       // misproxy's
  bool wants_token = false;  // that requests have to bring
};

/// Called once, from any thread.
using Reply = std::function<void(Response)>;
/// What stands in a request's path where the operation's has names, in their order.
using Names = std::vector<std::string>;
using Handler = std::function<void(Context& context, const Request& request, const Names& names,
                                   const Reply& reply)>;

/// One operation, as OpenAPI describes it and as it is done: one line of a table.
struct Operation {
  struct Parameter {
    std::string_view name;
    std::string_view type;  // `string`, `integer`
    std::string_view about;
  };
  struct Answer {
    unsigned status;
    std::string_view content_type;
    std::string_view schema;  // of `components`; empty: any bytes
    std::string_view about;
  };

  std::string_view method;
  std::string_view path;  // `/proxies/{id}`
  std::string_view id;
  std::string_view summary;
  std::vector<Parameter> query;
  std::string_view body;  // its schema; empty where there is none
  std::vector<Answer> answers;
  Handler handler;
};

/// All of them.
const std::vector<Operation>& operations();

/// Finds the operation and does it; what there is none of is a problem.
void perform(Context& context, const Request& request, const Reply& reply);

/// OpenAPI 3.1, of this version of misproxy's.
boost::json::object openapi(std::string_view version);

}  // namespace misproxy::api
