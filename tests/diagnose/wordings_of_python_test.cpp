// What Python's clients write: urllib3, requests, httpx, aiohttp, pip.
#include "support/wording.hpp"

namespace misproxy::test {
namespace {

using diagnose::Confidence;

const Wording kPython[] = {
    {"py_403",
     "requests.exceptions.ProxyError: HTTPSConnectionPool(host='b.test', port=443): Max retries "
     "exceeded with url: / (Caused by ProxyError('Unable to connect to proxy', OSError('Tunnel "
     "connection failed: 403 Forbidden')))\n",
     "proxy-denied", Confidence::ambiguous},
    {"py_407tb",
     "Traceback (most recent call last):\n"
     "  File \"/usr/lib/python3.11/urllib/request.py\", line 403, in do_open\n"
     "    h.request(req.get_method(), req.selector, req.data, headers,\n"
     "  File \"/usr/lib/python3/dist-packages/urllib3/connectionpool.py\", line 503, in urlopen\n"
     "    conn = self._get_conn(timeout=pool_timeout)\n"
     "OSError: Tunnel connection failed: 407 Proxy Authentication Required\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"py_502tb",
     "Traceback (most recent call last):\n"
     "  File \"/usr/lib/python3.11/urllib/request.py\", line 403, in do_open\n"
     "    h.request(req.get_method(), req.selector, req.data, headers,\n"
     "  File \"/usr/lib/python3/dist-packages/urllib3/connectionpool.py\", line 503, in urlopen\n"
     "    conn = self._get_conn(timeout=pool_timeout)\n"
     "urllib.error.URLError: <urlopen error Tunnel connection failed: 502 Bad Gateway>\n",
     "proxy-bad-gateway", Confidence::ambiguous},
    {"py_refused",
     "requests.exceptions.ProxyError: HTTPSConnectionPool(host='b.test', port=443): Max retries "
     "exceeded with url: / (Caused by ProxyError('Unable to connect to proxy', "
     "NewConnectionError('<urllib3.connection.HTTPSConnection object at 0x7f0407403500>: Failed to "
     "establish a new connection: [Errno 111] Connection refused')))\n",
     "proxy-refused", Confidence::certain},
    {"py_conntimeout",
     "requests.exceptions.ConnectTimeout: HTTPSConnectionPool(host='b.test', port=443): Max "
     "retries exceeded with url: / (Caused by "
     "ConnectTimeoutError(<urllib3.connection.HTTPSConnection object at 0x7f0407403500>, "
     "'Connection to 10.9.8.7 timed out. (connect timeout=5)'))\n",
     "proxy-syn-unanswered", Confidence::ambiguous},
    {"py_name",
     "requests.exceptions.ProxyError: HTTPSConnectionPool(host='b.test', port=443): Max retries "
     "exceeded with url: / (Caused by ProxyError('Unable to connect to proxy', "
     "NameResolutionError(\"<urllib3.connection.HTTPSConnection object at 0x7f>: Failed to resolve "
     "'px.a.test' ([Errno -2] Name or service not known)\")))\n",
     "proxy-name-unresolved", Confidence::certain},
    {"py_readtimeout",
     "requests.exceptions.ReadTimeout: HTTPSConnectionPool(host='b.test', port=443): Read timed "
     "out. (read timeout=5)\n",
     "response-stall", Confidence::ambiguous},
    {"py_reset",
     "requests.exceptions.ConnectionError: ('Connection aborted.', ConnectionResetError(104, "
     "'Connection reset by peer'))\n",
     "reset-mid-transfer", Confidence::ambiguous},
    {"py_verify",
     "requests.exceptions.SSLError: HTTPSConnectionPool(host='b.test', port=443): Max retries "
     "exceeded with url: / (Caused by SSLError(SSLCertVerificationError(1, '[SSL: "
     "CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate "
     "(_ssl.c:1000)')))\n",
     "tls-untrusted-ca", Confidence::certain},
    {"py_verify_host",
     "requests.exceptions.SSLError: HTTPSConnectionPool(host='b.test', port=443): Max retries "
     "exceeded with url: / (Caused by SSLError(SSLCertVerificationError(1, \"[SSL: "
     "CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, certificate is not "
     "valid for 'b.test'. (_ssl.c:1000)\")))\n",
     "tls-cert-wrong-host", Confidence::certain},
    {"py_ssleof",
     "requests.exceptions.SSLError: HTTPSConnectionPool(host='b.test', port=443): Max retries "
     "exceeded with url: / (Caused by SSLError(SSLEOFError(8, '[SSL: UNEXPECTED_EOF_WHILE_READING] "
     "EOF occurred in violation of protocol (_ssl.c:1129)')))\n",
     "tls-closed", Confidence::ambiguous},
    {"py_ssleof_old", "ssl.SSLEOFError: EOF occurred in violation of protocol (_ssl.c:1129)\n",
     "tls-closed", Confidence::ambiguous},
    {"py_wrongver",
     "requests.exceptions.SSLError: HTTPSConnectionPool(host='b.test', port=443): Max retries "
     "exceeded with url: / (Caused by SSLError(SSLError(1, '[SSL: WRONG_VERSION_NUMBER] wrong "
     "version number (_ssl.c:1129)')))\n",
     "tls-not-tls", Confidence::ambiguous},
    {"py_onlyhttp",
     "requests.exceptions.ProxyError: HTTPSConnectionPool(host='b.test', port=443): Max retries "
     "exceeded with url: / (Caused by ProxyError('Your proxy appears to only use HTTP and not "
     "HTTPS, try changing your proxy URL to be HTTP. See: "
     "https://urllib3.readthedocs.io/en/latest/advanced-usage.html#https-proxy-error-http-proxy', "
     "SSLError(SSLError(1, '[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1129)'))))\n",
     "tls-to-plain-proxy", Confidence::likely},
    {"py_incomplete",
     "urllib3.exceptions.ProtocolError: ('Connection broken: IncompleteRead(1000 bytes read, 4000 "
     "more expected)', IncompleteRead(1000 bytes read, 4000 more expected))\n",
     "truncated", Confidence::ambiguous},
    {"py_httperror",
     "Traceback (most recent call last):\n"
     "  File \"/usr/lib/python3.11/urllib/request.py\", line 403, in do_open\n"
     "    h.request(req.get_method(), req.selector, req.data, headers,\n"
     "  File \"/usr/lib/python3/dist-packages/urllib3/connectionpool.py\", line 503, in urlopen\n"
     "    conn = self._get_conn(timeout=pool_timeout)\n"
     "urllib.error.HTTPError: HTTP Error 407: Proxy Authentication Required\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"py_httperror503",
     "Traceback (most recent call last):\n"
     "  File \"/usr/lib/python3.11/urllib/request.py\", line 403, in do_open\n"
     "    h.request(req.get_method(), req.selector, req.data, headers,\n"
     "  File \"/usr/lib/python3/dist-packages/urllib3/connectionpool.py\", line 503, in urlopen\n"
     "    conn = self._get_conn(timeout=pool_timeout)\n"
     "urllib.error.HTTPError: HTTP Error 503: Service Unavailable\n",
     "proxy-unavailable", Confidence::ambiguous},
    {"httpx_refused", "httpx.ConnectError: [Errno 111] Connection refused\n", "proxy-refused",
     Confidence::ambiguous},
    {"httpx_407", "httpx.ProxyError: 407 Proxy Authentication Required\n", "proxy-auth-missing",
     Confidence::ambiguous},
    {"httpx_403", "httpcore.ProxyError: 403 Forbidden\n", "proxy-denied", Confidence::ambiguous},
    {"httpx_ctimeout", "httpx.ConnectTimeout: timed out\n", "proxy-syn-unanswered",
     Confidence::ambiguous},
    {"httpx_ctimeout2", "httpx.ConnectTimeout\n", "proxy-syn-unanswered", Confidence::ambiguous},
    {"httpx_rproto", "httpx.RemoteProtocolError: Server disconnected without sending a response.\n",
     "empty-reply", Confidence::ambiguous},
    {"httpx_rproto2",
     "httpx.RemoteProtocolError: peer closed connection without sending complete message body "
     "(received 1000 bytes, expected 4000)\n",
     "truncated", Confidence::ambiguous},
    {"httpx_rtimeout", "httpx.ReadTimeout: The read operation timed out\n", "response-stall",
     Confidence::ambiguous},
    {"httpx_all", "httpx.ConnectError: All connection attempts failed\n", "not-enough-evidence",
     Confidence::ambiguous},
    {"aio_407",
     "aiohttp.client_exceptions.ClientHttpProxyError: 407, message='Proxy Authentication "
     "Required', url='http://10.9.8.7:3128'\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"aio_403",
     "aiohttp.client_exceptions.ClientHttpProxyError: 403, message='Forbidden', "
     "url=URL('http://10.9.8.7:3128')\n",
     "proxy-denied", Confidence::ambiguous},
    {"aio_conn",
     "aiohttp.client_exceptions.ClientProxyConnectionError: Cannot connect to host 10.9.8.7:3128 "
     "ssl:default [Connect call failed ('10.9.8.7', 3128)]\n",
     "proxy-refused", Confidence::ambiguous},
    {"aio_disc", "aiohttp.client_exceptions.ServerDisconnectedError: Server disconnected\n",
     "empty-reply", Confidence::ambiguous},
    {"aio_cert",
     "aiohttp.client_exceptions.ClientConnectorCertificateError: Cannot connect to host b.test:443 "
     "ssl:True [SSLCertVerificationError: (1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify "
     "failed: self-signed certificate in certificate chain (_ssl.c:1000)')]\n",
     "tls-untrusted-ca", Confidence::certain},
    {"aio_payload",
     "aiohttp.client_exceptions.ClientPayloadError: Response payload is not completed: "
     "<ContentLengthError: 400, message='Not enough data to satisfy content length header.'>\n",
     "truncated", Confidence::ambiguous},
    {"aio_reset",
     "aiohttp.client_exceptions.ClientConnectorError: Cannot connect to host b.test:443 "
     "ssl:default [Connection reset by peer]\n",
     "tls-reset", Confidence::ambiguous},
    {"aio_dns",
     "aiohttp.client_exceptions.ClientConnectorDNSError: Cannot connect to host b.test:443 "
     "ssl:default [Name or service not known]\n",
     "host-name-unresolved", Confidence::certain},
    {"aio_tmo",
     "aiohttp.client_exceptions.ConnectionTimeoutError: Connection timeout to host "
     "https://b.test/\n",
     "proxy-syn-unanswered", Confidence::ambiguous},
    {"py_asynctimeout",
     "Traceback (most recent call last):\n"
     "  File \"/usr/lib/python3.11/urllib/request.py\", line 403, in do_open\n"
     "    h.request(req.get_method(), req.selector, req.data, headers,\n"
     "  File \"/usr/lib/python3/dist-packages/urllib3/connectionpool.py\", line 503, in urlopen\n"
     "    conn = self._get_conn(timeout=pool_timeout)\n"
     "TimeoutError\n",
     "not-enough-evidence", Confidence::ambiguous},
    {"pip_407",
     "WARNING: Retrying (Retry(total=4, connect=None, read=None, redirect=None, status=None)) "
     "after connection broken by 'ProxyError('Cannot connect to proxy.', OSError('Tunnel "
     "connection failed: 407 Proxy Authentication Required'))': /simple/x/\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"pip_readto",
     "WARNING: Retrying (Retry(total=4, connect=None, read=None, redirect=None, status=None)) "
     "after connection broken by 'ReadTimeoutError(\"HTTPSConnectionPool(host='pypi.org', "
     "port=443): Read timed out. (read timeout=15)\")': /simple/x/\n",
     "response-stall", Confidence::ambiguous},
    {"pip_ctmo",
     "WARNING: Retrying (Retry(total=4, connect=None, read=None, redirect=None, status=None)) "
     "after connection broken by "
     "'ConnectTimeoutError(<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f0403>, "
     "'Connection to 10.9.8.7 timed out. (connect timeout=15)')': /simple/x/\n",
     "proxy-syn-unanswered", Confidence::ambiguous},
    {"pip_none",
     "ERROR: Could not find a version that satisfies the requirement x (from versions: none)\n"
     "ERROR: No matching distribution found for x\n",
     "not-enough-evidence", Confidence::ambiguous},
    {"pip_ssl",
     "Could not fetch URL https://pypi.org/simple/x/: There was a problem confirming the ssl "
     "certificate: HTTPSConnectionPool(host='pypi.org', port=443): Max retries exceeded with url: "
     "/simple/x/ (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] "
     "certificate verify failed: unable to get local issuer certificate (_ssl.c:997)'))) - "
     "skipping\n",
     "tls-untrusted-ca", Confidence::certain},
    {"rhsm_407",
     "Proxy error: unable to connect to proxy server: Tunnel connection failed: 407 Proxy "
     "Authentication Required\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"rhsm_net",
     "Network error, unable to connect to server. Please see /var/log/rhsm/rhsm.log for more "
     "information.\n",
     "not-enough-evidence", Confidence::ambiguous},
    {"rhsm_reach", "Unable to reach the server at subscription.rhsm.redhat.com:443/subscription\n",
     "not-enough-evidence", Confidence::ambiguous},
    {"rhsm_proxyfail", "Proxy connection failed, please check your settings.\n",
     "not-enough-evidence", Confidence::ambiguous},
    {"rhsm_log",
     "2026-11-27 10:00:00,403 [ERROR] subscription-manager:1403:MainThread @utils.py:274 - Error "
     "while checking server version: Tunnel connection failed: 403 Forbidden\n",
     "proxy-denied", Confidence::ambiguous},
};

class PythonWordings : public Wordings {};

TEST_P(PythonWordings, AreToldWhatTheyMean) { expect_right(); }

INSTANTIATE_TEST_SUITE_P(All, PythonWordings, testing::ValuesIn(kPython), name_of);

}  // namespace
}  // namespace misproxy::test
