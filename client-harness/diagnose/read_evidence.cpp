#include "diagnose/read_evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>
#include <set>
#include <utility>

#include "diagnose/decrypted_observer.hpp"
#include "diagnose/diagnose.hpp"
#include "diagnose/report_observer.hpp"
#include "diagnose/watched_capture.hpp"
#include "diagnose/whole_file.hpp"
#include "diagnose/wire_observer.hpp"
#include "evidence/access_log.hpp"
#include "evidence/any_log.hpp"
#include "evidence/curl_log.hpp"
#include "evidence/har_log.hpp"
#include "evidence/line_prefix.hpp"
#include "evidence/other_document.hpp"
#include "evidence/packet_list.hpp"
#include "evidence/proxy_log.hpp"
#include "evidence/proxy_settings.hpp"
#include "evidence/recognize.hpp"
#include "evidence/shell_line.hpp"
#include "evidence/socket_table.hpp"
#include "evidence/strace_log.hpp"
#include "evidence/tcpdump_text.hpp"
#include "evidence/text_line.hpp"
#include "evidence/trace_file.hpp"
#include "evidence/wget_log.hpp"
#include "packets/capture_file.hpp"
#include "packets/secrets_block.hpp"
#include "packets/unpacker.hpp"

namespace misproxy::diagnose {
namespace {

using evidence::Form;

bool begins_as_capture(const std::string& path) {
  const File file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr) return false;
  return is_capture(read_beginning(file.get()));
}

/// An exhibit; `own` is the text of one that comes once, from when that is read.
struct Piece {
  Exhibit exhibit;
  std::string own;

  bool is_capture() const {
    if (exhibit.watched != nullptr) return true;
    if (!own.empty()) return diagnose::is_capture(own);
    return exhibit.text ? diagnose::is_capture(*exhibit.text) : begins_as_capture(exhibit.name);
  }
};

/// Two files may show one connection: a capture and its text, or captures of both ends. The first
/// file counts; names in a text may stand for addresses, so the ports decide.
void drop_repeated(std::deque<Connection>& connections) {
  using Ports = std::pair<std::uint16_t, std::uint16_t>;
  const auto one_file = [&](const Connection& each) { return each.file == connections[0].file; };
  if (std::all_of(connections.begin(), connections.end(), one_file)) return;
  std::map<Ports, std::set<std::string>> files;  // in which the connections that are kept stand
  std::erase_if(connections, [&](const Connection& each) {
    auto& known = files[{each.client_port, each.server_port}];
    if (known.size() > 1 || (known.size() == 1 && !known.contains(each.file))) return true;
    known.insert(each.file);
    return false;
  });
}

/// A command without what came of it tells only whose credentials it gives.
bool tells_something(const evidence::ClientReport& report) {
  const bool came = !report.connections.empty() || report.exit || report.error ||
                    report.unresolved_proxy || report.unresolved_host || report.timed_out_after ||
                    report.http_connect || report.http_code || report.bytes_received ||
                    report.bytes_missing || report.interrupted || report.left_out || report.timings;
  return came || evidence::option_value(report.command, 'u', "--user").has_value();
}

constexpr std::size_t kMostTicket = 32UL << 20;  // bytes: nobody pastes more

/// Nothing that a client says is among them, in a form of its own.
bool tell_of_no_client(const std::vector<Form>& forms) {
  constexpr std::array kClients{
      Form::curl_log, Form::curl_trace, Form::wget_log,       Form::har,
      Form::strace,   Form::key_log,    Form::misproxy_trace, Form::unknown};
  return std::ranges::none_of(
      kClients, [&](Form form) { return std::ranges::find(forms, form) != forms.end(); });
}

/// A line of a pasted ticket that may be a client's message: not one that another reader takes, nor
/// of a page or a dump in a capture's text, nor a sentence.
bool is_stray(std::string_view line) {
  const auto bare = evidence::trimmed(line);
  const bool quoted = bare.starts_with('<') || bare.starts_with("0x") || bare.starts_with('#') ||
                      evidence::contains(bare, "</");
  return !quoted && evidence::contains(bare, ": ") && !evidence::is_of_a_form(line);
}

/// Puts together what one incident's files tell.
class Reading {
 public:
  /// `alone`: there is one piece, so that no other can tell more of its connections.
  Reading(bool alone, Keep keep) : alone_(alone), keep_(keep) {}

