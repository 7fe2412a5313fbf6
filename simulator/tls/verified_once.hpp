#pragma once

struct ssl_ctx_st;

namespace misproxy {

/// Makes a client's context verify each certificate once for each host, and remember those that
/// were good: a signature takes OpenSSL a seventh of a handshake to check. Only for a context with
/// a fixed time, in which the answer to the same question stays the same.
void verify_each_once(ssl_ctx_st* context);
/// What was good is to be verified again: the context trusts others now.
void forget_verified(ssl_ctx_st* context);

}  // namespace misproxy
