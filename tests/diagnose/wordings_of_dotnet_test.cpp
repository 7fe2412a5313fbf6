// What .NET, PowerShell and Ruby write.
#include "support/wording.hpp"

namespace misproxy::test {
namespace {

using diagnose::Confidence;

const Wording kDotnet[] = {
    {"net_403",
     "System.Net.Http.HttpRequestException: The proxy tunnel request to proxy "
     "'http://10.9.8.7:3128/' failed with status code '403'.\n",
     "proxy-denied", Confidence::ambiguous},
    {"net_407",
     "System.Net.WebException: The remote server returned an error: (407) Proxy Authentication "
     "Required.\n"
     "   at System.Net.HttpWebRequest.GetResponse()\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"net_403r", "System.Net.WebException: The remote server returned an error: (403) Forbidden.\n",
     "proxy-denied", Confidence::ambiguous},
    {"net_refused",
     "System.Net.WebException: Unable to connect to the remote server ---> "
     "System.Net.Sockets.SocketException: No connection could be made because the target machine "
     "actively refused it 10.9.8.7:3128\n",
     "proxy-refused", Confidence::likely},
    {"net_refused2",
     "System.Net.Http.HttpRequestException: Connection refused (10.9.8.7:3128)\n"
     " ---> System.Net.Sockets.SocketException (111): Connection refused\n",
     "proxy-refused", Confidence::likely},
    {"net_untrusted",
     "System.Security.Authentication.AuthenticationException: The remote certificate is invalid "
     "because of errors in the certificate chain: UntrustedRoot\n",
     "tls-untrusted-ca", Confidence::certain},
    {"net_partial",
     "System.Security.Authentication.AuthenticationException: The remote certificate is invalid "
     "because of errors in the certificate chain: PartialChain\n",
     "tls-untrusted-ca", Confidence::certain},
    {"net_name",
     "System.Security.Authentication.AuthenticationException: The remote certificate is invalid "
     "according to the validation procedure: RemoteCertificateNameMismatch\n",
     "tls-cert-wrong-host", Confidence::certain},
    {"net_time",
     "System.Security.Authentication.AuthenticationException: The remote certificate is invalid "
     "because of errors in the certificate chain: NotTimeValid\n",
     "tls-cert-refused", Confidence::ambiguous},
    {"net_trust",
     "The underlying connection was closed: Could not establish trust relationship for the SSL/TLS "
     "secure channel.\n",
     "tls-cert-refused", Confidence::ambiguous},
    {"net_unres", "System.Net.WebException: The remote name could not be resolved: 'px.a.test'\n",
     "host-name-unresolved", Confidence::certain},
    {"net_unres_proxy",
     "System.Net.WebException: The proxy name could not be resolved: 'px.a.test'\n",
     "proxy-name-unresolved", Confidence::certain},
    {"net_timeout", "System.Net.WebException: The operation has timed out.\n",
     "not-enough-evidence", Confidence::ambiguous},
    {"net_timeout2",
     "System.Threading.Tasks.TaskCanceledException: The request was canceled due to the configured "
     "HttpClient.Timeout of 100 seconds elapsing.\n",
     "not-enough-evidence", Confidence::ambiguous},
    {"net_send", "The underlying connection was closed: An unexpected error occurred on a send.\n",
     "reset-mid-transfer", Confidence::ambiguous},
    {"net_closed",
     "System.Net.WebException: The underlying connection was closed: The connection was closed "
     "unexpectedly.\n",
     "empty-reply", Confidence::ambiguous},
    {"net_eof",
     "System.IO.IOException: Received an unexpected EOF or 0 bytes from the transport stream.\n",
     "tls-closed", Confidence::ambiguous},
    {"net_premature",
     "System.Net.Http.HttpIOException: The response ended prematurely. (ResponseEnded)\n",
     "truncated", Confidence::ambiguous},
    {"net_secure", "The request was aborted: Could not create SSL/TLS secure channel.\n",
     "tls-alert", Confidence::ambiguous},
    {"net_frame",
     "System.Security.Authentication.AuthenticationException: Cannot determine the frame size or a "
     "corrupted frame was received.\n",
     "tls-not-tls", Confidence::ambiguous},
    {"ps_407",
     "Invoke-WebRequest : The remote server returned an error: (407) Proxy Authentication "
     "Required.\n"
     "At line:1 char:1\n"
     "+ Invoke-WebRequest https://b.test/\n"
     "+ ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
     "    + CategoryInfo          : InvalidOperation: (System.Net.HttpWebRequest:HttpWebRequest) "
     "[Invoke-WebRequest], WebException\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"ps_407b",
     "Invoke-WebRequest: Response status code does not indicate success: 407 (Proxy Authentication "
     "Required).\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"ps_503",
     "Invoke-WebRequest: Response status code does not indicate success: 503 (Service "
     "Unavailable).\n",
     "proxy-unavailable", Confidence::ambiguous},
    {"ps_unable", "Invoke-WebRequest : Unable to connect to the remote server\n",
     "proxy-refused", Confidence::ambiguous},
    {"rb_407",
     "net/http/response.rb:403:in `error!': 407 \"Proxy Authentication Required\" "
     "(Net::HTTPClientException)\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"rb_refused",
     "/usr/lib/ruby/3.1.0/net/http.rb:987:in `initialize': Failed to open TCP connection to "
     "10.9.8.7:3128 (Connection refused - connect(2) for \"10.9.8.7\" port 3128) "
     "(Errno::ECONNREFUSED)\n",
     "proxy-refused", Confidence::likely},
    {"rb_open",
     "/usr/lib/ruby/3.1.0/net/http.rb:987:in `initialize': Failed to open TCP connection to "
     "10.9.8.7:3128 (execution expired) (Net::OpenTimeout)\n",
     "proxy-syn-unanswered", Confidence::likely},
    {"rb_read",
     "/usr/lib/ruby/3.1.0/net/protocol.rb:219:in `rbuf_fill': Net::ReadTimeout with "
     "#<TCPSocket:(closed)> (Net::ReadTimeout)\n",
     "response-stall", Confidence::ambiguous},
    {"rb_name",
     "Failed to open TCP connection to px.a.test:3128 (getaddrinfo: Name or service not known) "
     "(SocketError)\n",
     "host-name-unresolved", Confidence::certain},
    {"rb_verify",
     "SSL_connect returned=1 errno=0 peeraddr=10.9.8.7:3128 state=error: certificate verify failed "
     "(self-signed certificate in certificate chain) (OpenSSL::SSL::SSLError)\n",
     "tls-untrusted-ca", Confidence::certain},
    {"rb_syscall",
     "SSL_connect SYSCALL returned=5 errno=0 peeraddr=10.9.8.7:3128 state=SSLv3/TLS write client "
     "hello (OpenSSL::SSL::SSLError)\n",
     "tls-closed", Confidence::ambiguous},
    {"rb_eof",
     "/usr/lib/ruby/3.1.0/net/protocol.rb:237:in `rbuf_fill': end of file reached (EOFError)\n",
     "empty-reply", Confidence::ambiguous},
    {"rb_reset", "Connection reset by peer - SSL_connect (Errno::ECONNRESET)\n", "tls-reset",
     Confidence::ambiguous},
    {"gem_403",
     "ERROR:  Could not find a valid gem 'x' (>= 0), here is why:\n"
     "          Unable to download data from https://rubygems.org/ - bad response Forbidden 403 "
     "(https://rubygems.org/specs.4.8.gz)\n",
     "proxy-denied", Confidence::ambiguous},
};

class DotnetWordings : public Wordings {};

TEST_P(DotnetWordings, AreToldWhatTheyMean) { expect_right(); }

INSTANTIATE_TEST_SUITE_P(All, DotnetWordings, testing::ValuesIn(kDotnet), name_of);

}  // namespace
}  // namespace misproxy::test
