# What `misproxy run` does in a second as a user has it: with captures' digests, the diagnosis, the comparison and the
# report. By the time of a core that it took, which another program's work changes less than the clock; the best of some.
#   runs.py MISPROXY
import os
import sys
import time

ROUNDS = 5


def once(arguments, threads):
    began = time.monotonic()
    pid = os.posix_spawn(sys.argv[1], [sys.argv[1], "run", *arguments, "-j", str(threads)], os.environ,
                         file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
    _, status, used = os.wait4(pid, 0)
    if status != 0:
        sys.exit(f"misproxy run {' '.join(arguments)}: status {status}")
    return used.ru_utime + used.ru_stime, time.monotonic() - began, used.ru_maxrss / 1024


def best(arguments, threads):
    rounds = [once(arguments, threads) for _ in range(ROUNDS)]
    return [min(each) for each in zip(*rounds)]


def line(name, arguments, runs):
    core, clock, mib = best(arguments, 1)
    core_of_two, clock_of_two, _ = best(arguments, 2)
    print(f"{name:<46} {runs / core:>6.0f} runs a second of a core, {mib:.0f} MiB; "
          f"-j 2: {clock / clock_of_two:.2f} times as many by the clock, {2 * core / core_of_two:.2f} by the cores' time")


line("no TLS: acl-deny-403, three attempts", ["acl-deny-403", "--seeds", "1..5000"], 5000)
line("TLS: allow, a seed and its keys each", ["allow", "--seeds", "1..1500"], 1500)
line("a sweep of 1,500 offsets", ["truncated-download", "--sweep", "offset=0..1499"], 1500)
