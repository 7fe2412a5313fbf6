#pragma once

#include <algorithm>
#include <array>
#include <initializer_list>
#include <span>
#include <string_view>

#include "core/life.hpp"
#include "fault/ask.hpp"

namespace misproxy {

/// A point as a fault sees it: which triggers have a meaning there, and what it offers to deeds.
struct PointRow {
  enum Knows : unsigned {
    nothing = 0,
    host = 1,        // and the attempt, and the method
    path = 2,        // of a request's target, where it has one
    status = 4,      // and the headers of a response
    offset = 8,      // bytes of a stream that can be counted
    direction = 16,  // there are two of them
    time = 32,       // `after_ms` can be counted from here
    name = 64,       // that is asked for, and how often it has been
  };

  Point point;
  unsigned knows;
  unsigned asks;  // a bit for each Ask
  std::string_view sentence;

  constexpr bool has(Knows what) const { return (knows & what) != 0; }
  constexpr bool offers(Ask ask) const { return (asks >> static_cast<unsigned>(ask) & 1U) != 0; }
};

constexpr unsigned asks_of(std::initializer_list<Ask> asks) {
  unsigned bits = 0;
  for (const auto ask : asks)
    bits |= 1U << static_cast<unsigned>(ask);
  return bits;
}

/// One row a point, in the order of the enumeration.
inline constexpr std::array kPointRows{
    PointRow{Point::accept, PointRow::time, asks_of({Ask::answer, Ask::fin, Ask::rst, Ask::hold}),
             "a client has connected, and has not been read"},
    PointRow{Point::request_head, PointRow::host | PointRow::path | PointRow::time,
             asks_of({Ask::answer, Ask::fin, Ask::rst, Ask::hold}),
             "the head of a request has come whole, and nothing is answered"},
    PointRow{Point::auth, PointRow::host | PointRow::path | PointRow::time,
             asks_of({Ask::answer, Ask::fin, Ask::rst, Ask::hold}),
             "the client's credentials have been judged"},
    PointRow{Point::resolve, PointRow::host | PointRow::path | PointRow::time,
             asks_of({Ask::answer, Ask::fin, Ask::rst, Ask::hold, Ask::resolution}),
             "the proxy is to look up the origin's name"},
    PointRow{Point::upstream_connect, PointRow::host | PointRow::path | PointRow::time,
             asks_of({Ask::answer, Ask::fin, Ask::rst, Ask::hold, Ask::dialling, Ask::upstream_gone,
                      Ask::cast}),
             "the proxy is to connect to the origin"},
    PointRow{Point::reply, PointRow::host | PointRow::path | PointRow::offset | PointRow::time,
             asks_of({Ask::answer, Ask::fin, Ask::rst, Ask::hold, Ask::stream, Ask::late}),
             "the origin is open, and 200 is to be sent, or the request to be passed on; with an "
             "offset, the bytes of whatever the client gets for its request, a tunnel's aside"},
    PointRow{Point::tunnel,
             PointRow::host | PointRow::offset | PointRow::direction | PointRow::time,
             asks_of({Ask::fin, Ask::rst, Ask::hold, Ask::hold_unread, Ask::alert,
                      Ask::upstream_gone, Ask::stream, Ask::late}),
             "bytes pass in both directions"},
    PointRow{
        Point::inner_request, PointRow::host | PointRow::path | PointRow::offset | PointRow::time,
        asks_of({Ask::answer, Ask::fin, Ask::rst, Ask::bare_fin, Ask::hold, Ask::alert, Ask::stream,
                 Ask::late}),
        "a request at the origin, inside TLS where it has that, has come whole, and nothing is "
        "answered; with an offset, or for a deed on a stream, the bytes of it as they come"},
    PointRow{
        Point::inner_response,
        PointRow::host | PointRow::path | PointRow::status | PointRow::offset | PointRow::time,
        asks_of({Ask::fin, Ask::rst, Ask::bare_fin, Ask::hold, Ask::alert, Ask::stream, Ask::late}),
        "the response inside TLS: its head and its body"},
    PointRow{Point::idle, PointRow::host, asks_of({Ask::fin, Ask::rst, Ask::hold, Ask::alert}),
             "nothing has passed in the tunnel for `idle_ms`"},
    PointRow{Point::close, PointRow::host | PointRow::direction,
             asks_of({Ask::fin, Ask::rst, Ask::hold}),
             "one side of the tunnel has ended, and the other has not been told"},
    PointRow{Point::path, PointRow::direction, asks_of({Ask::rst, Ask::segment, Ask::late}),
             "segments pass the router between the hosts"},
    PointRow{Point::lookup, PointRow::name, asks_of({Ask::question, Ask::late}),
             "the client asks its resolver for a name"},
    PointRow{Point::run, PointRow::nothing, 0, "the run itself; no fault acts here"},
};

constexpr const PointRow& row_of(Point point) {
  return kPointRows.at(static_cast<std::size_t>(point));
}

static_assert([] {
  for (std::size_t i = 0; i < kPointRows.size(); ++i) {
    if (kPointRows.at(i).point != static_cast<Point>(i)) return false;
  }
  return kPointRows.size() == WordsOf<Point>::words.size();
}());

template <>
struct SentencesOf<Point> {
  static constexpr auto sentences = [] {
    std::array<std::string_view, kPointRows.size()> all;
    std::ranges::transform(kPointRows, all.begin(), &PointRow::sentence);
    return all;
  }();
};

}  // namespace misproxy
