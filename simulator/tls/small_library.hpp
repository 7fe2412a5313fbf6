#pragma once

struct ossl_lib_ctx_st;

namespace misproxy {

/// OpenSSL's algorithms, all of them, with no readers and writers of keys but those that
/// certificates need. Where it has every one, OpenSSL 3.0 looks through all, and all pairs of them,
/// for each public key that it meets, which takes longer than to sign twice; the bytes are the
/// same. So are those of Ed25519 and X25519, of which libsodium does the arithmetic. For the
/// virtual world, in which nearly every run has keys of its own.
///
/// Each thread has one, as threads that share one wait for each other's look-ups in it; one lasts
/// as long as the process, and may be used by many threads.
ossl_lib_ctx_st* small_library();
/// Nothing at all.
ossl_lib_ctx_st* empty_library();

/// While it is alive, what OpenSSL makes on this thread is made in the small library; scopes nest.
/// A key that was made there stays there.
class SmallLibraryScope {
 public:
  /// `wanted`: false for one that does nothing.
  explicit SmallLibraryScope(bool wanted = true);
  /// The same with another library.
  explicit SmallLibraryScope(ossl_lib_ctx_st* library);
  ~SmallLibraryScope();
  SmallLibraryScope(const SmallLibraryScope&) = delete;
  SmallLibraryScope& operator=(const SmallLibraryScope&) = delete;

 private:
  ossl_lib_ctx_st* outer_ = nullptr;
};

}  // namespace misproxy
