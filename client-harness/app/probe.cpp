#include <fmt/format.h>

#include "app/probe_options.hpp"
#include "app/read_text.hpp"
#include "app/record_file.hpp"
#include "app/say.hpp"
#include "app/stdout_use.hpp"
#include "client/target.hpp"
#include "diagnose/diagnose.hpp"
#include "diagnose/diagnosis_text.hpp"
#include "diagnose/read_evidence.hpp"
#include "evidence/proxy_settings.hpp"
#include "live/files.hpp"
#include "probe/probe.hpp"
#include "probe/probe_text.hpp"
#include "probe/settings_check.hpp"
#include "tls/pem.hpp"

namespace misproxy::app {
namespace {

using misproxy::probe::CheckedSettings;
using misproxy::probe::ProbeRequest;
using misproxy::probe::ProbeResult;

constexpr auto kLogName = "the client's log";  // where it is kept in no file

/// One probe, from the flags to the exit code.
class Probe {
 public:
  explicit Probe(const ProbeOptions& options) : options_(options) {}

  ExitCode run() {
    out_.want("--log", options_.log);
    out_.want(options_.format);
    if (!out_.why().empty()) return complain(ExitCode::bad_input, out_.why());
    if (const auto why = prepare(); !why.empty()) return complain(ExitCode::bad_input, why);
    if (const auto why = refuse_unwritable(options_.log); !why.empty())
      return complain(ExitCode::environment, why);
    for (const auto& check : settings_.checks)
      show(misproxy::probe::check_text(check, colour()));
    if (!settings_.usable()) return unusable();
    request_.proxy = settings_.proxy;
    request_.user = settings_.user;
    request_.password = settings_.password;
    request_.timeout = Milliseconds{options_.timeout_ms};
    const auto result = misproxy::probe::run_probe(
        request_, [this](const auto& step) { show(misproxy::probe::step_text(step, colour())); });
    return end(result);
  }

 private:
  bool json() const { return options_.format == Format::json; }
  /// stdout is for one object, or for the log; a person still sees how it goes.
  bool aside() const { return json() || out_.taken(); }
  bool colour() const { return aside() ? stderr_has_colour() : stdout_has_colour(); }
  void show(const std::string& line) const { aside() ? tell(line) : print(line); }

  /// Reads what the flags name; a sentence where that cannot be used.
  std::string prepare() {
    misproxy::probe::WrittenSettings written{options_.proxy, options_.user, options_.password, {}};
    if (!options_.proxy && !options_.config) return "probe wants --proxy URL or --config FILE";
    if (options_.config) {
      std::string why;
      config_ = read_text(*options_.config, why);
      if (!config_) return why;
      written.config = evidence::read_proxy_settings(*config_, *options_.config);
      if (!written.config) {
        return fmt::format("{} holds no PROXY_HOST and no PROXY_PORT", *options_.config);
      }
    }
    if (!parse_target(options_.url)) {
      return fmt::format("--url: {} is no http:// or https:// URL", options_.url);
    }
    request_.url = options_.url;
    settings_ = misproxy::probe::check_settings(written);
    return trust();
  }

  std::string trust() {
    if (!options_.ca) return {};
    std::string why;
    request_.ca_pem = read_text(*options_.ca, why);
    if (!request_.ca_pem) return why;
    const bool some = !certificates_in(*request_.ca_pem).empty();
    return some ? "" : fmt::format("{} holds no certificate in PEM", *options_.ca);
  }

  ExitCode unusable() const {
    if (json()) print(misproxy::probe::probe_json(settings_.checks, nullptr, nullptr) + "\n");
    return complain(ExitCode::bad_input, "with these settings no attempt can be made");
  }

  /// The verdict first: what cannot be kept is no reason not to say it.
  ExitCode end(const ProbeResult& result) {
    const auto why = options_.log ? write_output(*options_.log, result.log) : std::string();
    const auto code = judge(result);
    return why.empty() ? code : complain(ExitCode::environment, why);
  }

  ExitCode judge(const ProbeResult& result) {
    std::vector<misproxy::diagnose::Exhibit> exhibits{
        {out_.taken() ? kLogName : options_.log.value_or(kLogName), result.log}};
    if (config_) exhibits.push_back({*options_.config, *config_});
    auto read = misproxy::diagnose::read_evidence(exhibits);
    if (const auto* why = std::get_if<misproxy::diagnose::Unusable>(&read)) {
      return complain(ExitCode::mismatch, why->sentence);
    }
    const auto diagnosis =
        misproxy::diagnose::diagnose(std::get<misproxy::diagnose::Observations>(std::move(read)));
    if (json()) {
      print(misproxy::probe::probe_json(settings_.checks, &result, &diagnosis) + "\n");
    } else {
      show("\n" + misproxy::diagnose::to_text(diagnosis, colour()));
    }
    const bool works = diagnosis.incident.outcome() == misproxy::diagnose::Outcome::works;
    return works ? ExitCode::ok : ExitCode::mismatch;
  }

  const ProbeOptions& options_;
  StdoutUse out_;
  std::optional<std::string> config_;
  CheckedSettings settings_;
  ProbeRequest request_;
};

}  // namespace

ExitCode probe(const ProbeOptions& options) { return Probe(options).run(); }

}  // namespace misproxy::app
