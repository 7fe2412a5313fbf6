#include "diagnose/lessons/lessons.hpp"

namespace misproxy::diagnose::lesson {
namespace {

constexpr std::array kLessons = std::to_array<Lesson>({
    {"origin-status", Layer::origin, "the origin", "The origin answers with an error",
     "The proxy did its work: ask whoever runs the origin, or correct the URL."},
    {"origin-rejects-upload", Layer::origin, "the origin", "The origin finds the upload too large",
     "Raise the origin's limit, or send less; the proxy has no part in it."},
    {"proxy-error-in-tunnel", Layer::proxy, "the inspecting proxy",
     "An inspecting proxy answers in the origin's place",
     "Exempt the host from TLS inspection, or raise the inspecting proxy's limits."},
    {"plain-http-status", Layer::proxy, "the proxy, or the origin behind it",
     "A plain request through the proxy gets an error",
     "The headers Via, Server and X-Squid-Error tell who answered."},
});

}  // namespace

std::span<const Lesson> origin() { return kLessons; }

}  // namespace misproxy::diagnose::lesson
