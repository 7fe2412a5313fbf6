"""What two captures of one run, one at the client and one at the proxy, tell: packets, acts and the path."""
import collections
import dataclasses
import statistics
import subprocess

HOSTS = ("client", "proxy")
PEER = {"client": "proxy", "proxy": "client"}
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
UNDER_WAY_S = 0.5  # what is sent this long before the captures' end, and has not come, may come yet
REST_OF_A_WRITE = 1 << 16  # bytes, where the captures end in a write's middle
HELD_S = 0.0003  # what follows an ACK this soon had waited for it
SHORT_DELAY_S = 0.0003  # a path shorter than this gets no delay
MTU_OF_ETHERNET = 1500


@dataclasses.dataclass
class Packet:
    """A TCP packet between client and proxy. Sequence numbers count from the SYN of their direction."""
    time: float  # seconds since the first packet at the client's end
    sender: str  # client or proxy
    port: int  # the client's: it names the connection
    flags: int
    seq: int
    ack: int
    size: int  # payload bytes
    ip_length: int
    sack: bool
    stamp: tuple  # IP identification and TSval: with them no two transmissions are alike

    def end(self):
        return self.seq + self.size + (1 if self.flags & SYN else 0) + (1 if self.flags & FIN else 0)

    def same(self):
        """What two worlds must agree on."""
        return (self.sender, self.port, self.flags, self.seq, self.size)

    def flag_text(self):
        letters = ((FIN, "F"), (SYN, "S"), (RST, "R"), (PSH, "P"), (ACK, "."))
        return f"[{''.join(letter for bit, letter in letters if self.flags & bit)}]"

    def text(self):
        arrow = "->" if self.sender == "client" else "<-"
        span = f"{self.seq}:{self.seq + self.size}" if self.size else f"{self.seq}"
        ack = f" ack {self.ack}" if self.flags & ACK else ""
        return f"{arrow} {self.flag_text():5} {span}{ack}{' sack' if self.sack else ''}"


FIELDS = ("frame.time_epoch", "ip.proto", "ip.src", "ip.dst", "ip.len", "ip.id",
          "tcp.srcport", "tcp.dstport", "tcp.flags",
          "tcp.seq_raw", "tcp.ack_raw", "tcp.len", "tcp.options.sack.count", "tcp.options.mss_val",
          "tcp.options.wscale.shift", "tcp.options.timestamp.tsval", "icmp.type", "icmp.code", "icmp.mtu")


def read_rows(file):
    """The packets of a pcap or pcapng file, as dicts of tshark's fields; of a packet quoted in ICMP, nothing.

    Raises ValueError where tshark cannot read it.
    """
    command = ["tshark", "-r", file, "-n", "-T", "fields", "-E", "occurrence=f"]
    for field in FIELDS:
        command += ["-e", field]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise ValueError(f"{file}: tshark cannot read it: {done.stderr.strip().splitlines()[-1]}")
    return [dict(zip(FIELDS, line.split("\t"))) for line in done.stdout.splitlines()]


@dataclasses.dataclass
class World:
    """What both captures of one run tell."""
    address: dict  # by host
    proxy_port: int
    mtu: dict  # by host, from its MSS
    window_scale: dict  # by host
    packets: dict  # by host whose end it is: [Packet], in order
    icmp_mtu: dict  # by host whose packets were too large


def read_world(files):
    """Reads the captures at both ends. Raises ValueError where there is no connection in them."""
    rows = {host: read_rows(files[host]) for host in HOSTS}
    syns = [row for row in rows["client"] if is_syn(row)]
    if not syns:
        raise ValueError(f"{files['client']}: no SYN in it")
    first = syns[0]
    address = {"client": first["ip.src"], "proxy": first["ip.dst"]}
    world = World(address, int(first["tcp.dstport"]), {}, {}, {}, {})
    began = float(first["frame.time_epoch"])
    for host in HOSTS:
        world.packets[host] = packets_of(rows[host], world, began)
        world.icmp_mtu.update({h: int(row["icmp.mtu"]) for row in rows[host] for h in HOSTS
                               if (row["icmp.type"], row["icmp.code"]) == ("3", "4") and row["ip.dst"] == address[h]})
        syn = next((row for row in rows[host] if row["tcp.options.mss_val"] and row["ip.src"] == address[host]), None)
        world.mtu[host] = int(syn["tcp.options.mss_val"]) + 40 if syn else MTU_OF_ETHERNET
        world.window_scale[host] = int(syn["tcp.options.wscale.shift"] or 0) if syn else 7
    return world


def is_syn(row):
    return row["ip.proto"] == "6" and int(row["tcp.flags"], 16) & (SYN | ACK) == SYN


