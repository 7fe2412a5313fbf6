#include "drivers/client_scripts.hpp"

namespace misproxy::scripts {

const std::string_view kLwp = R"(
use LWP::UserAgent;
use HTTP::Request;
my $agent = LWP::UserAgent->new(env_proxy => 1);
my $request = HTTP::Request->new($ENV{MISPROXY_METHOD}, $ENV{MISPROXY_URL});
$request->content(' ' x $ENV{MISPROXY_BODY_BYTES}) if $ENV{MISPROXY_METHOD} eq 'POST';
my $reply = $agent->request($request);
my $own = ($reply->header('Client-Warning') // '') eq 'Internal response';
print 'said: status=', $reply->code, ' bytes=', length($reply->content), "\n" unless $own;
exit 0 if $reply->is_success;
print 'error: LWP: ', $reply->status_line, "\n";
exit 1;
)";

const std::string_view kRuby = R"(
require 'open-uri'
require 'net/http'
begin
  if ENV['MISPROXY_METHOD'] == 'GET'
    URI.open(ENV['MISPROXY_URL']) { |reply| puts "said: status=#{reply.status[0]} bytes=#{reply.read.bytesize}" }
  else
    uri = URI(ENV['MISPROXY_URL'])
    proxy = URI(ENV['MISPROXY_PROXY_URL'])
    Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == 'https') do |http|
      head = ENV['MISPROXY_METHOD'] == 'HEAD'
      reply = head ? http.head(uri.request_uri) : http.post(uri.request_uri, ' ' * ENV['MISPROXY_BODY_BYTES'].to_i)
      puts "said: status=#{reply.code} bytes=#{(reply.body || '').bytesize}"
    end
  end
rescue OpenURI::HTTPError => error
  puts "said: status=#{error.io.status[0]}"
  abort "error: #{error.class}: #{error.message}"
rescue StandardError => error
  abort "error: #{error.class}: #{error.message}"
end
)";

const std::string_view kPhp = R"(
error_reporting(E_ALL);
set_error_handler(function($kind, $text) { echo 'error: warning: ', str_replace("\n", ' ', $text), "\n"; return true; });
$proxy = parse_url(getenv('MISPROXY_PROXY_URL'));
$method = getenv('MISPROXY_METHOD');
$http = ['method' => $method, 'request_fulluri' => true, 'proxy' => "tcp://{$proxy['host']}:{$proxy['port']}"];
if (isset($proxy['user'])) $http['header'] = 'Proxy-Authorization: Basic '
  . base64_encode(urldecode($proxy['user']) . ':' . urldecode($proxy['pass']));
if ($method == 'POST') $http['content'] = str_repeat(' ', (int)getenv('MISPROXY_BODY_BYTES'));
if (str_starts_with(getenv('MISPROXY_URL'), 'https:')) $http['request_fulluri'] = false;
$context = stream_context_create(['http' => $http, 'ssl' => ['cafile' => getenv('MISPROXY_CA')]]);
$text = file_get_contents(getenv('MISPROXY_URL'), false, $context);
$status = '';
foreach ($http_response_header ?? [] as $line)
  if (preg_match('{^HTTP/\S+ (\d+)}', $line, $found)) $status = $found[1];
if ($status) echo "said: status=$status bytes=", strlen((string)$text), "\n";
exit($text === false ? 1 : 0);
)";

const std::string_view kPhpCurl = R"(
$curl = curl_init(getenv('MISPROXY_URL'));
curl_setopt_array($curl, [CURLOPT_RETURNTRANSFER => true, CURLOPT_CAINFO => getenv('MISPROXY_CA'),
  CURLOPT_PROXY => getenv('MISPROXY_PROXY_URL')]);
if (getenv('MISPROXY_METHOD') == 'HEAD') curl_setopt($curl, CURLOPT_NOBODY, true);
if (getenv('MISPROXY_METHOD') == 'POST')
  curl_setopt($curl, CURLOPT_POSTFIELDS, str_repeat(' ', (int)getenv('MISPROXY_BODY_BYTES')));
