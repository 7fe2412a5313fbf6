#include <fmt/format.h>

#include <string>
#include <variant>

#include "app/capture_options.hpp"
#include "app/capture_picture.hpp"
#include "app/lines.hpp"
#include "app/say.hpp"
#include "core/utf8.hpp"
#include "packets/article_text.hpp"
#include "packets/capture_file.hpp"
#include "packets/tcpdump_text.hpp"
#include "packets/text_parts.hpp"

namespace misproxy::app {
namespace {

ExitCode complain_of(const CaptureError& error) {
  const bool unreadable = error.kind == CaptureError::Kind::unreadable;
  return complain(unreadable ? ExitCode::environment : ExitCode::bad_input, error.sentence);
}

/// Lines of either style.
class Printer {
 public:
  explicit Printer(bool article) : article_(article) {}

  void add(const evidence::WirePacket& packet) {
    if (article_) {
      for (const auto& line : article_text_.lines(packet))
        lines_.add(line);
    } else {
      lines_.add(tcpdump_text_.line(packet));
    }
  }

  void flush() { lines_.flush(); }

 private:
  bool article_;
  Lines lines_;
  ArticleText article_text_;
  TcpdumpText tcpdump_text_;
};

ExitCode capture_text(const CaptureOptions& options) {
  auto opened = evidence::CaptureFile::open(options.file);
  if (const auto* error = std::get_if<CaptureError>(&opened)) return complain_of(*error);
  auto& packets = std::get<evidence::CaptureFile>(opened);
  Printer printer(options.article);
  std::size_t left_out = 0;
  while (const auto* packet = packets.next()) {
    if (is_told(*packet)) {
      printer.add(*packet);
    } else {
      ++left_out;
    }
  }
  printer.flush();
  if (left_out > 0) {
    tell(fmt::format("{}: {} {} left out: no TCP, and no ICMP unreachable, over IPv4\n",
                     visible(options.file), left_out, left_out == 1 ? "frame" : "frames"));
  }
  return packets.error() ? complain_of(*packets.error()) : ExitCode::ok;
}

}  // namespace

ExitCode capture(const CaptureOptions& options) {
  const bool picture = options.ladder || options.print != CaptureOptions::Print::text;
  return picture ? capture_picture(options) : capture_text(options);
}

}  // namespace misproxy::app
