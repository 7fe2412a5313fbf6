#include "live/ca_store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <future>

#include "core/shell_word.hpp"
#include "live/files.hpp"
#include "live/own_files.hpp"
#include "live/today.hpp"
#include "tls/pem.hpp"

namespace misproxy::live {
namespace {

namespace fs = std::filesystem;

/// The folder, as long as nobody else may touch what is in it.
class Store {
 public:
  explicit Store(fs::path directory) : directory_(std::move(directory)) {}

  /// Makes and locks it, and reads what is there. A sentence on an error.
  std::string open() {
    if (auto why = make_own_folder(directory_); !why.empty())
      return why + "; --state-dir DIR names another place for the CA";
    if (auto why = refuse_shared_folder(directory_); !why.empty()) return why;
    if (auto why = lock(); !why.empty()) return why;
    if (auto why = read(certificate(), kPublic, certificate_text_); !why.empty()) return why;
    if (auto why = read(key(), kSecret, key_text_); !why.empty()) return why;
    return read(server_key(), kSecret, server_key_text_);
  }

  bool is_empty() const { return !certificate_text_ && !key_text_; }
  PemPair pem() const { return {certificate_text_.value_or(""), key_text_.value_or("")}; }

  /// A first start that failed leaves no lock behind.
  std::string make(CivilTime now) {
    auto why = make_files(now);
    if (!why.empty()) ::unlink(lock_path().c_str());
    return why;
  }

  /// Of the CA; both keys at once, for each takes its time.
  std::string make_files(CivilTime now) {
    auto other = std::async(std::launch::async, [this] {
      return server_key_text_ ? *server_key_text_ : to_pem(make_key());
    });
    const auto pem = Authority::create(now);
    server_key_text_ = other.get();
    // The keys first: a certificate without one would be trusted by clients and of no use.
    if (auto why = write_whole(server_key(), *server_key_text_, kSecret); !why.empty()) return why;
    if (auto why = write_whole(key(), pem.key, kSecret); !why.empty()) return why;
    key_text_ = pem.key;
    auto why = replace_certificate(pem.certificate);
    if (!why.empty()) ::unlink(key().c_str());  // alone it would stand in the way for ever
    return why;
  }

  std::string replace_certificate(const std::string& text) {
    if (auto why = write_whole(certificate(), text, kPublic); !why.empty()) return why;
    certificate_text_ = text;
    return {};
  }

  /// What is wrong with the CA, and what to do; empty where nothing is.
  std::string refuse(CivilTime now) const {
    if (auto why = refuse_half(); !why.empty()) return why;
    const auto flaw = Authority::flaw(pem(), now);
    return flaw ? refuse(*flaw, now) : std::string{};
  }

  std::string refuse_half() const {
    if (!key_text_) {
      return fmt::format(
          "{} has no key beside it: put its {} back; or remove it, and misproxy "
          "makes a new CA, which clients have to trust anew",
          certificate().string(), key().filename().string());
    }
    if (!certificate_text_) {
      return fmt::format(
          "{} has no certificate beside it: put its {} back; or remove it, and "
          "misproxy makes a new CA, which clients have to trust anew",
          key().string(), certificate().filename().string());
    }
    return {};
  }

  std::string refuse(AuthorityFlaw flaw, CivilTime now) const {
    switch (flaw) {
      case AuthorityFlaw::no_certificate:
        return fmt::format("{} holds no certificate in PEM; {}", certificate().string(), anew());
      case AuthorityFlaw::no_key:
        return fmt::format("{} holds no private key in PEM; {}", key().string(), anew());
      case AuthorityFlaw::not_its_key:
        return fmt::format("{} is not the key of {}; {}", key().string(), certificate().string(),
                           anew());
      case AuthorityFlaw::no_authority:
        return fmt::format("{} is the certificate of no CA; {}", certificate().string(), anew());
      case AuthorityFlaw::virtual_:
        return fmt::format(
            "{} is the virtual world's CA, and anyone can work out its key: no "
            "client may trust it; {}",
            certificate().string(), anew());
      case AuthorityFlaw::not_yet_valid:
        return fmt::format(
            "{} is not valid before {}, and the clock says {}: set the clock; or "
            "give it a certificate from now on: {}",
            certificate().string(), date_text(validity().from), date_text(now), renewal());
      case AuthorityFlaw::expired:
        return fmt::format(
            "{} has ended on {}, and the clock says {}: renew it, and let clients "
            "trust it anew: {}",
            certificate().string(), date_text(validity().until), date_text(now), renewal());
    }
    return {};
  }

