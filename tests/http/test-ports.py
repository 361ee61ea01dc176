# SPDX-License-Identifier: GPL-3.0-or-later
"""`homeport --ports`: the same sockets as `ss` sees, and a verdict for one port."""

import contextlib
import getpass
import json
import os
import re
import shutil
import socket
import subprocess
import sys

from headless import PROGRAM, Server, make_folder, tap


def run(*words, **options):
    return subprocess.run(
        [PROGRAM, "--ports", *words], capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL, **options
    )


def list_json():
    result = run("--json")
    tap.equal(result.returncode, 0, result.stderr)
    return json.loads(result.stdout)


@contextlib.contextmanager
def holder(address="127.0.0.1", family="AF_INET", kind="SOCK_STREAM", cwd=None):
    """Another program that listens; gives (process, port)."""
    script = (
        "import socket, sys\n"
        f"s = socket.socket(socket.{family}, socket.{kind})\n"
        f"s.bind(({address!r}, 0))\n"
        f"s.listen() if {kind!r} == 'SOCK_STREAM' else None\n"
        "print(s.getsockname()[1], flush=True)\n"
        "sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-E", "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=cwd
    )
    try:
        yield process, int(process.stdout.readline())
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait()


def find(entries, port, protocol="tcp"):
    found = [entry for entry in entries if (entry["port"], entry["protocol"]) == (port, protocol)]
    tap.equal(len(found), 1, f"{port}/{protocol}: {entries}")
    return found[0]


def test_entry():
    with holder() as (process, port):
        entry = find(list_json(), port)
        tap.equal(
            sorted(entry),
            ["address", "family", "ours", "pid", "port", "program", "protocol", "service", "uid", "user"],
        )
        tap.equal((entry["address"], entry["family"], entry["uid"]), ("127.0.0.1", 4, os.geteuid()))
        tap.equal((entry["pid"], entry["ours"]), (process.pid, False))
        assert entry["program"].startswith("python3"), entry
        tap.equal(entry["user"], getpass.getuser())


def test_udp():
    with holder(kind="SOCK_DGRAM") as (process, port):
        tap.equal(find(list_json(), port, "udp")["pid"], process.pid)


def test_ipv6():
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        raise tap.Skip("this system has no IPv6") from None
    with holder("::1", "AF_INET6") as (process, port):
        entry = find(list_json(), port)
        tap.equal((entry["address"], entry["family"], entry["pid"]), ("::1", 6, process.pid))
        result = run(str(port))
        tap.equal(result.returncode, 0)
        assert f"Port {port} is free. But [::1]:{port}" in result.stdout, result.stdout
        assert str(process.pid) in result.stdout, result.stdout


def test_ours():
    with make_folder({}) as folder, Server(folder) as server:
        entry = find(list_json(), server.port)
        tap.equal((entry["pid"], entry["ours"]), (server.process.pid, True))


def ss_rows():
    """What ss shows, as (protocol, address, port), sorted."""
    text = subprocess.run(["ss", "-tulnH"], capture_output=True, text=True, check=True).stdout
    rows = []
    for line in text.splitlines():
        protocol, _state, _recv, _send, local = line.split()[:5]
        address, port = local.rsplit(":", 1)
        # ss writes "*" for an IPv6 socket that takes IPv4 as well.
        address = "::" if address == "*" else address.strip("[]")
        rows.append((protocol, address.replace("]", ""), int(port)))
    return sorted(rows)


def own_rows():
    return sorted((entry["protocol"], entry["address"], entry["port"]) for entry in list_json())


def test_same_as_ss():
    """Other programs open and close sockets meanwhile: the two must agree once."""
    if not shutil.which("ss"):
        raise tap.Skip("ss is not installed")
    with holder(), holder("0.0.0.0"), holder(kind="SOCK_DGRAM"):
        seen = []

        def agree():
            before, own, after = ss_rows(), own_rows(), ss_rows()
            seen[:] = [before, own]
            return before == after and own == before

        try:
            tap.wait_for(agree, "the same rows as ss", 40)
        except AssertionError as error:
            only = [set(seen[0]) - set(seen[1]), set(seen[1]) - set(seen[0])]
            raise AssertionError(f"{error}; only ss and only Homeport: {only}") from None


def test_table():
    with holder() as (process, port):
        result = run()
        tap.equal(result.returncode, 0, result.stderr)
        lines = result.stdout.splitlines()
        assert lines[0].startswith("PORT"), lines[0]
        row = [line for line in lines if line.startswith(f"{port}/tcp ")]
        tap.equal(len(row), 1)
        assert re.search(rf"127\.0\.0\.1 +local +python3\S* +{process.pid} ", row[0]), row[0]


def test_nothing():
    """In a network of its own nothing listens."""
    words = ["unshare", "--net", "--map-root-user"] if os.geteuid() else ["unshare", "--net"]
    if not shutil.which("unshare") or subprocess.run([*words, "true"], capture_output=True, check=False).returncode:
        raise tap.Skip("no network namespace can be made here")
    result = subprocess.run([*words, PROGRAM, "--ports"], capture_output=True, text=True, timeout=30, check=False)
    tap.equal((result.returncode, result.stdout), (0, "Nothing is listening.\n"), result.stderr)
    result = subprocess.run(
        [*words, PROGRAM, "--ports", "--json"], capture_output=True, text=True, timeout=30, check=False
    )
    tap.equal((result.returncode, json.loads(result.stdout)), (0, []), result.stderr)


def test_verdict():
    with make_folder({}) as folder, holder(cwd=folder) as (process, port):
        result = run(str(port))
        tap.equal(result.returncode, 1)
        assert re.fullmatch(
            rf"Port {port} is used by python3\S* \(pid {process.pid}, in {re.escape(folder)}\)\. "
            rf"It was started .* ago\.\n",
            result.stdout,
        ), result.stdout
        verdict = json.loads(run("--json", str(port)).stdout)
        tap.equal((verdict["verdict"], verdict["pid"]), ("taken", process.pid))
        assert f"Port {port} is used by" in verdict["text"], verdict

    result = run(str(port))
    tap.equal((result.returncode, result.stdout), (0, f"Port {port} is free.\n"))
    verdict = json.loads(run("--json", str(port)).stdout)
    tap.equal((verdict["verdict"], verdict["uid"], verdict["pid"]), ("free", None, None))


def test_wrong_words():
    for words, contains in [
        (["0"], "“0” is not a port"),
        (["65536"], "“65536” is not a port"),
        (["x\n"], "is not a port"),
        (["80", "81"], "one port at a time"),
        (["--headless"], "--ports takes only"),
        (["--port=8080"], "--ports takes only"),
    ]:
        result = run(*words)
        tap.equal((result.returncode, result.stdout), (2, ""), words)
        tap.equal(len(result.stderr.splitlines()), 1, result.stderr)
        assert contains in result.stderr, result.stderr


def test_without_display():
    environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nonexistent"
    tap.equal(run(env=environment).returncode, 0)


tap.run()
