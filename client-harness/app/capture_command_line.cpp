#include "app/capture_options.hpp"
#include "app/flags.hpp"
#include "app/verbs.hpp"
#include "pictures/ladder_text.hpp"

namespace misproxy::app {
namespace {

CLI::Option* add_ladder(CLI::App& text, CaptureOptions& options) {
  auto* ladder = text.add_flag("--ladder", options.ladder,
                               "a ladder diagram of each connection, in characters");
  text.add_option("--columns", options.columns,
                  "how wide the ladder is; as wide as the terminal where absent, or 80")
      ->type_name("N")
      ->check(whole_number(pictures::kLeastColumns, pictures::kMostColumns))
      ->needs(ladder);
  return ladder;
}

}  // namespace

Verb capture_verb(CLI::App& app) {
  const auto kept = std::make_shared<CaptureOptions>();
  auto& options = *kept;
  auto* capture = app.add_subcommand("capture", "Read a packet capture, pcap or pcapng");
  capture->require_subcommand(1);
  auto* text = capture->add_subcommand("text", "its TCP and ICMP as `TZ=UTC tcpdump -n` prints it");
  text->add_option("FILE", options.file, "a capture")->required()->type_name("");
  text->add_flag("--article", options.article,
                 "to be read: client and proxy by name, numbers from the SYN on, HTTP heads, TLS "
                 "records")
      ->excludes(add_ladder(*text, options));
  const auto draw = [&](const char* name, CaptureOptions::Print print, const char* what) {
    auto* verb = capture->add_subcommand(name, what);
    verb->add_option("FILE", options.file, "a capture")->required()->type_name("");
    verb->callback([&options, print] { options.print = print; });
  };
  draw("html", CaptureOptions::Print::html,
       "a page for a browser: ladder diagrams and time-sequence graphs");
  draw("svg", CaptureOptions::Print::svg, "the ladder diagrams alone, as SVG");
  return verb(capture, kept, &app::capture);
}

}  // namespace misproxy::app
