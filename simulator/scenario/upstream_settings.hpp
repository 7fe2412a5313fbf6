#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "core/endpoint.hpp"
#include "core/fields.hpp"
#include "core/words.hpp"

namespace misproxy {

/// How a host is reached that is not played by the embedded origin: keys of its `[[origin]]`.
///
/// `via = "real"`: the host itself, as the system resolves it, at the origin's port. `connect-to`:
/// another place in its stead, a loopback address too. `parent`: through another explicit proxy,
/// which is asked for the host, or for the `connect-to`, by CONNECT or, for plain HTTP, in
/// absolute-form. Without any of them the embedded origin plays the host. The world `live` only.
struct UpstreamSettings {
  enum class Via { embedded, real };

  std::optional<Via> via;
  std::optional<std::string> connect_to;
  std::optional<std::string> parent;

  /// Of an origin's table, in which these keys stand beside the others.
  template <class Visitor>
  void visit(Visitor& v);

  bool is_real() const { return via == Via::real || connect_to || parent; }
  /// What is reached in the place of `host`.
  Endpoint target(const Endpoint& host) const {
    return connect_to ? parse_endpoint(*connect_to).value_or(host) : host;
  }
  /// Where a socket leads for it: the parent, or the target itself.
  Endpoint next_hop(const Endpoint& host) const {
    return parent ? parse_endpoint(*parent).value_or(host) : target(host);
  }
  /// The scenario names the place itself, and whatever address it has is meant.
  bool is_explicit() const { return connect_to || parent; }

  static bool is_place(const std::optional<std::string>& text);
};

template <>
struct WordsOf<UpstreamSettings::Via> {
  static constexpr std::array<std::string_view, 2> words{"embedded", "real"};
};

template <class Visitor>
void UpstreamSettings::visit(Visitor& v) {
  constexpr auto kPlace = "HOST:PORT, such as `127.0.0.1:8443` or `[::1]:8443`";
  v.optional("via", via);
  v.optional("connect-to", connect_to);
  v.optional("parent", parent);
  v.check("connect-to", is_place(connect_to), kPlace);
  v.check("parent", is_place(parent), kPlace);
  v.check_together(
      "via", via != Via::embedded || !is_explicit(),
      "`via = \"embedded\"` is the embedded origin, and `connect-to` or `parent` leads "
      "elsewhere: leave one of them out");
}

}  // namespace misproxy
