#pragma once

#include <string_view>

/// What makes a client of a library: each asks for MISPROXY_URL as its documentation shows, and
/// ends with `said: status=N bytes=N`, or with `error: KIND: MESSAGE` and exit code 1.
namespace misproxy::scripts {

extern const std::string_view kUrllib;
extern const std::string_view kUrllibCopy;
extern const std::string_view kRequests;
extern const std::string_view kHttpx;
extern const std::string_view kNode;
extern const std::string_view kUndici;
extern const std::string_view kHttpsProxyAgent;
extern const std::string_view kAxios;
extern const std::string_view kLwp;
extern const std::string_view kRuby;
extern const std::string_view kPhp;
extern const std::string_view kPhpCurl;
extern const std::string_view kGo;
extern const std::string_view kJava;
extern const std::string_view kChromium;

}  // namespace misproxy::scripts