  std::optional<Unusable> take(Piece& piece) {
    const auto& name = piece.exhibit.name;
    if (auto* watched = piece.exhibit.watched) {
      watched->finish(seen_, piece.exhibit.broken_off);
      return std::nullopt;
    }
    const auto text =
        piece.own.empty() ? piece.exhibit.text : std::optional<std::string_view>(piece.own);
    if (!text) return take_file(name);
    if (!is_capture(*text)) {
      const auto before = seen_.reports.size();
      auto why = take_text(name, piece.own.empty() ? std::string(*text) : std::move(piece.own));
      if (piece.exhibit.broken_off && seen_.reports.size() > before)
        seen_.reports.back().broken_off = true;
      return why;
    }
    if (!piece.own.empty()) piped_.push_back({name, evidence::holds_secrets_in(*text)});
    return take_capture(evidence::CaptureFile::of(name, *text), name, alone_);
  }

  void remark(std::string sentence) { seen_.remarks.push_back(std::move(sentence)); }

  Observations finish(const Decrypt& decrypt) {
    drop_repeated(seen_.connections);
    if (decrypt) read_inside(decrypt);
    observe_reports(seen_);
    return std::move(seen_);
  }

 private:
  /// Behind the keys: what the client asked, and what it got.
  void read_inside(const Decrypt& decrypt) {
    std::set<std::uint16_t> ports;
    for (const auto& connection : seen_.connections) {
      if (connection.connect) ports.insert(connection.server_port);
    }
    for (const auto& [capture, secrets] : captures_) {
      if (!key_log_ && !secrets) continue;
      auto inside = decrypt(capture, key_log_, ports);
      if (auto* why = std::get_if<std::string>(&inside))
        seen_.remarks.push_back(std::move(*why));
      else
        observe_decrypted(capture, std::get<0>(inside), seen_);
    }
    for (const auto& [name, secrets] : piped_) {
      if (!key_log_ && !secrets) continue;
      remark(
          fmt::format("{}: came through a pipe, so its TLS is not decrypted; give a file", name));
    }
  }

  std::optional<Unusable> take_file(const std::string& path) {
    const File file(std::fopen(path.c_str(), "rb"));
    if (file == nullptr) return unreadable(path);
    auto text = read_beginning(file.get());
    if (std::ferror(file.get()) != 0) return unreadable(path);
    if (text.empty()) return Unusable{fmt::format("{} is empty", path)};
    if (is_capture(text)) {
      const bool secrets = evidence::holds_secrets(path);
      captures_.push_back({path, secrets});
      return take_capture(evidence::CaptureFile::open(path), path, alone_ && !secrets);
    }
    if (auto why = read_rest(path, file.get(), text)) return why;
    return take_text(path, std::move(text));
  }

  /// `all_told`: nothing but its packets will tell of its connections.
  std::optional<Unusable> take_capture(std::variant<evidence::CaptureFile, CaptureError> opened,
                                       const std::string& path, bool all_told) {
    if (const auto* error = std::get_if<CaptureError>(&opened)) return Unusable{error->sentence};
    auto& capture = std::get<evidence::CaptureFile>(opened);
    WireObserver observer({path, false, &names_}, all_told ? settling() : Settle());
    while (const auto* packet = capture.next())
      observer.take(*packet);
    observer.finish(seen_, capture.error().has_value());
    if (capture.error()) seen_.remarks.push_back(capture.error()->sentence + "; used up to there");
    for (auto& sentence : capture.unread().remarks(path))
      remark(std::move(sentence));
    return std::nullopt;
  }

