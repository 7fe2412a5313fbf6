#include "diagnose/lessons/lessons.hpp"

namespace misproxy::diagnose::lesson {
namespace {

constexpr std::array kLessons = std::to_array<Lesson>({
    {"proxy-bypassed", Layer::client, "the client's settings", "The client goes around the proxy",
     "Look at no_proxy and at the client's proxy settings."},
    {"proxy-name-too-long", Layer::client, "the settings",
     "The proxy's name is longer than Smart Licensing takes",
     "Use a name of at most 64 characters, or the address."},
});

}  // namespace

std::span<const Lesson> settings() { return kLessons; }

}  // namespace misproxy::diagnose::lesson
