#pragma once

#include <string>

/// A small updater: it fetches a file by curl, through a proxy, and says what became of it.
enum class Outcome { done, denied, untrusted, broken, timed_out, server_error, no_proxy };

struct Update {
  Outcome outcome = Outcome::done;
  std::string file;
};

Update update(const std::string& url, const std::string& proxy, const std::string& ca,
              double patience_s = 5);