  /// The servers' key, made where there is none.
  std::string provide_server_key() {
    if (!server_key_text_) {
      server_key_text_ = to_pem(make_key());
      return write_whole(server_key(), *server_key_text_, kSecret);
    }
    if (key_in(*server_key_text_)) return {};
    return fmt::format("{} holds no private key in PEM; remove it, and misproxy makes a new one",
                       server_key().string());
  }

  StoredAuthority stored() const {
    return {certificate(), pem(), server_key_text_.value_or(""), validity()};
  }

 private:
  fs::path lock_path() const { return directory_ / "lock"; }
  fs::path certificate() const { return directory_ / "ca.pem"; }
  fs::path key() const { return directory_ / "ca.key"; }
  fs::path server_key() const { return directory_ / "server.key"; }
  Validity validity() const {
    return validity_of(certificate_text_.value_or("")).value_or(Validity{});
  }

  std::string renewal() const {
    return "misproxy ca --renew --state-dir " + shell_word(directory_.string());
  }
  static std::string anew() {
    return "remove ca.pem and ca.key there, and misproxy makes a new CA, which clients have to "
           "trust anew";
  }

  /// Again where another process, whose start failed, has removed the file meanwhile.
  std::string lock() {
    do {
      lock_.emplace(
          ::open(lock_path().c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kSecret));
      if (!lock_->is_open() || ::fchmod(lock_->fd(), kSecret) != 0 ||
          ::flock(lock_->fd(), LOCK_EX) != 0)
        return failure("lock", lock_path());
    } while (!is_locked_file_there());
    return {};
  }

  bool is_locked_file_there() const {
    struct stat locked {};
    struct stat found {};
    return ::fstat(lock_->fd(), &locked) == 0 && ::lstat(lock_path().c_str(), &found) == 0 &&
           locked.st_dev == found.st_dev && locked.st_ino == found.st_ino;
  }

  static std::string read(const fs::path& path, mode_t most, std::optional<std::string>& text) {
    auto found = read_own_file(path, most);
    text = std::move(found.text);
    return std::move(found.why);
  }

  fs::path directory_;
  std::optional<File> lock_;  // until the object is gone
  std::optional<std::string> certificate_text_;
  std::optional<std::string> key_text_;
  std::optional<std::string> server_key_text_;
};

}  // namespace

std::variant<StoredAuthority, std::string> open_authority(const fs::path& directory,
                                                          CivilTime now) {
  Store store(directory);
  if (auto why = store.open(); !why.empty()) return why;
  if (store.is_empty()) {
    if (auto why = store.make(now); !why.empty()) return why;
  }
  if (auto why = store.refuse(now); !why.empty()) return why;
  if (auto why = store.provide_server_key(); !why.empty()) return why;
  return store.stored();
}

std::variant<RenewedAuthority, std::string> renew_authority(const fs::path& directory,
                                                            CivilTime now) {
  Store store(directory);
  if (auto why = store.open(); !why.empty()) return why;
  std::optional<Validity> before;
  if (store.is_empty()) {
    if (auto why = store.make(now); !why.empty()) return why;
  } else {
    if (auto why = store.refuse_half(); !why.empty()) return why;
    before = store.stored().validity;
    const auto renewed = Authority::renewed(store.pem(), now);
    if (const auto* flaw = std::get_if<AuthorityFlaw>(&renewed)) return store.refuse(*flaw, now);
    const auto& certificate = std::get<std::string>(renewed);
    if (auto why = store.replace_certificate(certificate); !why.empty()) return why;
  }
  if (auto why = store.provide_server_key(); !why.empty()) return why;
  return RenewedAuthority{store.stored(), before};
}

}  // namespace misproxy::live