def packets_of(rows, world, began):
    """The packets of the client-proxy connections, with relative sequence numbers."""
    ends = {(world.address["client"], world.address["proxy"]): "client",
            (world.address["proxy"], world.address["client"]): "proxy"}
    origin = {}  # (client's port, sender) -> the sequence number that counts as 0
    found = []
    for row in rows:
        sender = ends.get((row["ip.src"], row["ip.dst"])) if row["ip.proto"] == "6" else None
        if sender is None:
            continue
        there, here = ("tcp.dstport", "tcp.srcport") if sender == "client" else ("tcp.srcport", "tcp.dstport")
        if int(row[there]) != world.proxy_port:
            continue
        port, flags = int(row[here]), int(row["tcp.flags"], 16) & 0x3F
        seq, ack = int(row["tcp.seq_raw"]), int(row["tcp.ack_raw"] or 0)
        origin.setdefault((port, sender), seq)
        if flags & ACK:
            origin.setdefault((port, PEER[sender]), ack - 1)
        found.append(Packet(float(row["frame.time_epoch"]) - began, sender, port, flags,
                            (seq - origin[port, sender]) % 2**32,
                            (ack - origin[port, PEER[sender]]) % 2**32 if flags & ACK else 0,
                            int(row["tcp.len"] or 0), int(row["ip.len"]), bool(row["tcp.options.sack.count"]),
                            (row["ip.id"], row["tcp.options.timestamp.tsval"])))
    return found


@dataclasses.dataclass
class Step:
    """One act of an application: `think` seconds after what it waits for."""
    kind: str  # write, close, shutdown, reset
    size: int  # bytes of a write
    after_bytes: int  # received by then, since the connection began
    after_end: bool  # the peer's FIN received by then
    think: float

    def text(self):
        waits = f"after {self.after_bytes} B{' and the end' if self.after_end else ''}"
        return f"{self.kind}{f' {self.size} B' if self.size else ''} {waits} + {self.think * 1000:.1f} ms"


@dataclasses.dataclass
class Connection:
    start: float
    client_port: int
    client_steps: list
    proxy_steps: list


class Side:
    """Walks through the packets that one end of a connection saw, and notes what its application did."""

    def __init__(self, host, mss):
        self.host = host
        self.mss = mss
        self.steps = []
        self.sent_to = 1  # the first sequence number not sent yet
        self.acked_to = 1
        self.received = []  # spans out of order
        self.received_to = 1
        self.end_at = None  # the peer's FIN
        self.changed_at = None  # when the application last had, or did, something
        self.ack_at = None  # when the peer's last ACK came
        self.write = None  # the one under way
        self.pushed = True  # the last segment of it had PSH
        self.fin_sent = False
        self.received_before_fin = 0
        self.took_after_fin = False

    def see(self, packet):
        if packet.flags & SYN:
            self.changed_at = packet.time
        elif packet.sender == self.host:
            self._sent(packet)
        else:
            self._received(packet)

    def _sent(self, packet):
        if self.changed_at is None:
            return
        if packet.flags & RST:
            if packet.flags & ACK and not self.fin_sent:
                self._step("reset", packet)
            return
        if self.received_to == 1 and self.sent_to == 1 and not packet.size and not packet.flags & FIN:
            self.changed_at = packet.time  # the handshake's last ACK
        of_peers_fin = 1 if self.end_at and self.end_at >= self.received_before_fin else 0
        if self.fin_sent and packet.ack - of_peers_fin > self.received_before_fin:
            self.took_after_fin = True
        new = packet.end() - max(self.sent_to, packet.seq)
        fin = bool(packet.flags & FIN)
        if new - fin > 0:
            self._wrote(new - fin, packet)
        if fin and not self.fin_sent:
            self.fin_sent = True
            self.received_before_fin = packet.ack
            self._step("close", packet)
            self.write = None
        self.sent_to = max(self.sent_to, packet.end())

    def _wrote(self, size, packet):
        if self.write is None:
            self.write = self._step("write", packet)
        self.write.size += size
        self.pushed = bool(packet.flags & (PSH | FIN))
        # TCP itself sets PSH on a full segment when half a window is out; the application's write goes on.
        if packet.flags & PSH and packet.size % self.mss != 0:
            self.write = None

    def _step(self, kind, packet):
        """What goes out with an ACK's arrival, while more is unacknowledged, was held by the window before."""
        held = (self.steps and self.acked_to < self.sent_to and self.ack_at is not None
                and self.ack_at > self.changed_at and packet.time - self.ack_at < HELD_S)
        think = 0.0 if held else packet.time - self.changed_at
        self.steps.append(Step(kind, 0, self.received_to - 1, self.end_at == self.received_to - 1, think))
        self.changed_at = packet.time
        return self.steps[-1]

    def _received(self, packet):
        if packet.flags & ACK and packet.ack > self.acked_to:
            self.acked_to = packet.ack
            self.ack_at = packet.time
        if packet.flags & FIN:
            self.end_at = packet.end() - 1
        if packet.end() > packet.seq:
            self.received.append((packet.seq, packet.end()))
            before = self.received_to
            for begin, end in sorted(self.received):
                if begin <= self.received_to:
                    self.received_to = max(self.received_to, end)
            if self.received_to > before:
                self.changed_at = packet.time
                if self.pushed:
                    self.write = None  # what it sends from now on, it may send because of this

    def finish(self):
        if self.write is not None and not self.pushed:
            self.write.size += REST_OF_A_WRITE
        for step in self.steps:
            step.after_bytes -= 1 if step.after_end else 0  # a FIN takes a sequence number, and is no byte
            if step.kind == "close" and self.took_after_fin:
                step.kind = "shutdown"
        return self.steps