  std::optional<Unusable> take_text(const std::string& name, std::string bytes) {
    if (packing_of(bytes) != Packing::none) {
      auto inside = unpacked(bytes, kMostText);
      if (inside.bytes.empty() && inside.why)
        return Unusable{fmt::format("{}: {}", name, *inside.why)};
      if (inside.why) remark(fmt::format("{}: {}; used up to there", name, *inside.why));
      if (inside.cut) return too_large_inside(name);
      bytes = std::move(inside.bytes);
    }
    if (evidence::is_utf16(bytes) && bytes.size() > kMostUtf16) return too_large_for_utf16(name);
    auto utf8 = evidence::to_utf8(std::move(bytes));
    const auto other = evidence::other_document(utf8);
    if (other.holds == evidence::OtherDocument::Holds::never) return no_evidence(name, other.name);
    const auto text = evidence::without_prefixes(std::move(utf8));
    bool known = false;
    const auto forms = evidence::recognize(text);
    for (const auto form : forms) {
      const auto advice = evidence::advice(form);
      if (form == Form::compressed) return Unusable{fmt::format("{}: {}", name, advice)};
      if (form == Form::misproxy_trace && !add(evidence::read_trace_file(text, name)))
        return Unusable{fmt::format(
            "{}: a trace of `misproxy serve` tells what the server did, and of no client how it "
            "went: give the client's log, or the capture (`serve --capture`)",
            name)};
      if (form == Form::har && !take_form(form, name, text))
        return Unusable{
            fmt::format("{}: a HAR that is broken off, or tells of no request's end", name)};
      known = form == Form::har || take_form(form, name, text) || known;
    }
    const bool free = other.name.empty();  // to be read in any form
    known = known ||
            (free && (take_bare_packets(name, text) || add(evidence::read_any_log(text, name))));
    if (free && known && text.size() <= kMostTicket && tell_of_no_client(forms))
      add(evidence::read_any_log(text, name, is_stray));
    if (known) return std::nullopt;
    return no_evidence(name, other.name);
  }

  /// `what` it is instead; empty where that is not known.
  static Unusable no_evidence(const std::string& name, std::string_view what) {
    return Unusable{fmt::format(
        "{}: {}neither a capture (pcap, pcapng), nor tcpdump's text, nor the log of a client "
        "(curl, wget and others), nor proxy settings, nor a table of sockets",
        name, what.empty() ? "" : fmt::format("{}, and ", what))};
  }

  bool take_form(Form form, const std::string& name, const std::string& text) {
    switch (form) {
      case Form::tcpdump_text:
        take_tcpdump(name, text, text);
        return true;
      case Form::packet_list:
        return take_tcpdump(name, evidence::packet_list_as_tcpdump(text), text);
      case Form::curl_log:
      case Form::curl_trace:
        return add(evidence::read_curl_log(text, name));
      case Form::wget_log:
        return add(evidence::read_wget_log(text, name));
      case Form::access_log:
        return add(evidence::read_access_log(text, name));
      case Form::proxy_log:
        add(evidence::read_proxy_log(text, name));
        return true;
      case Form::strace:
        return add(evidence::read_strace(text, name));
      case Form::har:
        return add(evidence::read_har(text, name));
      case Form::misproxy_trace:
        return true;  // taken where it was recognized
      case Form::proxy_settings:
        if (auto settings = evidence::read_proxy_settings(text, name))
          seen_.settings.push_back(std::move(*settings));
        return true;
      case Form::socket_table:
        for (auto& row : evidence::read_socket_table(text, name))
          seen_.sockets.push_back(std::move(row));
        return true;
      case Form::key_log:
        if (comes_once(name))
          seen_.remarks.push_back(
              fmt::format("{}: keys that came through a pipe are not used; give a file", name));
        else
          key_log_ = name;
        return true;
      case Form::capture:
      case Form::compressed:
      case Form::unknown:
        return false;
    }
    return false;
  }

