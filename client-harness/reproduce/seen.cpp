#include "reproduce/seen.hpp"

#include <algorithm>

namespace misproxy::reproduce {

Seen::Seen(diagnose::Observations shown)
    : observations(std::move(shown)), diagnosis(diagnose::diagnose(observations)) {}

const diagnose::Connection* Seen::connection(std::size_t nth) const {
  const auto& all = observations.connections;
  if (observations.settled.empty()) return nth < all.size() ? &all[nth] : nullptr;
  const auto found = std::ranges::find(all, nth, &diagnose::Connection::order);
  return found == all.end() ? nullptr : &*found;
}

std::optional<std::size_t> Seen::incident() const {
  const auto& all = diagnosis.verdicts;
  const auto& chosen = diagnosis.incident;
  for (std::size_t back = all.size(); back-- > 0;) {
    const auto& each = all[back];
    if (each.connection == chosen.connection &&
        (each.id == chosen.id || !chosen.connection.empty()))
      return back;
  }
  return std::nullopt;
}

Form Form::of(const diagnose::Observations& observations) {
  Form form;
  for (const auto& each : observations.connections) {
    form.capture |= each.on_wire;
    const bool open_inside = each.response && each.tls.client_hello;  // by its keys
    form.inside |= each.in_log || open_inside;
  }
  form.capture |= !observations.settled.empty() || !observations.lookups.empty();
  form.inside |= !observations.reports.empty();
  if (!form.capture && !form.inside) form.capture = true;
  return form;
}

}  // namespace misproxy::reproduce
