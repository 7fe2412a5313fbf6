#include "diagnose/lookup_observer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/ascii.hpp"

namespace misproxy::diagnose {
namespace {

using evidence::WirePacket;

constexpr std::size_t kMostQuestions = 4096;  // of a text, that wait for their answer
constexpr std::size_t kMostAddresses = 4096;
constexpr std::size_t kMostClients = 8;  // of one name, whose look-ups are told apart
constexpr std::uint16_t kA = 1;
constexpr std::uint16_t kAaaa = 28;
constexpr int kNoSuchName = 3;

/// Together they are one look-up; a resolver that waits for the first before it asks the second
/// takes no longer.
constexpr Time kTogether = std::chrono::seconds(10);
/// A resolver that asks another server does so at once.
constexpr Time kAtOnce = std::chrono::milliseconds(500);

/// For A, AAAA or ANY, or for what is not told; and no address's own name.
bool asks_for_address(const WirePacket& packet, std::string_view name) {
  const auto type = packet.dns_qtype;
  if (type != 0 && type != kA && type != kAaaa && type != 255) return false;
  return !name.ends_with(".in-addr.arpa") && !name.ends_with(".ip6.arpa");
}

std::optional<Time> since(std::optional<Time> begin, std::optional<Time> end) {
  if (!begin || !end) return std::nullopt;
  return *end - *begin;
}

template <class LookupOf>
auto find_client(LookupOf& last, const evidence::HostId& client) {
  return std::ranges::find_if(last, [&](const auto& each) { return each.client == client; });
}

}  // namespace

LookupObserver::Question* LookupObserver::Lookup::find(std::uint16_t id) {
  const auto place = std::ranges::find(questions, id, &Question::id);
  return place == questions.end() ? nullptr : &*place;
}

LookupObserver::Question* LookupObserver::Lookup::find(std::uint16_t id, std::uint16_t type) {
  const auto place = std::ranges::find_if(
      questions, [&](const Question& each) { return each.id == id && each.type == type; });
  return place == questions.end() ? nullptr : &*place;
}

bool LookupObserver::Lookup::goes_on_with(const WirePacket& packet, std::optional<Time> at) {
  if (find(packet.dns_id, packet.dns_qtype) != nullptr) return true;
  const bool long_ago = at && asked && *at - *asked > kTogether;
  return !long_ago &&
         std::ranges::find(questions, packet.dns_qtype, &Question::type) == questions.end();
}

/// Null where the packet is of no name that is kept.
LookupObserver::Name* LookupObserver::name_of(const WirePacket& packet, const PacketFile& file) {
  const auto& client = packet.dns_response ? packet.destination : packet.source;
  const Key key{client.host.family, client.host.bytes, client.port, packet.dns_id};
  if (packet.qname.empty()) {
    const auto asked = questions_.find(key);
    if (asked == questions_.end()) return nullptr;
    const auto place = asked->second;
    questions_.erase(asked);
    return &names_[place];
  }
  auto name = in_lower_case(shown(packet.qname, 255));
  if (!asks_for_address(packet, name)) return nullptr;
  auto known = index_.find(name);
  if (known == index_.end()) {
    if (names_.size() == kMostNames) {
      if (!packet.dns_response) ++left_out_;
      return nullptr;
    }
    known = index_.emplace(name, names_.size()).first;
    auto& added = names_.emplace_back().seen;
    added.name = std::move(name);
    added.where = file.cite(packet);
  }
  const bool in_text = !packet.line.empty() && !packet.dns_response;
  if (in_text && questions_.size() < kMostQuestions) questions_[key] = known->second;
  return &names_[known->second];
}

void LookupObserver::take(const Moment& now) {
  auto* name = name_of(*now.packet, *now.file);
  if (name == nullptr) return;
  if (!now.packet->dns_response) return ask(*name, now);
  const auto& address = now.packet->dns_address;
  if (address.family != evidence::HostId::Family::none && addresses_.size() < kMostAddresses)
    addresses_[{address.family, address.bytes}] = static_cast<std::size_t>(name - names_.data());
  answer(*name, now);
}

void LookupObserver::ask(Name& name, const Moment& now) {
  const auto& packet = *now.packet;
  ++name.seen.queries;
  if (packet.dns_qtype != kAaaa && !name.unanswered) name.unanswered = now.file->cite(packet);
  auto& lookup = lookup_of(name, now);
  lookup.asked = now.at;
  if (auto* again = lookup.find(packet.dns_id, packet.dns_qtype)) {
    ++again->times;
  } else {
    lookup.questions.push_back({packet.dns_id, packet.dns_qtype});
  }
}

/// That which the question belongs to: what the client asks already, or one that begins with it.
LookupObserver::Lookup& LookupObserver::lookup_of(Name& name, const Moment& now) {
  auto& last = name.last;
  const auto& client = now.packet->source.host;
  const auto known = find_client(last, client);
  if (known != last.end()) {
    if (known->goes_on_with(*now.packet, now.at)) return *known;
    end(name, *known, now.at);
    last.erase(known);
  } else if (last.size() == kMostClients) {
    end(name, last.front(), std::nullopt);
    last.erase(last.begin());
  }
  const auto where = now.file->cite(*now.packet);
  return last.emplace_back(Lookup{client, {}, now.at, {}, {}, false, false, where, where});
}

void LookupObserver::answer(Name& name, const Moment& now) {
  const auto& packet = *now.packet;
  auto& seen = name.seen;
  seen.answers += packet.dns_answers;
  if (seen.rcode != 0) {  // one family that resolves is enough
    seen.rcode = packet.dns_rcode;
    seen.where = now.file->cite(packet);
  }
  const auto lookup = find_client(name.last, packet.destination.host);
  auto* question = lookup == name.last.end() ? nullptr : lookup->find(packet.dns_id);
  name.a_answered = name.a_answered || question == nullptr || question->type != kAaaa;
  if (question == nullptr) return;
  if (question->rcode > 0 && packet.dns_rcode == 0 && packet.dns_answers > 0) {
    ++seen.vains;
    if (!seen.vain)
      seen.vain =
          LookupSeen::Vain{question->rcode, false, since(lookup->begun, now.at), lookup->where};
  }
  question->rcode = packet.dns_rcode;
  lookup->answered = now.at;
  lookup->where = now.file->cite(packet);
  lookup->found = lookup->found || packet.dns_answers > 0;
  if (packet.dns_answers == 0 || !name.vain) return;
  if (!seen.vain || (name.vain->final && !seen.vain->final)) seen.vain = name.vain;
  name.vain.reset();
}

/// `next`: when the same client begins another one.
void LookupObserver::end(Name& name, const Lookup& lookup, std::optional<Time> next) {
  if (lookup.found) return;
  const auto& all = lookup.questions;
  const auto asked_a = [](const Question& each) { return each.type != kAaaa; };
  const auto first = std::ranges::find_if(all, asked_a);
  if (first == all.end()) return;  // for AAAA alone: most names have none
  const bool repeated =
      std::ranges::any_of(all, [](const Question& each) { return each.times > 1; });
  const bool denied = first->rcode == kNoSuchName || first->rcode == 0;
  const bool paused =
      first->rcode > 0 && next && lookup.answered && *next - *lookup.answered > kAtOnce;
  const LookupSeen::Vain vain{first->rcode, repeated || denied || paused, since(lookup.begun, next),
                              lookup.where};
  ++name.seen.vains;
  if (!name.vain || (vain.final && !name.vain->final)) name.vain = vain;
}

void LookupObserver::opened(const Moment& now) {
  const auto& packet = *now.packet;
  const auto& server = packet.destination.host;
  const auto place = addresses_.find({server.family, server.bytes});
  if (place == addresses_.end()) return;
  auto& name = names_[place->second];
  name.seen.led = true;
  const auto lookup = find_client(name.last, packet.source.host);
  if (lookup == name.last.end() || std::exchange(lookup->led, true)) return;
  const bool half =
      std::ranges::any_of(lookup->questions, [](const Question& each) { return each.rcode < 0; });
  // Where all is answered, the client may have done something else behind that.
  const auto lasted = since(lookup->begun, half ? now.at : lookup->answered);
  if (lasted && (!name.seen.wait || *lasted > name.seen.wait->lasted))
    name.seen.wait = LookupSeen::Wait{*lasted, half, lookup->first};
}

void LookupObserver::finish(const PacketFile& file, Observations& observations) {
  for (auto& name : names_) {
    for (const auto& lookup : name.last)
      end(name, lookup, std::nullopt);
    // The last one, behind others that found the name.
    if (name.vain && name.seen.answers > 0 && !name.seen.vain) name.seen.vain = name.vain;
    // AAAA alone is answered: that there is none says nothing of A.
    if (name.seen.rcode == 0 && name.seen.answers == 0 && !name.a_answered && name.unanswered) {
      name.seen.rcode = -1;
      name.seen.where = *name.unanswered;
    }
    observations.lookups.push_back(std::move(name.seen));
  }
  if (left_out_ > 0)
    observations.remarks.push_back(
        fmt::format("{}: DNS was asked for more than {} names; {} queries for others are left out",
                    file.name, kMostNames, left_out_));
}

}  // namespace misproxy::diagnose
