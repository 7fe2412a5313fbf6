#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/endpoint.hpp"

namespace misproxy {

/// A host as faults are matched with it and attempts are counted: in small letters, and without the
/// dot that ends an absolute name.
std::string folded_host(std::string_view host);

/// The host that an absolute-form target names (RFC 9112 section 3.2.2), with port 80 by default.
std::optional<Endpoint> absolute_form_host(std::string_view target);

}  // namespace misproxy
