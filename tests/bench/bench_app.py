# SPDX-License-Identifier: GPL-3.0-or-later
"""What the window costs: its start, its memory, its rest, and two hundred folders at once."""

import contextlib
import os
import re
import statistics
import subprocess
import tempfile
import time

from gi.repository import Gio, GLib
from peers import HOMEPORT, free_port

EMPTY_WINDOW = os.environ.get("EMPTY_WINDOW", "empty-window")
APP_ID = "app.homeport.Homeport"

# What is wanted, beside what was measured.
MAX_START = 1.2
MAX_MEMORY_MB = 12
MAX_INSTALLED_MB = 2
MAX_START_200_S = 1
MAX_FRAME_MS = 50
IDLE_SECONDS = 10


# As for the log: GL in software says nothing about a machine with a graphics card, nor about one without.
os.environ.setdefault("GSK_RENDERER", "cairo")


def say(name, got, wanted=""):
    print(f"{name:48} {got:>16}  {wanted}", flush=True)


def wait_frame(process, name):
    for line in process.stdout:
        if f"{name} frame" in line:
            return time.monotonic()
    raise SystemExit(f"{process.args[0]} ended before its {name} frame")


def first_frame(words, env):
    """Seconds from exec to the first frame, and the process, still running."""
    start = time.monotonic()
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env, text=True)
    return wait_frame(process, "first") - start, process


def stop(process):
    process.terminate()
    process.wait(10)
    process.stdout.close()


def pss_mb(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        return int(re.search(r"^Pss:\s+(\d+)", file.read(), re.M)[1]) / 1024


def wake_ups(pid):
    """How often any of its threads has waited for something, and got it."""
    n = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with contextlib.suppress(FileNotFoundError), open(f"/proc/{pid}/task/{task}/status", encoding="ascii") as file:
            n += int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", file.read(), re.M)[1])
    return n


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def world(n, running):
    """An environment with so many folders in the list, and their ports."""
    with tempfile.TemporaryDirectory(prefix="hp-bench-") as scratch:
        ports = set()
        while len(ports) < n:
            ports.add(free_port())
        os.mkdir(os.path.join(scratch, "homeport"))
        with open(os.path.join(scratch, "homeport", "servers.ini"), "w", encoding="utf-8") as file:
            for number, port in enumerate(sorted(ports), 1):
                folder = os.path.join(scratch, f"site-{number}")
                os.mkdir(folder)
                file.write(f"[server-{number}]\nfolder={folder}\nport={port}\nrunning={str(running).lower()}\n")
        yield dict(
            os.environ, XDG_CONFIG_HOME=scratch, G_MESSAGES_DEBUG="homeport", GSETTINGS_BACKEND="memory",
            ADW_DISABLE_PORTAL="1",
        ), ports


def listening(ports):
    with open("/proc/net/tcp", encoding="ascii") as file:
        found = {int(line.split()[1].split(":")[1], 16) for line in list(file)[1:] if line.split()[3] == "0A"}
    return ports <= found


def wait_listening(ports, seconds=60):
    end = time.monotonic() + seconds
    while not listening(ports):
        if time.monotonic() > end:
            raise SystemExit(f"not all of {len(ports)} folders are served after {seconds} s")
        time.sleep(0.005)


def start_and_memory(rounds):
    times = {HOMEPORT: [], EMPTY_WINDOW: []}
    until_list = []
    memory = {HOMEPORT: [], EMPTY_WINDOW: []}
    with world(50, False) as (env, _ports):
        for turn in range(rounds + 1):
            for words in (HOMEPORT, EMPTY_WINDOW) if turn % 2 else (EMPTY_WINDOW, HOMEPORT):
                start = time.monotonic()
                seconds, process = first_frame([words], env)
                if words == HOMEPORT:
                    until_list.append((wait_frame(process, "second") - start) * 1000)
                time.sleep(2)
                if turn > 0:
                    times[words].append(seconds * 1000)
                    memory[words].append(pss_mb(process.pid))
                stop(process)
    median = {words: statistics.median(times[words]) for words in times}
    ratio = statistics.median(a / b for a, b in zip(times[HOMEPORT], times[EMPTY_WINDOW]))
    more = statistics.median(memory[HOMEPORT]) - statistics.median(memory[EMPTY_WINDOW])
    say("first frame, 50 folders / empty window", f"{median[HOMEPORT]:.0f} / {median[EMPTY_WINDOW]:.0f} ms")
    say("    ratio", f"{ratio:.2f}", f"≤ {MAX_START}")
    say("    the frame after it, with the folders", f"{statistics.median(until_list[1:]):.0f} ms")
    say("memory (PSS), 50 folders / empty window",
        f"{statistics.median(memory[HOMEPORT]):.1f} / {statistics.median(memory[EMPTY_WINDOW]):.1f} MB")
    say("    more than the empty window", f"{more:.1f} MB", f"≤ {MAX_MEMORY_MB} MB")


def rest(name, pid, wanted):
    cpu, woken = cpu_seconds(pid), wake_ups(pid)
    time.sleep(IDLE_SECONDS)
    cpu, woken = cpu_seconds(pid) - cpu, wake_ups(pid) - woken
    say(name, f"{woken / IDLE_SECONDS:.1f} /s", wanted)
    say("    processor", f"{100 * cpu / IDLE_SECONDS:.1f} %", "0.0 %")


def idle():
    with world(10, True) as (env, ports):
        _seconds, process = first_frame([HOMEPORT], env)
        wait_listening(ports)
        time.sleep(5)
        rest("wake-ups at rest, 10 folders served", process.pid, "< 2")
        window = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--pid", str(process.pid)], capture_output=True, text=True, check=True
        ).stdout.split()[-1]
        subprocess.run(["xdotool", "windowfocus", "--sync", window, "key", "ctrl+w"], check=True)
        time.sleep(5)
        if process.poll() is not None:
            raise SystemExit("it didn't go on in the background")
        rest("    without its window", process.pid, "< 0.2")
        stop(process)


