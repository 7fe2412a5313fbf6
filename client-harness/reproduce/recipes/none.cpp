#include "reproduce/recipe.hpp"

namespace misproxy::reproduce::recipe {
namespace {

// Sentences: they end what `reproduce` says of the verdict.
constexpr Recipe kNone[]{
    {"healthy", nullptr, "nothing failed: there is nothing to reproduce"},
    {"not-enough-evidence", nullptr, "the evidence does not tell what happened"},
    {"host-name-unresolved", nullptr,
     "the client asked its own DNS for the origin, as one does that goes around the proxy: no "
     "proxy has a part in it"},
    {"server-credentials-not-proxy", nullptr,
     "it is a matter of the client's command (`-u` for `-U`): `misproxy serve auth-missing-407` "
     "is a proxy to try it with"},
    {"proxy-settings-wrong", nullptr, "it is a matter of the client's settings, not of a run"},
    {"proxy-name-too-long", nullptr, "it is a matter of the client's settings, not of a run"},
    {"proxy-bypassed", nullptr,
     "the client went around the proxy: a scenario's client always asks it"},
    {"tls-handshake-ended", nullptr,
     "the client left the handshake without a word, which the built-in client never does: "
     "reproduce one of the alternatives"},
    {"client-abort", nullptr, "somebody stopped the client, or a limit of its own did"},
    {"origin-unreachable", nullptr,
     "the proxy's own connection failed; the scenario is of what the client got for it, which "
     "this evidence does not show"},
};

}  // namespace

std::span<const Recipe> none() { return kNone; }

}  // namespace misproxy::reproduce::recipe
