#pragma once

#include <boost/json/object.hpp>

#include "report/client_record.hpp"

namespace misproxy {

/// What is absent is null.
boost::json::object record_json(const ClientRecord& record);

}  // namespace misproxy
