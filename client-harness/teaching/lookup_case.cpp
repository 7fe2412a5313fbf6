#include "teaching/lookup_case.hpp"

#include <algorithm>
#include <array>

#include "core/ensure.hpp"
#include "scenario/bundled.hpp"
#include "scenario/loader.hpp"

namespace misproxy::teaching {
namespace {

constexpr auto kUnresolved = "proxy-name-unresolved";
constexpr auto kUnheard = "dns-unanswered";
constexpr auto kAllIsWell = "healthy";
constexpr auto kTls = "allow";
constexpr auto kPlain = "plain-http-allow";

constexpr std::array kCases = std::to_array<LookupCase>({
    {.id = "lookup-mistyped",
     .title = "The proxy's name has a typing error",
     .teaches = "NXDomain: the name server knows its zone, and no such name in it.",
     .base = kTls,
     .proxy_name = "proxy.exmaple.com",
     .told = Told::no_such_name,
     .truth = kUnresolved},
    {.id = "lookup-without-domain",
     .title = "The proxy's name lacks its domain",
     .teaches = "NXDomain: a name without dots is looked up as it stands where no search list "
                "completes it.",
     .base = kPlain,
     .proxy_name = "webproxy",
     .told = Told::no_such_name,
     .truth = kUnresolved},
    {.id = "lookup-no-address",
     .title = "The proxy's name has no address",
     .teaches =
         "An answer without records: the name is there, but only with records of another kind.",
     .base = kTls,
     .proxy_name = "proxy.example.com",
     .told = Told::no_address,
     .truth = kUnresolved},
    {.id = "lookup-server-failure",
     .title = "The name server cannot find out",
     .teaches = "ServFail: it has asked others, and got nothing that it could use.",
     .base = kPlain,
     .proxy_name = "proxy.example.com",
     .told = Told::server_failure,
     .truth = kUnresolved},
    {.id = "lookup-refused",
     .title = "The name server does not serve this client",
     .teaches = "Refused: an access list of the name server, or a zone that is not its own.",
     .base = kTls,
     .proxy_name = "proxy.corp.example.com",
     .told = Told::refused,
     .truth = kUnresolved},
    {.id = "lookup-unheard",
     .title = "The name server is not heard",
     .teaches = "The same questions again, and no answer: a firewall on the way to the name "
                "server, or a wrong address of it.",
     .base = kPlain,
     .proxy_name = "proxy.example.com",
     .told = Told::unheard,
     .truth = kUnheard},
    {.id = "lookup-works",
     .title = "The proxy's name resolves, and all is well",
     .teaches = "NXDomain for AAAA alone is harmless: the address has come with A.",
     .base = kPlain,
     .proxy_name = "proxy.example.com",
     .told = Told::address,
     .truth = kAllIsWell},
    {.id = "lookup-works-inside",
     .title = "A name of an inner zone resolves, and all is well",
     .teaches = "NXDomain for AAAA alone is harmless: the address has come with A.",
     .base = kPlain,
     .proxy_name = "proxy.corp.example.com",
     .told = Told::address,
     .truth = kAllIsWell},
});

}  // namespace

std::span<const LookupCase> lookup_cases() { return kCases; }

Scenario scenario_of(const LookupCase& lookup) {
  const auto all = bundled_scenarios();
  const auto base = std::ranges::find(all, lookup.base, &BundledScenario::id);
  ensure(base != all.end(), "a look-up's scenario is one of misproxy's");
  auto scenario = load_scenario(std::string(base->id()), base->text).scenario;
  scenario.about.id = lookup.id;
  scenario.about.title = lookup.title;
  scenario.about.teaches = lookup.teaches;
  scenario.network.proxy_name = lookup.proxy_name;
  scenario.expect = {};
  scenario.expect.verdict = std::string(lookup.truth);
  return scenario;
}

}  // namespace misproxy::teaching
