#include "virtual/resolver.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/draw.hpp"
#include "core/ensure.hpp"

namespace misproxy::simulated {
namespace {

/// `A`, `AAAA`, and others by their number (RFC 3597 section 5).
std::string type_text(std::uint16_t type) {
  if (type == kDnsA) return "A";
  return type == kDnsAaaa ? "AAAA" : fmt::format("TYPE{}", type);
}

bool is_meant(const Fault& fault, const DnsQuestion& question) {
  const auto& wanted = fault.when.question;
  return !wanted || question.type == (*wanted == RecordAsked::A ? kDnsA : kDnsAaaa);
}

TraceEvent event_of(const DnsQuestion& question, Cause cause, std::string_view name) {
  return TraceEvent(Point::lookup, Party::router, cause, name)
      .with("name", question.name)
      .with("question", type_text(question.type));
}

std::string answer_text(const DnsQuestion& question, const DnsReply& reply) {
  if (reply.rcode != 0) return "NXDOMAIN";
  const bool tells = reply.address && question.type == kDnsA;
  return tells ? ip_text(*reply.address) : "NODATA";
}

/// The codes that the words stand for. Source: RFC 1035 section 4.1.1.
DnsReply reply_of(const LookupAnswer& answer) {
  DnsReply reply;
  reply.rcode = static_cast<unsigned>(answer.rcode);
  reply.address = parse_ip(answer.address);
  if (answer.extended_error)
    reply.extended_error = static_cast<std::uint16_t>(*answer.extended_error);
  return reply;
}

}  // namespace

Resolver::Resolver(const Plan& plan, FaultCounts& counts)
    : plan_(plan), counts_(counts), names_(plan.scenario()) {
  has_faults_ = std::ranges::any_of(
      plan.scenario().faults, [](const Fault& fault) { return fault.when.point == Point::lookup; });
}

std::int64_t Resolver::count(const DnsQuestion& question) {
  const std::pair key{question.name, question.type};
  if (!asked_.contains(key) && asked_.size() >= kMostNames) return 1;
  return ++asked_[key];
}

DnsReply Resolver::what_is_known(const DnsQuestion& question) const {
  DnsReply reply;
  const auto* address = names_.address_of(question.name);
  if (address == nullptr) {
    reply.rcode = kNoSuchName;
  } else {
    reply.address = *address;
  }
  return reply;
}

bool Resolver::perform(const Fault& fault, const DnsQuestion& question, std::int64_t attempt,
                       Reply& reply) const {
  auto event = event_of(question, Cause::injected, fault.word());
  event.fault = fault.id;
  for (auto& field : fault.told())
    event.fields.push_back(std::move(field));
  reply.events.push_back(std::move(event));
  reply.comment +=
      fmt::format("{}{}: {}", reply.comment.empty() ? "" : "; ", fault.id, fault.word());
  const auto effect = fault.effect();
  if (const auto* answer = std::get_if<LookupAnswer>(&effect)) {
    reply.message = dns_reply(question, reply_of(*answer));
    return false;
  }
  const auto* fate = std::get_if<Fate>(&effect);
  ensure(fate != nullptr, "a fault at `lookup` answers, or decides a question's fate");
  reply.wait += fate->wait;
  if (fate->jitter.count() > 0) {
    const auto key = fmt::format("{}#{}", question.name, attempt);
    reply.wait += std::chrono::duration_cast<Duration>(
        fate->jitter * draw_fraction(plan_.seed(), fault.id, key, question.type));
  }
  return fate->copies > 0;
}

std::optional<Resolver::Reply> Resolver::answer(std::string_view message) {
  const auto question = read_dns_question(message);
  if (!question) return std::nullopt;
  Reply reply;
  if (!has_faults_) {
    reply.message = dns_reply(*question, what_is_known(*question));
    return reply;
  }
  ConnectionFacts facts;
  facts.host = question->name;
  facts.attempt = count(*question);
  for (const auto* fault : plan_.faults_at(Point::lookup, facts)) {
    if (!is_meant(*fault, *question) || !counts_.claim(*fault)) continue;
    if (!perform(*fault, *question, facts.attempt, reply)) return reply;
  }
  const auto known = what_is_known(*question);
  reply.message = dns_reply(*question, known);
  reply.events.push_back(
      event_of(*question, Cause::peer, "answered").with("answer", answer_text(*question, known)));
  return reply;
}

std::optional<Resolver::Answer> Resolver::answer(const Datagram& question, Frame& frame) {
  auto reply = answer(question.payload);
  if (!reply) return std::nullopt;
  frame.comment = reply->comment;
  Answer made{nullptr, reply->wait, std::move(reply->events)};
  if (reply->message.empty()) return made;
  made.frame = std::make_shared<Frame>(
      datagram_frame({question.destination, question.source, std::move(reply->message)}));
  made.frame->comment = std::move(reply->comment);
  return made;
}

}  // namespace misproxy::simulated
