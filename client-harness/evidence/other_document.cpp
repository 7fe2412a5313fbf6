#include "evidence/other_document.hpp"

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "evidence/har_log.hpp"
#include "evidence/recognize.hpp"
#include "evidence/text_line.hpp"

namespace misproxy::evidence {
namespace {

using namespace std::string_view_literals;
using Holds = OtherDocument::Holds;

constexpr std::size_t kLook = 64 * 1024;  // bytes that tell what it is

struct Beginning {
  std::string_view bytes;
  std::string_view name;
};

constexpr std::array<Beginning, 18> kBinaries{{
    {"\x7f"
     "ELF"sv,
     "an executable (ELF)"},
    {"MZ"sv, "an executable of Windows"},
    {"\xcf\xfa\xed\xfe"sv, "an executable (Mach-O)"},
    {"\xca\xfe\xba\xbe"sv, "an executable (Mach-O, or a class of Java)"},
    {"!<arch>\n"sv, "a library (ar)"},
    {"\x89PNG"sv, "a picture (PNG)"},
    {"\xff\xd8\xff"sv, "a picture (JPEG)"},
    {"GIF8"sv, "a picture (GIF)"},
    {"RIFF"sv, "a recording or a picture (RIFF)"},
    {"%PDF-"sv, "a document (PDF)"},
    {"PK\x03\x04"sv, "an archive or an office document (zip): unpack it first"},
    {"7z\xbc\xaf"sv, "an archive (7z): unpack it first"},
    {"SQLite format 3"sv, "a database (SQLite)"},
    {"-----BEGIN "sv, "a certificate or a key (PEM)"},
    {"snoop\0\0\0"sv, "a capture of snoop: `editcap FILE c.pcapng` makes one of it that is read"},
    {"GMBU"sv, "a capture of Network Monitor: `editcap FILE c.pcapng` makes one that is read"},
    {"RTSS"sv, "a capture of Network Monitor: `editcap FILE c.pcapng` makes one that is read"},
    {"TRSNIFF data"sv, "a capture of Sniffer: `editcap FILE c.pcapng` makes one that is read"},
}};

/// What only a program begins with.
constexpr std::array<std::string_view, 10> kSources{
    "#!", "#include ", "#pragma ", "#ifndef ",    "#define ",
    "//", "/*",        "<?php",    "'use strict", "\"use strict"};

/// What a program begins with, and perhaps a sentence.
constexpr std::array<std::string_view, 9> kSourceWords{
    "import ", "package ", "namespace ", "using ", "module ", "use ", "fn ", "from ", "\"\"\""};

constexpr std::array<std::string_view, 10> kMailFields{
    "From: ",       "To: ",         "Subject: ",     "Date: ",         "Received: ",
    "Message-ID: ", "Message-Id: ", "Return-Path: ", "Delivered-To: ", "MIME-Version: "};

/// Control characters that no text has; a capture of a terminal has escapes and backspaces.
bool is_binary(std::string_view text) {
  const auto strange = std::count_if(text.begin(), text.end(), [](unsigned char c) {
    return c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != 0x1b && c != '\b' && c != '\f';
  });
  return static_cast<std::size_t>(strange) * 50 > text.size();
}

/// What a text's lines look like.
struct Shape {
  std::size_t lines = 0;     // that are not empty
  std::size_t code = 0;      // that end as a statement or a block does
  std::size_t headings = 0;  // of Markdown
  bool has_parts = false;    // a heading below another: what else begins with # is a comment
  bool has_subject = false;  // among the first lines
};

Shape shape_of(std::string_view text) {
  Shape shape;
  LineReader lines(text);
  while (const auto line = lines.next()) {
    const auto bare = trimmed(line->text);
    if (bare.empty()) continue;
    ++shape.lines;
    const bool is_event = (bare.front() == '{' && bare.back() == '}') ||        // a log's, as JSON
                          bare.starts_with("at ") || contains(bare, "rror: ");  // Node's
    const char last = is_event ? ' ' : bare.back();
    shape.code += last == ';' || last == '{' || last == '}' || bare.starts_with("//") ? 1U : 0U;
    const auto hashes = std::min(line->text.find_first_not_of('#'), line->text.size());
    const bool heading = hashes >= 1 && hashes <= 4 && line->text.size() > hashes &&
                         line->text[hashes] == ' ' && line->text.substr(hashes, 6) != " exit=";
    shape.headings += heading ? 1U : 0U;
    shape.has_parts = shape.has_parts || (heading && hashes > 1);
    shape.has_subject = shape.has_subject || (shape.lines < 100 && bare.starts_with("Subject: "));
  }
  return shape;
}

/// One value over several lines: a line for each event is a log.
bool is_json_document(std::string_view text) {
  if (text.front() != '{' && text.front() != '[') return false;
  const auto first = trimmed(text.substr(0, text.find('\n')));
  const auto last = trimmed(text).back();
  const bool whole_line = first.size() > 1 && (first.back() == '}' || first.back() == ']');
  const auto begun = trimmed(text.substr(1)).front();
  const bool json = begun == '"' || begun == '{' || begun == '[' || begun == '}' || begun == ']';
  return json && !whole_line && (last == '}' || last == ']' || text.size() >= kLook);
}

/// What Windows traces shows a packet once for each component that it passes, and hides its bytes:
/// the file it was made of holds the packets.
std::string_view windows_trace(std::string_view text) {
  if (contains(text, "[Microsoft-Windows-PktMon]") ||
      (contains(text, "PktGroupId ") && contains(text, "PktNumber ")))
    return "pktmon's text: give its packets, which `pktmon etl2pcap PktMon.etl` makes of the trace";
  for (const auto* provider :
       {"Microsoft-Windows-NDIS-PacketCapture", "[Microsoft-Windows-TCPIP]",
        "[Microsoft-Windows-WinINet", "[Microsoft-Windows-WebIO]", "[Microsoft-Windows-Winsock"}) {
    if (contains(text, provider))
      return "the text of a `netsh trace`: give its packets, which `etl2pcapng NetTrace.etl "
             "c.pcapng` (github.com/microsoft/etl2pcapng) makes of the trace";
  }
  if (contains(text, "Trace configuration:") && contains(text, ".etl"))
    return "what `netsh trace` prints: give the packets, which `etl2pcapng NetTrace.etl c.pcapng` "
           "makes of the trace";
  return {};
}

OtherDocument text_document(std::string_view text) {
  if (const auto trace = windows_trace(text); !trace.empty()) return {trace, Holds::never};
  if (is_har(text)) return {};
  if (is_json_document(text)) return {"a JSON document", Holds::quoted};
  if (text.starts_with("<?xml")) return {"an XML document", Holds::quoted};
  const auto front = text.substr(0, 200);  // and no line that quotes one
  if (front.starts_with('<') &&
      (holds_in_any_case(front, "<!doctype html") || holds_in_any_case(front, "<html")))
    return {"a page (HTML)", Holds::quoted};
  const auto shape = shape_of(text);
  const double code = static_cast<double>(shape.code) / static_cast<double>(shape.lines);
  if (begins_with_one_of(text, kSources)) return {"the source of a program", Holds::never};
  const auto first = text.substr(0, text.find('\n'));
  const bool is_sentence = std::count(first.begin(), first.end(), ' ') > 3 || contains(first, ": ");
  if (begins_with_one_of(text, kSourceWords) && !is_sentence)
    return {"the source of a program", code >= 0.1 ? Holds::never : Holds::quoted};
  if (code >= 0.5) return {"a configuration, or the source of a program", Holds::quoted};
  if (begins_with_one_of(text, kMailFields) && shape.has_subject) return {"a mail", Holds::quoted};
  if (shape.headings >= 3 && shape.has_parts)
    return {"a document (Markdown)", evidence_share(text) < 0.1 ? Holds::never : Holds::quoted};
  return {};
}

}  // namespace

OtherDocument other_document(std::string_view bytes) {
  const auto* known = std::find_if(kBinaries.begin(), kBinaries.end(), [&](const Beginning& each) {
    return bytes.starts_with(each.bytes);
  });
  if (known != kBinaries.end()) return {known->name, Holds::never};
  const auto begin = bytes.substr(0, kLook);
  // What a client printed may have a download in it.
  if (is_binary(begin) && contains(begin, ".\0e\0t\0l\0"sv))
    return {"a trace of Windows (ETL): `pktmon etl2pcap FILE` or etl2pcapng makes a capture of it",
            Holds::never};
  if (is_binary(begin)) return {"a binary file of an unknown kind", Holds::quoted};
  const auto text = begin.substr(std::min(begin.find_first_not_of(" \t\r\n"), begin.size()));
  if (text.empty()) return {"blank", Holds::never};
  return text_document(text);
}

}  // namespace misproxy::evidence
