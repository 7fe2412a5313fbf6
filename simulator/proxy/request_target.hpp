#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/endpoint.hpp"

namespace misproxy {

/// A host as faults are matched with it and attempts are counted: in small letters, and without the
/// dot that ends an absolute name.
std::string folded_host(std::string_view host);

/// A target as it may be written down: without the user and password that some put before the host.
std::string without_user(std::string_view target);

/// The authority that an absolute-form target names, as it stands there, and without a user.
std::string_view authority_of(std::string_view target);

/// An absolute-form target as its origin gets it: path and query, or `*` for an OPTIONS that has
/// neither. Source: RFC 9112 sections 3.2.1 and 3.2.4.
std::string origin_form(std::string_view method, std::string_view target);

/// The host that an absolute-form target names (RFC 9112 section 3.2.2), with port 80 by default.
std::optional<Endpoint> absolute_form_host(std::string_view target);

}  // namespace misproxy
