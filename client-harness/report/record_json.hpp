#pragma once

#include <boost/json/object.hpp>

#include "report/client_record.hpp"

namespace misproxy {

/// What is absent is null.
boost::json::object record_json(const ClientRecord& record);
/// What that has written; what is missing or makes no sense keeps its default.
ClientRecord read_record(const boost::json::object& object);

}  // namespace misproxy
