"""A small updater, such as one would test: it fetches a file through a proxy, and says what became of it.

    updater.py URL FILE

Exit codes: 0 done, 2 the proxy denies, 3 a certificate is not to be trusted, 4 the download is broken, 5 it took too
long, 6 the server says no, 7 the proxy cannot be reached, 8 the proxy failed, or what is behind it.
"""

import contextlib
import hashlib
import http.client
import os
import socket
import ssl
import sys
import urllib.parse

ATTEMPTS = 3
PATIENCE = float(os.environ.get("UPDATER_PATIENCE", "5"))


class Failed(Exception):
    def __init__(self, code, why, again=False):
        super().__init__(why)
        self.code = code
        self.again = again


def connect(host, proxy):
    """A tunnel through the proxy, with TLS in it."""
    try:
        raw = socket.create_connection((proxy.hostname, proxy.port), PATIENCE)
    except OSError as error:
        raise Failed(7, f"no proxy at {proxy.netloc}: {error}") from error
    raw.sendall(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
    reply = http.client.HTTPResponse(raw, method="CONNECT")
    try:
        reply.begin()
    except TimeoutError as error:
        raise Failed(5, "the proxy does not answer the CONNECT") from error
    except (http.client.HTTPException, OSError) as error:
        raise Failed(8, f"the proxy's answer is none: {error}", again=True) from error
    if reply.status in (403, 407):
        raise Failed(2, f"the proxy denies: {reply.status} {reply.reason}")
    if reply.status >= 500:
        raise Failed(8, f"the proxy fails: {reply.status} {reply.reason}", again=True)
    if reply.status != 200:
        raise Failed(8, f"the proxy says {reply.status} {reply.reason}")
    try:
        return ssl.create_default_context().wrap_socket(raw, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        raise Failed(3, f"not to be trusted: {error.verify_message}") from error
    except TimeoutError as error:
        raise Failed(5, "the TLS handshake does not end") from error
    except OSError as error:
        raise Failed(4, f"TLS failed: {error}", again=True) from error


def fetch(url, proxy):
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPSConnection(parts.hostname)
    connection.sock = connect(parts.hostname, proxy)
    with contextlib.closing(connection):
        try:
            connection.request("GET", parts.path or "/")
            response = connection.getresponse()
            if response.status >= 400:
                raise Failed(6, f"the server says {response.status} {response.reason}", again=response.status == 503)
            body = response.read()
        except TimeoutError as error:
            raise Failed(5, "nothing comes any more") from error
        except http.client.IncompleteRead as error:
            raise Failed(4, f"{len(error.partial)} bytes came, {error.expected} are missing", again=True) from error
        except (OSError, http.client.HTTPException) as error:
            raise Failed(4, f"broken off: {error}", again=True) from error
    return body


def update(url, path, proxy):
    for attempt in range(1, ATTEMPTS + 1):
        try:
            body = fetch(url, proxy)
        except Failed as failed:
            print(f"attempt {attempt}: {failed}", file=sys.stderr)
            if not failed.again or attempt == ATTEMPTS:
                return failed.code
        else:
            with open(path, "wb") as file:
                file.write(body)
            print(f"{len(body)} bytes, SHA-256 {hashlib.sha256(body).hexdigest()}")
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(update(sys.argv[1], sys.argv[2], urllib.parse.urlsplit(os.environ["https_proxy"])))