$text = curl_exec($curl);
$status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
if ($status) echo "said: status=$status bytes=", curl_getinfo($curl, CURLINFO_SIZE_DOWNLOAD_T), "\n";
if ($text === false) { echo 'error: curl ', curl_errno($curl), ': ', curl_error($curl), "\n"; exit(1); }
)";

const std::string_view kGo = R"(package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
)

func main() {
	method := os.Getenv("MISPROXY_METHOD")
	var body io.Reader
	if method == "POST" {
		size, _ := strconv.Atoi(os.Getenv("MISPROXY_BODY_BYTES"))
		body = strings.NewReader(strings.Repeat(" ", size))
	}
	request, err := http.NewRequest(method, os.Getenv("MISPROXY_URL"), body)
	if err == nil {
		var reply *http.Response
		if reply, err = http.DefaultClient.Do(request); err == nil {
			var bytes int64
			bytes, err = io.Copy(io.Discard, reply.Body)
			fmt.Printf("said: status=%d bytes=%d\n", reply.StatusCode, bytes)
		}
	}
	if err != nil {
		fmt.Printf("error: %T: %v\n", err, err)
		os.Exit(1)
	}
}
)";

const std::string_view kJava = R"(import java.io.FileInputStream;
import java.net.*;
import java.net.http.*;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.*;

public class Fetch {
  public static void main(String[] words) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (FileInputStream file = new FileInputStream(System.getenv("MISPROXY_CA"))) {
      store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(file));
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, trust.getTrustManagers(), null);
    URI proxy = URI.create(System.getenv("MISPROXY_PROXY_URL"));
    System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
    HttpClient.Builder builder = HttpClient.newBuilder().sslContext(tls)
        .proxy(ProxySelector.of(new InetSocketAddress(proxy.getHost(), proxy.getPort())));
    if (proxy.getUserInfo() != null) {
      String[] user = proxy.getUserInfo().split(":", 2);
      builder.authenticator(new Authenticator() {
        @Override protected PasswordAuthentication getPasswordAuthentication() {
          return new PasswordAuthentication(user[0], user[1].toCharArray());
        }
      });
    }
    String method = System.getenv("MISPROXY_METHOD");
    HttpRequest.BodyPublisher body = method.equals("POST")
        ? HttpRequest.BodyPublishers.ofByteArray(new byte[Integer.parseInt(System.getenv("MISPROXY_BODY_BYTES"))])
        : HttpRequest.BodyPublishers.noBody();
    try {
      HttpResponse<byte[]> reply = builder.build().send(
          HttpRequest.newBuilder(URI.create(System.getenv("MISPROXY_URL"))).method(method, body).build(),
          HttpResponse.BodyHandlers.ofByteArray());
      System.out.println("said: status=" + reply.statusCode() + " bytes=" + reply.body().length);
      System.exit(0);
    } catch (Exception error) {
      System.out.println("error: " + error.getClass().getSimpleName() + ": " + error.getMessage());
      System.exit(1);
    }
  }
}
)";

const std::string_view kChromium = R"(mkdir -p "$HOME/.pki/nssdb" && cd "$HOME" || exit 2
certutil -d "sql:$HOME/.pki/nssdb" -N --empty-password &&
  certutil -d "sql:$HOME/.pki/nssdb" -A -t C,, -n misproxy -i "$MISPROXY_CA" || exit 2
host=${MISPROXY_URL#*://}
host=${host%%/*}
host=${host%:*}
pac="function FindProxyForURL(u,h){return h=='$host'?'PROXY $1':'PROXY 127.0.0.1:9'}"
chromium --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run \
  --user-data-dir="$HOME/profile" --proxy-pac-url="data:application/x-ns-proxy-autoconfig,$pac" \
  --dump-dom "$MISPROXY_URL" 2>/dev/null >document
[ -s document ] && exit 0
echo 'error: chromium: no document'
exit 1
)";

}  // namespace misproxy::scripts
