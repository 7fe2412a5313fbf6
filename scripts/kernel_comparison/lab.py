"""Real kernel TCP between two hosts and a router, in network namespaces; needs no root.

    client --- router --- [delay] --- proxy

Everything runs inside one `unshare -Urnm`, so it is gone when the process ends. The router drops on its
forward path. Segmentation offload is off, or the captures would hold packets that no wire ever carries.
"""
import ctypes
import errno
import fcntl
import os
import select
import socket
import struct
import subprocess
import sys
import time

ROUTER = {"client": "192.0.2.1", "proxy": "192.0.2.2"}  # RFC 5737; its address towards each host
LIBC = ctypes.CDLL(None, use_errno=True)


def run(namespace, *command):
    """Runs `command` in `namespace`; its stdout. Raises CalledProcessError."""
    enter(namespace)
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def enter(namespace):
    """Moves this thread into `namespace`: sockets stay where they were made, and children follow."""
    with open(f"/run/netns/{namespace}") as handle:
        if LIBC.setns(handle.fileno(), 0) != 0:
            raise OSError(ctypes.get_errno(), f"setns {namespace}")


def without_offload(device):
    """Turns TSO, GSO, GRO and checksum offload off, as `ethtool -K` would. Source: linux/ethtool.h."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        for command in (0x1F, 0x24, 0x2C, 0x17):
            value = ctypes.create_string_buffer(struct.pack("II", command, 0))
            request = struct.pack("16sP8x", device.encode(), ctypes.addressof(value))
            fcntl.ioctl(any_socket, 0x8946, request)


def cable(left, left_device, right, right_device):
    """A veth pair between two namespaces, up, without offload."""
    run(left, "ip", "link", "add", left_device, "type", "veth", "peer", "name", right_device, "netns", right)
    for namespace, device in ((left, left_device), (right, right_device)):
        run(namespace, "ip", "link", "set", device, "gso_max_segs", "1", "up")
        without_offload(device)


class Lab:
    """The three hosts. `address`, `mtu`, `window_scale` are by host; `delay` is by receiving host, in seconds."""

    def __init__(self, address, mtu, window_scale, delay):
        subprocess.run(("mount", "-t", "tmpfs", "none", "/run"), check=True)
        os.mkdir("/run/netns")
        for namespace in ("client", "router", "wire", "proxy"):
            subprocess.run(("ip", "netns", "add", namespace), check=True)
        self.address = address
        self.processes = []
        cable("router", "to_client", "client", "eth0")
        if max(delay.values()) > 0:
            cable("router", "to_proxy", "wire", "left")
            cable("wire", "right", "proxy", "eth0")
            self._start_delay(delay)
        else:
            cable("router", "to_proxy", "proxy", "eth0")
        for host in ("client", "proxy"):
            self._configure(host, mtu[host], window_scale[host])
        run("router", "sysctl", "-qw", "net.ipv4.ip_forward=1")
        self._meet()

    def _configure(self, host, mtu, window_scale):
        gateway, device = ROUTER[host], f"to_{host}"
        run("router", "ip", "address", "add", f"{gateway}/32", "dev", device)
        run("router", "ip", "route", "add", f"{self.address[host]}/32", "dev", device)
        run(host, "ip", "link", "set", "lo", "up")
        run(host, "ip", "link", "set", "eth0", "mtu", str(mtu))
        run(host, "ip", "address", "add", f"{self.address[host]}/32", "dev", "eth0")
        run(host, "ip", "route", "add", f"{gateway}/32", "dev", "eth0")
        run(host, "ip", "route", "add", "default", "via", gateway)
        # The kernel derives its window scale from the largest receive buffer.
        run(host, "sysctl", "-qw", f"net.ipv4.tcp_rmem=4096 131072 {3 << (14 + window_scale)}")

    def _start_delay(self, delay):
        enter("wire")
        command = (sys.executable, __file__, str(delay["proxy"]), str(delay["client"]))
        box = subprocess.Popen(command, stdout=subprocess.PIPE)
        box.stdout.readline()
        self.processes.append(box)

    def _meet(self):
        """Lets the hosts learn their neighbours, or the first SYN would wait for ARP."""
        for host, peer in (("client", "proxy"), ("proxy", "client")):
            enter(host)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as greeting:
                greeting.sendto(b"hello", (self.address[peer], 9))
        time.sleep(0.3)

    def drop(self, rules):
        """`rules` are nft's, for the forward path."""
        chain = "type filter hook forward priority 0; policy accept;"
        with open("/run/rules.nft", "w") as file:
            file.write("\n".join(("table ip path {", "chain forward {", chain, *rules, "}", "}", "")))
        run("router", "nft", "-f", "/run/rules.nft")

    def limit_mtu(self, host, mtu):
        """Packets to `host` over `mtu` bytes are answered with ICMP by the router."""
        run("router", "ip", "route", "replace", f"{self.address[host]}/32", "dev", f"to_{host}",
            "mtu", "lock", str(mtu))

    def capture(self, files):
        """Starts a capture at each host, into `files[host]`."""
        for host, file in files.items():
            enter(host)
            command = ("dumpcap", "-q", "-P", "-i", "eth0", "-f", "tcp or icmp", "-w", file)
            process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
            while "File:" not in (line := process.stderr.readline()):
                if not line:
                    raise OSError(errno.EIO, "dumpcap ended before it captured")
            self.processes.append(process)
        time.sleep(0.2)

    def stop(self):
        """Ends captures and the delay; what was captured is on disk then."""
        time.sleep(0.2)
        for process in reversed(self.processes):
            process.send_signal(2)
            process.wait()


