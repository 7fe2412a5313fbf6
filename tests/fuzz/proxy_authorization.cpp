// What a client sends as its credentials, a value a line: nobody passes without the password, and
// each has its answer.

#include "fuzz/target.hpp"
#include "proxy/gate.hpp"

using namespace misproxy;

namespace {

AuthSettings settings() {
  AuthSettings settings;
  settings.challenges = {"Digest", "Basic", "NTLM"};
  settings.algorithms = {"SHA-256", "MD5", "SHA-256-sess", "MD5-sess"};
  settings.userhash = true;
  settings.users = {{"joe", "a password that no mutation finds: 7f3a9c51"}};
  return settings;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  static const auto kSettings = settings();
  NonceBook book(4);
  Gate gate(kSettings, book, 1, 1);
  RequestHead head;
  head.method = "CONNECT";
  head.target = "a.test:443";
  auto text = fuzz::text_of(bytes, count);
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    head.take_header("Proxy-Authorization", line);
    const auto judgement = gate.judge(head, {});
    fuzz::require(!judgement.passes(), "nobody passes without the password");
    const auto answer = gate.answer(judgement, true, {});
    fuzz::require(answer.status == 407 || answer.status == 400, "each has its answer");
    fuzz::require(Answer::all_are_fields(answer.headers), "a challenge is one line");
    head.proxy_authorization.clear();
  }
  return 0;
}
