#pragma once

#include <string>
#include <vector>

#include "core/fields.hpp"
#include "fault/fault.hpp"
#include "scenario/client_settings.hpp"
#include "scenario/expect.hpp"
#include "scenario/network.hpp"
#include "scenario/origin_settings.hpp"
#include "scenario/proxy_settings.hpp"

namespace misproxy {

/// What a scenario is and what it is for.
struct About {
  std::string
      id;  // lower case, digits and dashes, none first; by custom the file's name without `.toml`
  std::string title;    // one line, for lists
  std::string teaches;  // a paragraph
  std::string article;  // the section of the article that shows it

  template <class Visitor>
  void visit(Visitor& v) {
    v.required("id", id);
    v.required("title", title);
    v.required("teaches", teaches);
    v.optional("article", article);
    v.check("id", is_id(id),
            "an id has lower-case letters, digits and dashes, 1 to 64 of them, and no dash first");
  }

  static bool is_id(std::string_view text);
};

/// A scenario file, checked whole: one behaviour, and what to expect of it.
struct Scenario {
  static constexpr std::int64_t kSchema = 1;

  About about;
  Network network;
  ProxySettings proxy;
  std::vector<OriginSettings> origins;
  std::vector<Fault> faults;
  ClientSettings client;
  Expect expect;
  std::string folder;  // of its file, from which paths in it are told; no part of what it means

  bool client_speaks_tls() const { return client.proxy_tls.value_or(proxy.tls); }

  template <class Visitor>
  void visit(Visitor& v) {
    std::int64_t schema = kSchema;
    v.required("schema", schema, Range{kSchema, kSchema});
    v.required("about", about);
    v.optional("network", network);
    v.optional("proxy", proxy);
    v.required("origin", origins);
    v.optional("fault", faults);
    v.optional("client", client);
    v.optional("expect", expect);
  }
};

}  // namespace misproxy