def socket_in(host):
    """A TCP socket of `host`, as curl and Asio set theirs up."""
    enter(host)
    made = socket.socket()
    made.setblocking(False)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"cubic")
    except OSError:
        print("This kernel has no cubic; its own congestion control is compared.", file=sys.stderr)
    return made


class Party:
    """One side of one connection: takes its steps when what they wait for has come; reads at once."""

    def __init__(self, steps):
        self.steps = list(steps)
        self.connecting = None  # the client's socket, until the handshake is done
        self.socket = None
        self.read_bytes = 0
        self.read_end = False
        self.unsent = b""
        self.ready_since = None  # when the next step's condition came true

    def begin(self, connected):
        self.socket = connected
        self.ready_since = None

    def due(self):
        """The time of the next step; None while it waits for the peer, or has none."""
        if self.socket is None or not self.steps or self.unsent:
            return None
        step = self.steps[0]
        if self.read_bytes < step.after_bytes or (step.after_end and not self.read_end):
            return None
        if self.ready_since is None:
            self.ready_since = time.monotonic()
        return self.ready_since + step.think

    def take_step(self):
        step = self.steps.pop(0)
        self.ready_since = None
        if step.kind == "write":
            self.unsent = b"x" * step.size
            self.write()
        elif step.kind == "shutdown":
            self.socket.shutdown(socket.SHUT_WR)
        else:
            if step.kind == "reset":
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.end()

    def write(self):
        try:
            self.unsent = self.unsent[self.socket.send(self.unsent):]
        except BlockingIOError:
            pass
        except OSError:
            self.end()

    def read(self):
        try:
            received = self.socket.recv(1 << 16)
        except BlockingIOError:
            return
        except OSError:
            self.end()
            return
        self.read_bytes += len(received)
        self.read_end = not received

    def end(self):
        self.socket.close()
        self.socket = None
        self.steps = []
        self.unsent = b""


class Play:
    """The parties of every connection, on one clock."""

    def __init__(self, lab, port, connections, listening):
        self.connections = connections  # of: start (s), client_port, client and proxy steps
        self.parties = []
        self.waiting = {}  # a client's port -> the proxy's steps for it
        self.server = (lab.address["proxy"], port)
        self.source = lab.address["client"]
        self.listener = None
        if listening:
            self.listener = socket_in("proxy")
            self.listener.bind(self.server)
            self.listener.listen(16)

    def run(self, seconds):
        """Plays for `seconds`; leaves the sockets open, so that their end is in no capture."""
        began = time.monotonic()
        to_start = sorted(self.connections, key=lambda connection: connection.start)
        while (now := time.monotonic()) < began + seconds:
            while to_start and began + to_start[0].start <= now:
                self._connect(to_start.pop(0))
            wake = [began + seconds] + [began + c.start for c in to_start[:1]]
            for party in self.parties:
                while (due := party.due()) is not None and due <= time.monotonic():
                    party.take_step()
                if due is not None:
                    wake.append(due)
            self._wait(max(0.0, min(wake) - time.monotonic()))

    def _connect(self, connection):
        client = socket_in("client")
        client.bind((self.source, connection.client_port))
        client.connect_ex(self.server)
        self.waiting[connection.client_port] = connection.proxy_steps
        party = Party(connection.client_steps)
        party.connecting = client
        self.parties.append(party)

    def _wait(self, seconds):
        connecting = {p.connecting: p for p in self.parties if p.connecting}
        reading = {p.socket: p for p in self.parties if p.socket and not p.read_end}
        writing = {p.socket: p for p in self.parties if p.socket and p.unsent}
        listeners = [self.listener] if self.listener else []
        readable, writable, _ = select.select([*reading, *listeners], [*writing, *connecting], [], seconds)
        for ready in writable:
            if ready in connecting:
                self._connected(connecting[ready])
            else:
                writing[ready].write()
        for ready in readable:
            if ready is self.listener:
                self._accept()
            elif reading[ready].socket:
                reading[ready].read()

    def _connected(self, party):
        client, party.connecting = party.connecting, None
        if client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
            party.begin(client)

    def _accept(self):
        accepted, (_, port) = self.listener.accept()
        accepted.setblocking(False)
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        party = Party(self.waiting.pop(port))
        party.begin(accepted)
        self.parties.append(party)


def delay_frames(seconds_to_right, seconds_to_left):
    """Carries Ethernet frames between `left` and `right`, each later by its direction's delay."""
    ends = {}
    for device in ("left", "right"):
        ends[device] = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))  # ETH_P_ALL
        ends[device].bind((device, 3))
        ends[device].setblocking(False)
    paths = {ends["left"]: (seconds_to_right, ends["right"], []),
             ends["right"]: (seconds_to_left, ends["left"], [])}
    print("ready", flush=True)
    while True:
        heads = [queue[0][0] for _, _, queue in paths.values() if queue]
        wait = max(0.0, min(heads) - time.monotonic()) if heads else None
        for arrived in select.select(list(paths), [], [], wait)[0]:
            delay, _, queue = paths[arrived]
            frame, sender = arrived.recvfrom(65536)
            if sender[2] != socket.PACKET_OUTGOING:
                queue.append((time.monotonic() + delay, frame))
        for _, out, queue in paths.values():
            while queue and queue[0][0] <= time.monotonic():
                out.send(queue.pop(0)[1])


if __name__ == "__main__":
    try:
        delay_frames(float(sys.argv[1]), float(sys.argv[2]))
    except KeyboardInterrupt:
        pass
