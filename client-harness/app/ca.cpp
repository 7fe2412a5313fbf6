#include <fmt/format.h>

#include <boost/json.hpp>

#include "app/ca_options.hpp"
#include "app/say.hpp"
#include "app/state.hpp"
#include "app/stdout_use.hpp"
#include "core/ensure.hpp"
#include "live/files.hpp"
#include "live/today.hpp"
#include "tls/pem.hpp"
#include "tls/revocation.hpp"

namespace misproxy::app {
namespace {

std::string ca_json(const live::StoredAuthority& authority, CivilTime now, bool renewed) {
  const auto [from, until] = authority.validity;
  const auto days = std::chrono::floor<std::chrono::days>(until - now).count();
  return boost::json::serialize(
      boost::json::object{{"ca", authority.certificate.string()},
                          {"valid_from", iso_text(from)},
                          {"valid_until", iso_text(until)},
                          {"days_left", days},
                          {"sha256", fingerprint_of(authority.pem.certificate)},
                          {"renewed", renewed}});
}

/// Who is to do what, now that the certificate is another.
std::string after_renewal(const live::RenewedAuthority& renewed, CivilTime now) {
  const auto path = renewed.stored.certificate.string();
  if (!renewed.before) return fmt::format("misproxy: there was no CA: {} is new\n", path);
  const auto until = renewed.before->until;
  if (now < renewed.before->from || now > until) {
    return fmt::format(
        "misproxy: renewed. The certificate from before does not hold: all that trusted it has to "
        "trust {} anew\n",
        path);
  }
  return fmt::format(
      "misproxy: renewed, with the same key. What trusts the certificate from before goes on until "
      "{}, and has to trust {} anew by then; what pins its fingerprint, now. A misproxy that "
      "serves goes on\n",
      live::date_text(until), path);
}

/// A certificate for a client, and its key behind it, as curl takes them.
std::string client_pem(const Authority& authority, CivilTime now) {
  const Key key = make_key();
  const Leaf leaf{.names = {"misproxy client"},
                  .validity = {now - Authority::kGrace, now + Authority::kServerLife},
                  .alternative_names = false,
                  .usage = "clientAuth"};
  return to_pem(authority.issue(leaf, key)) + to_pem(key);
}

/// What the CA is asked to sign besides; a sentence on an error.
std::string write_issued(const CaOptions& options, const live::StoredAuthority& stored,
                         CivilTime now) {
  if (!options.client_certificate && !options.crl) return {};
  const auto authority = Authority::read(stored.pem, now);
  ensure(authority.has_value(), "a stored CA that was not checked");
  if (options.client_certificate) {
    const auto& path = *options.client_certificate;
    const auto text = client_pem(*authority, now);
    auto why =
        is_stdout(path) ? write_output(path, text) : live::write_whole(path, text, live::kSecret);
    if (!why.empty()) return why;
  }
  if (!options.crl) return {};
  return write_output(*options.crl, revocation_list(*authority, now));
}

ExitCode show(const CaOptions& options, const live::StoredAuthority& authority, CivilTime now,
              const std::string& talk) {
  StdoutUse out;
  out.want("--ca-out", options.ca_out);
  out.want("--client-certificate", options.client_certificate);
  out.want("--crl", options.crl);
  out.want(options.format);
  if (!out.why().empty()) return complain(ExitCode::bad_input, out.why());
  if (options.ca_out) {
    const auto why = write_output(*options.ca_out, authority.pem.certificate);
    if (!why.empty()) return complain(ExitCode::environment, why);
  }
  if (auto why = write_issued(options, authority, now); !why.empty())
    return complain(ExitCode::environment, why);
  if (options.format == Format::json) {
    print(ca_json(authority, now, options.renew) + "\n");
  } else {
    const auto path = authority.certificate.string() + "\n";
    out.taken() ? tell(path) : print(path);
    const auto until = authority.validity.until;
    tell(fmt::format("misproxy: the CA holds until {}, {} more; SHA-256 {}\n",
                     live::date_text(until), days_text(now, until),
                     fingerprint_of(authority.pem.certificate)));
  }
  tell(talk);
  return ExitCode::ok;
}

}  // namespace

ExitCode ca(const CaOptions& options) {
  const auto now = live::today();
  if (!options.renew) {
    const auto opened = open_state(options.state_dir, now);
    if (const auto* why = std::get_if<std::string>(&opened))
      return complain(ExitCode::environment, *why);
    const auto& authority = std::get<live::StoredAuthority>(opened);
    return show(options, authority, now, ending_soon(authority, now));
  }
  const auto opened = renew_state(options.state_dir, now);
  if (const auto* why = std::get_if<std::string>(&opened))
    return complain(ExitCode::environment, *why);
  const auto& renewed = std::get<live::RenewedAuthority>(opened);
  return show(options, renewed.stored, now, after_renewal(renewed, now));
}

}  // namespace misproxy::app
