#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>

#include "support/real_proxy.hpp"
#include "support/real_server.hpp"
#include "support/served.hpp"
#include "support/upstream_text.hpp"

namespace misproxy::test {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

/// The host at the port that its protocol has, which leads to another of 127.0.0.1.
std::string host_at(std::string_view host, int port, std::uint16_t to) {
  return upstream_text(fmt::format(
      "[[origin]]\nhost = '{}'\nport = {}\nconnect-to = '127.0.0.1:{}'\n", host, port, to));
}

/// OpenSSH's server for the user who runs the tests, with keys of its own.
struct Sshd {
  Folder folder;
  std::uint16_t port = free_port();
  std::optional<Process> process;

  Sshd() {
    for (const auto* key : {"host", "user"}) {
      run({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", (folder / key).string()});
    }
    const auto config = folder.write(
        "sshd_config",
        fmt::format("Port {}\nListenAddress 127.0.0.1\nHostKey {}\nAuthorizedKeysFile {}\n"
                    "PidFile none\nUsePAM no\nStrictModes no\nPasswordAuthentication no\n"
                    "PermitRootLogin yes\n",
                    port, (folder / "host").string(), (folder / "user.pub").string()));
    if (::geteuid() == 0) fs::create_directories("/run/sshd");
    process.emplace(std::vector<std::string>{"/usr/sbin/sshd", "-D", "-e", "-f", config});
    EXPECT_TRUE(await_port(port));
  }

  /// Through the proxy at that port.
  Finished say(std::uint16_t proxy, const std::string& command) const {
    const auto user = run({"id", "-un"}).out;
    return run({"ssh", "-F", "none", "-i", (folder / "user").string(), "-o", "BatchMode=yes", "-o",
                "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o",
                fmt::format("ProxyCommand=nc -X connect -x 127.0.0.1:{} %h %p", proxy),
                fmt::format("{}@ssh.real.test", user.substr(0, user.find('\n'))), command});
  }
};

TEST(RealSsh, ASessionThroughAConnect) {
  const Sshd sshd;
  Folder folder;
  Served served({folder.write("up.toml", host_at("ssh.real.test", 22, sshd.port))});
  const auto said = sshd.say(served.port(), "echo through; head -c 3000000 /dev/zero | sha256sum");
  EXPECT_EQ(said.code, 0) << said.err;
  EXPECT_THAT(said.out, HasSubstr("through\n"));
  const auto sum = run({"sh", "-c", "head -c 3000000 /dev/zero | sha256sum"}).out;
  EXPECT_THAT(said.out, HasSubstr(sum));
  served.stop();
}

/// Takes mail, and prints what came.
constexpr auto kMailServer = R"(
import socketserver
class Mail(socketserver.StreamRequestHandler):
    def handle(self):
        def say(line):
            self.wfile.write((line + '\r\n').encode())
        say('220 mail.real.test ESMTP')
        body = None
        for line in self.rfile:
            text = line.decode().rstrip('\r\n')
            if body is not None:
                if text == '.':
                    print('MAIL ' + ' '.join(body), flush=True)
                    body = None
                    say('250 kept')
                else:
                    body.append(text)
            elif text.upper() == 'DATA':
                body = []
                say('354 go on')
            elif text.upper() == 'QUIT':
                say('221 bye')
                return
            else:
                say('250 fine')
with socketserver.TCPServer(('127.0.0.1', 0), Mail) as server:
    print(server.server_address[1], flush=True)
    server.serve_forever()
)";

TEST(RealSmtp, AMailThroughAConnect) {
  Process mail({"python3", "-c", kMailServer});
  const auto port = mail.read_line();
  ASSERT_TRUE(port);
  Folder folder;
  Served served({folder.write(
      "up.toml", host_at("mail.real.test", 25, static_cast<std::uint16_t>(std::stoi(*port))))});
  const auto letter = folder.write("letter", "Subject: x\r\n\r\nhello\r\n");
  const auto sent =
      run({"curl", "-q", "-sS", "-p", "-x", served.ready().proxy_url, "--mail-from", "a@a.test",
           "--mail-rcpt", "b@b.test", "-T", letter, "smtp://mail.real.test:25"},
          {"no_proxy="});
  EXPECT_EQ(sent.code, 0) << sent.err;
  EXPECT_THAT(mail.read_line().value_or(""), HasSubstr("MAIL Subject: x  hello"));
  served.stop();
}

/// A gibibyte, whose SHA-256 is that of the file.
TEST(RealDownload, AGibibyteIsTheSameBytes) {
  const RealServer nginx;
  const auto file = nginx.file("large");
  run({"sh", "-c", fmt::format("head -c 1073741824 /dev/urandom > {}", file)});
  const auto sum = run({"sh", "-c", fmt::format("sha256sum < {}", file)}).out;
  Folder folder;
  Served served({folder.write("up.toml", real_at(nginx.tls_port()))});
  const auto through =
      run({"sh", "-c",
           fmt::format("curl -q -sS -x {} --cacert {} https://real.test/large | sha256sum",
                       served.ready().proxy_url, nginx.certificate())},
          {"no_proxy="});
  EXPECT_EQ(through.out, sum) << through.err;
  served.stop();
}

}  // namespace
}  // namespace misproxy::test
