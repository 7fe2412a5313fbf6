#include "diagnose/lessons/lessons.hpp"

namespace misproxy::diagnose::lesson {
namespace {

constexpr std::array kLessons = std::to_array<Lesson>({
    {"proxy-auth-missing", Layer::proxy, "the client's settings",
     "The proxy wants credentials, and the client sent none",
     "Set user name and password of the proxy; with curl -U user:password, not -u."},
    {"proxy-auth-rejected", Layer::proxy, "the client's settings",
     "The proxy does not take the client's credentials",
     "Correct user name and password, and check that the account is not locked."},
    {"proxy-auth-unsupported", Layer::proxy, "the proxy's settings",
     "The proxy offers no authentication scheme that the client uses",
     "Offer Digest or Basic on the proxy: the FMC supports no NTLM. With curl: --proxy-digest or "
     "--proxy-anyauth."},
    {"server-credentials-not-proxy", Layer::client, "the command line",
     "The credentials went to the origin, not to the proxy",
     "-u gives the server's credentials; the proxy's are given with -U, or --proxy-user."},
});

}  // namespace

std::span<const Lesson> credentials() { return kLessons; }

}  // namespace misproxy::diagnose::lesson