def many(n=200):
    """Our question is answered by the thread that draws: nothing is drawn for as long as it takes."""
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    with world(n, True) as (env, ports):
        seconds, process = first_frame([HOMEPORT], env)
        began = time.monotonic()
        longest, done, end = 0, None, None
        while end is None or time.monotonic() < end:
            asked = time.monotonic()
            bus.call_sync(APP_ID, "/" + APP_ID.replace(".", "/"), "org.gtk.Actions", "List", None,
                          GLib.VariantType("(as)"), Gio.DBusCallFlags.NO_AUTO_START, 10000, None)
            longest = max(longest, time.monotonic() - asked)
            if done is None and listening(ports):
                done, end = time.monotonic() - began + seconds, time.monotonic() + 2
            if done is None and time.monotonic() - began > 60:
                raise SystemExit(f"not all of {n} folders are served after a minute")
        say(f"{n} folders served, from the start of the program", f"{done:.2f} s")
        say("    from its first frame", f"{max(0, done - seconds):.2f} s", f"≤ {MAX_START_200_S} s")
        say("    longest wait for the window meanwhile", f"{1000 * longest:.0f} ms", f"≤ {MAX_FRAME_MS} ms")
        stop(process)


def installed():
    build = os.path.dirname(os.path.dirname(HOMEPORT))
    with tempfile.TemporaryDirectory(prefix="hp-bench-") as scratch:
        subprocess.run(["meson", "install", "-C", build, "--no-rebuild", "--strip", "--quiet", "--destdir", scratch],
                       check=True, stdout=subprocess.DEVNULL)
        size = sum(
            os.path.getsize(os.path.join(folder, name))
            for folder, _folders, names in os.walk(scratch)
            if "/locale/" not in folder + "/"
            for name in names
        )
    say("installed, without translations", f"{size / 1e6:.2f} MB", f"≤ {MAX_INSTALLED_MB} MB")


def run(rounds):
    for name in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
        if name not in os.environ:
            raise SystemExit(f"{name} is not set: run this by ./dev bench")
    print(f"renderer {os.environ['GSK_RENDERER']}, {rounds} rounds in turns after a warm-up; medians")
    start_and_memory(rounds)
    idle()
    many()
    installed()
