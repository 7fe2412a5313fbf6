#include "pictures/page.hpp"

#include <fmt/format.h>

#include "core/ensure.hpp"
#include "pictures/assets.hpp"
#include "pictures/connection_html.hpp"
#include "report/html_text.hpp"

namespace misproxy::pictures {

std::string whole_page(std::string_view title, std::string_view body) {
  const auto* style = find_asset("page.css");
  ensure(style != nullptr, "the page's style is part of the program");
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; form-action 'none'; base-uri 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n{}</body>\n</html>\n",
      html_text(title), style->text, body);
}

std::string ladder_key() {
  return "<ul class=\"key\"><li class=\"head\"><i></i>HTTP head</li>"
         "<li class=\"tls\"><i></i>TLS handshake</li><li class=\"data\"><i></i>data</li>"
         "<li class=\"tcp\"><i></i>TCP</li><li class=\"ending\"><i></i>end</li>"
         "<li class=\"trouble\"><i></i>lost, sent again, or no room</li>"
         "<li><i class=\"dots\"></i>for the origin, in the tunnel</li>"
         "<li><i class=\"shade\"></i>a fault acted</li>"
         "<li><i class=\"shade cited\"></i>named by the verdict</li></ul>\n";
}

std::string graph_key() {
  return "<ul class=\"key\"><li><i class=\"k-segment\"></i>segment</li>"
         "<li><i class=\"k-again\"></i>sent again, or late</li><li><i "
         "class=\"k-ack\"></i>acknowledged</li>"
         "<li><i class=\"k-sack\"></i>arrived behind a hole (SACK)</li>"
         "<li><i class=\"k-room\"></i>window's end, where it is near</li></ul>\n";
}

std::string capture_page(const std::string& file, const Drawing& drawing) {
  auto body = fmt::format("<main>\n<h1>{}</h1>\n{}", html_text(file), ladder_key());
  if (drawing.broken) body += fmt::format("<p>{}</p>\n", html_text(drawing.broken->sentence));
  if (drawing.drawn.empty()) body += "<p>No TCP connection is in it.</p>\n";
  std::size_t number = 0;
  for (const auto& each : drawing.drawn) {
    const bool open = number < 10;
    body += fmt::format("<details{}><summary>{}</summary>\n{}</details>\n", open ? " open" : "",
                        html_text(each.ladder.title),
                        connection_html(each, fmt::format("c{}", ++number), false));
  }
  if (drawing.left_out > 0)
    body += fmt::format("<p>{} more connections are left out.</p>\n", drawing.left_out);
  return whole_page(file + " - misproxy", body + "</main>\n");
}

}  // namespace misproxy::pictures
