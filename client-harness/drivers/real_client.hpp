#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/last_words.hpp"
#include "scenario/client_settings.hpp"

namespace misproxy {

/// Words of a command line that are there where the scenario's `[client]` is like that; `header`:
/// once for each.
struct ClientWords {
  enum class When { always, head, post, header, credentials };

  When when = When::always;
  std::vector<std::string_view> words;
};

/// A real client, as data: how it is told what to do, and how its last words read.
///
/// In `words`, `environment` and `input` stand names in braces that `tell` replaces
/// (client_told.hpp lists them). `version`: what prints its version; where that fails, the client
/// is not there. `build`: for the shell, what makes of the script, its stdin, the program that the
/// words call in the folder {built}. `posts`: it can send a body. `plain`: it can fetch a URL of
/// http://. `candid`: what it says is all that its user would see; of another no lie is told. A
/// HEAD is a GET where it has no word for it; without one for headers it cannot send them. Each is
/// told to try once where it would try again by itself; all else is left as it comes, limits on
/// time too.
struct RealClient {
  std::string_view name;
  std::string_view package;  // of Debian 12
  std::vector<std::string_view> version;
  std::vector<ClientWords> words;
  std::vector<std::string_view> environment;
  std::string_view script;
  std::string_view input;
  WordsOfClient says;
  bool posts = true;
  bool plain = true;
  bool candid = true;
  std::string_view build{};
};

/// All that are known, in the order of the table.
std::span<const RealClient> real_clients();
/// Nothing where there is none of that name.
const RealClient* find_real_client(std::string_view name);
std::vector<std::string_view> real_client_names();

/// What is in PATH of a client, and the folder of what has been built for it.
struct InstalledClient {
  std::string version;
  std::string built;
};

/// Looked for, and built, once a process; nullptr where it is not there. From any thread.
const InstalledClient* find_installed(const RealClient& client);

/// Why it cannot do what `[client]` says, in a sentence; empty where it can.
std::string why_not_told(const RealClient& client, const ClientSettings& settings);

}  // namespace misproxy
