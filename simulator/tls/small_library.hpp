#pragma once

struct ossl_lib_ctx_st;

namespace misproxy {

/// OpenSSL's algorithms, all of them, with no readers of keys but those of certificates. Where it
/// has every reader, OpenSSL 3.0 looks through all, and all pairs of them, for each public key that
/// it meets or writes, which takes longer than to sign twice; what it reads is the same. For the
/// virtual world, in which nearly every run has keys of its own.
///
/// As long as the process lasts; safe to use from many threads.
ossl_lib_ctx_st* small_library();

/// While it is alive, what OpenSSL makes on this thread is made in the small library; scopes nest.
/// A key that was made there stays there.
class SmallLibraryScope {
 public:
  /// `wanted`: false for one that does nothing.
  explicit SmallLibraryScope(bool wanted = true);
  ~SmallLibraryScope();
  SmallLibraryScope(const SmallLibraryScope&) = delete;
  SmallLibraryScope& operator=(const SmallLibraryScope&) = delete;

 private:
  ossl_lib_ctx_st* outer_ = nullptr;
};

}  // namespace misproxy