def connections_of(world):
    """The connections, in order of their SYNs."""
    found = []
    for port in dict.fromkeys(p.port for p in world.packets["client"]):
        sides = {host: Side(host, min(world.mtu.values()) - 52) for host in HOSTS}
        for host in HOSTS:
            for packet in world.packets[host]:
                if packet.port == port:
                    sides[host].see(packet)
        start = next(p.time for p in world.packets["client"] if p.port == port)
        found.append(Connection(start, port, sides["client"].finish(), sides["proxy"].finish()))
    return found


def on_the_way(world, sender):
    """What `sender` sent, each with the packet that arrived for it, or None for a lost one.

    Left out is what was still under way when the captures ended.
    """
    arrived = collections.defaultdict(collections.deque)
    for packet in world.packets[PEER[sender]]:
        arrived[packet.same(), packet.stamp].append(packet)
    pairs = []
    for packet in world.packets[sender]:
        if packet.sender == sender:
            queue = arrived[packet.same(), packet.stamp]
            pairs.append((packet, queue.popleft() if queue else None))
    last_to_pass = max((index for index, (_, came) in enumerate(pairs) if came), default=len(pairs))
    end = last_time(world) - UNDER_WAY_S
    return [pair for index, pair in enumerate(pairs) if index <= last_to_pass or pair[0].time < end]


def delays_of(world):
    """The delay towards each host, in seconds; 0 for a path too short to matter."""
    delays = {}
    for sender in HOSTS:
        times = [came.time - packet.time for packet, came in on_the_way(world, sender) if came]
        usual = statistics.median(times) if times else 0.0
        delays[PEER[sender]] = usual if usual > SHORT_DELAY_S else 0.0
    for host in HOSTS:
        if not any(packet.sender == PEER[host] for packet in world.packets[host]):
            delays[host] = delays[PEER[host]]  # nothing ever came: as far as the other way
    return delays


def drop_rules(world, sender):
    """nft's rules for what got lost on the way from `sender`, and words for them."""
    if sender in world.icmp_mtu:
        return [], f"ICMP to the {sender}: MTU {world.icmp_mtu[sender]}"
    pairs = on_the_way(world, sender)
    lost = [packet for packet, came in pairs if not came]
    passed = [packet for packet, came in pairs if came]
    source = f"ip saddr {world.address[sender]} ip daddr {world.address[PEER[sender]]}"
    if not lost:
        return [], ""
    if all(packet.flags & SYN for packet in lost):
        return drop_handshake(source, sender, lost, any(packet.flags & SYN for packet in passed))
    smallest, largest = min(p.ip_length for p in lost), max((p.ip_length for p in passed), default=60)
    if smallest > largest:
        limit = (smallest + largest) // 2
        return [f"{source} ip length > {limit} drop"], f"drops the {sender}'s packets over {limit} bytes"
    numbers = [number for number, (_, came) in enumerate(pairs) if not came]
    # A rule counts what reaches it, and what an earlier rule dropped does not.
    rules = [f"{source} numgen inc mod 1000000 == {number - before} drop" for before, number in enumerate(numbers)]
    return rules, f"drops the {sender}'s packets number {', '.join(str(number + 1) for number in numbers)}"


def drop_handshake(source, sender, lost, some_passed):
    """For lost SYNs or SYN-ACKs: the first few of them, or all."""
    rule = f"{source} tcp flags & (syn|ack) == {'syn|ack' if lost[0].flags & ACK else 'syn'}"
    flags = lost[0].flag_text()
    if not some_passed:
        return [f"{rule} drop"], f"drops every {flags} of the {sender}"
    rule += f" limit rate 1/day burst {len(lost)} packets drop"
    return [rule], f"drops the first {len(lost)} {flags} of the {sender}"


def last_time(world):
    return max(packets[-1].time for packets in world.packets.values() if packets)


def describe(world):
    """What will be played, in words."""
    delays = delays_of(world)
    lines = [f"path: {delays['proxy'] * 1000:.2f} ms to the proxy, {delays['client'] * 1000:.2f} ms to the client"]
    lines += [f"path: {words}" for words in (drop_rules(world, sender)[1] for sender in HOSTS) if words]
    for connection in connections_of(world):
        lines += [f"client :{connection.client_port}: {step.text()}" for step in connection.client_steps]
        lines += [f"proxy  :{connection.client_port}: {step.text()}" for step in connection.proxy_steps]
    return lines