  bool add(std::vector<evidence::ClientReport> reports) {
    std::erase_if(reports, std::not_fn(tells_something));
    const bool any = !reports.empty();
    std::move(reports.begin(), reports.end(), std::back_inserter(seen_.reports));
    return any;
  }

  /// HTTP heads alone, or packets without their times, as somebody wrote them down.
  bool take_bare_packets(const std::string& name, const std::string& text) {
    const bool any = ::memmem(text.data(), text.size(), "HTTP/", 5) != nullptr ||
                     ::memmem(text.data(), text.size(), " > ", 3) != nullptr;
    return any && take_tcpdump(name, text, text);
  }

  /// `shown`: whose lines, of the same numbers, are what is quoted.
  bool take_tcpdump(const std::string& name, const std::string& text, const std::string& shown) {
    evidence::TcpdumpText lines(text, names_);
    evidence::LineReader originals(shown);
    std::optional<evidence::Line> original;
    WireObserver observer({name, true, &names_});
    while (auto packet = lines.next()) {
      packet->line = lines.line();
      if (text.data() != shown.data()) {
        while (!original || original->number < packet->number)
          original = originals.next().value();
        packet->line = original->text;
      }
      observer.take(*packet);
    }
    if (lines.times_are_ticks())
      remark(
          fmt::format("{}: the text tells no times; pauses are told by TCP's time stamps, taken "
                      "as milliseconds",
                      name));
    const auto before = seen_.connections.size() + seen_.lookups.size();
    observer.finish(seen_);
    return seen_.connections.size() + seen_.lookups.size() > before;
  }

  Settle settling() const {
    if (keep_ == Keep::verdicts) return settle;
    return [](const Connection& connection, const Connection* previous, const Connection* next) {
      auto verdict = settle(connection, previous, next);
      if (verdict && verdict->outcome() != Outcome::works) verdict.reset();
      return verdict;
    };
  }

  bool alone_;
  Keep keep_;
  evidence::Names names_;
  using Captures = std::vector<std::pair<std::string, bool>>;  // and whether they hold secrets
  Captures captures_;                                          // that are files
  Captures piped_;                                             // that are none
  std::optional<std::string> key_log_;
  Observations seen_;
};

/// Reads each that comes once, as long as it does. One that cannot be read at all ends it.
std::optional<Unusable> read_pipes(std::vector<Piece>& pieces, std::vector<Unusable>& unusable) {
  std::vector<Piece> usable;
  for (auto& piece : pieces) {
    const bool by_path = !piece.exhibit.text && piece.exhibit.watched == nullptr;
    if (by_path && comes_once(piece.exhibit.name)) {
      auto read = read_whole(piece.exhibit.name);
      if (auto* why = std::get_if<Unusable>(&read)) {
        if (why->missing) return std::move(*why);
        unusable.push_back(std::move(*why));
        continue;
      }
      piece.own = std::get<std::string>(std::move(read));
    }
    usable.push_back(std::move(piece));
  }
  pieces = std::move(usable);
  return std::nullopt;
}

}  // namespace

std::variant<Observations, Unusable> read_evidence(const std::vector<Exhibit>& exhibits,
                                                   const Decrypt& decrypt, Keep keep) {
  std::vector<Piece> pieces;
  for (const auto& exhibit : exhibits)
    pieces.push_back({exhibit, {}});
  std::vector<Unusable> unusable;
  if (auto why = read_pipes(pieces, unusable)) return *std::move(why);
  // What a capture shows, it shows better than a text of it.
  std::stable_partition(pieces.begin(), pieces.end(), std::mem_fn(&Piece::is_capture));
  Reading reading(exhibits.size() == 1, keep);
  for (auto& piece : pieces) {
    auto why = reading.take(piece);
    if (why && why->missing) return *std::move(why);
    if (why) unusable.push_back(*std::move(why));
  }
  if (unusable.size() == exhibits.size()) return unusable.front();
  for (auto& each : unusable)
    reading.remark(each.sentence + "; left out");
  return reading.finish(decrypt);
}

}  // namespace misproxy::diagnose
