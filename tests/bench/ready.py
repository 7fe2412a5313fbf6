"""How soon misproxy is ready, its CA being there: medians of runs that take turns with other programs' bare starts.

    ready.py MISPROXY [RUNS]
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time


def processor_time(process):
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    return used.ru_utime + used.ru_stime


def to_its_end(*argv):
    started = time.perf_counter()
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    used = processor_time(process)
    return time.perf_counter() - started, used


def to_its_first_line(*argv):
    started = time.perf_counter()
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None and process.stdout.readline()
        took = time.perf_counter() - started
        process.terminate()
        process.stdout.read()
        return took, processor_time(process)


def main(program, runs=30):
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder
        subprocess.run([program, "ca"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        bundle = os.path.join(folder, "bundle")
        kinds = {
            "python3 -S -c pass": lambda: to_its_end("/usr/bin/python3", "-S", "-c", "pass"),
            "/bin/true": lambda: to_its_end("/bin/true"),
            "misproxy --version": lambda: to_its_end(program, "--version"),
            "misproxy serve allow, ready": lambda: to_its_first_line(program, "serve", "allow", "--format", "json"),
            "misproxy serve --api, ready": lambda: to_its_first_line(program, "serve", "--api", "--format", "json"),
            "misproxy exec allow -- true": lambda: to_its_end(program, "exec", "--bundle", bundle, "allow", "--", "true"),
        }
        took = {name: [] for name in kinds}
        for _ in range(int(runs)):
            for name, kind in kinds.items():
                took[name].append(kind())
    floor = statistics.median(wall for wall, _ in took["python3 -S -c pass"])
    print(f"{'ready':30} {'ms':>7} {'of python3':>10} {'CPU ms':>7}")
    for name, times in took.items():
        wall = statistics.median(wall for wall, _ in times)
        used = statistics.median(used for _, used in times)
        print(f"{name:30} {wall * 1000:7.1f} {wall / floor:10.2f} {used * 1000:7.1f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
