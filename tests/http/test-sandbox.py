# SPDX-License-Identifier: GPL-3.0-or-later
"""In a sandbox such as Flatpak's, with users and processes of its own: what can be known is right, and what
can't be is said to be so."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile

from headless import PROGRAM, make_folder, tap

STRANGER = 23456
FOLDERS = ("/usr", "/etc", "/bin", "/lib", "/lib64", "/sbin")

HOLDER = """
import os, socket, sys
uid = int(sys.argv[1])
if uid != os.getuid():
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
sys.stdin.read()
"""


def sandbox(*words, extra=()):
    """The words to run a command in a sandbox; None: there can't be one here."""
    binds = []
    for path in (*FOLDERS, os.path.dirname(os.path.abspath(PROGRAM)), *extra):
        if os.path.islink(path):
            binds += ["--symlink", os.readlink(path), path]
        elif os.path.exists(path):
            binds += ["--ro-bind", path, path]
    return [
        "bwrap", "--unshare-user", "--unshare-pid", "--die-with-parent", "--proc", "/proc", "--dev", "/dev",
        *binds, "--ro-bind", INFO, "/.flatpak-info", *words,
    ]


SCRATCH = tempfile.TemporaryDirectory(prefix="hp-sandbox-")
INFO = os.path.join(SCRATCH.name, "info")
with open(INFO, "w", encoding="utf-8") as file:
    file.write("[Application]\nname=app.homeport.Homeport\n")


def need_sandbox():
    """Skips the test where no sandbox can be made."""
    if not shutil.which("bwrap"):
        raise tap.Skip("bwrap is not installed")
    result = subprocess.run(sandbox("true"), capture_output=True, text=True, check=False)
    if result.returncode:
        raise tap.Skip(f"no sandbox can be made here: {result.stderr.strip()}")


def run(*words):
    need_sandbox()
    return subprocess.run(
        sandbox(os.path.abspath(PROGRAM), "--ports", *words), capture_output=True, text=True, timeout=30, check=False
    )


@contextlib.contextmanager
def holder(uid=None):
    """A program outside that listens; gives its port."""
    uid = os.geteuid() if uid is None else uid
    process = subprocess.Popen(
        [sys.executable, "-E", "-S", "-c", HOLDER, str(uid)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield int(process.stdout.readline())
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait()


def find(port):
    result = run("--json")
    tap.equal(result.returncode, 0, result.stderr)
    found = [entry for entry in json.loads(result.stdout) if entry["port"] == port and entry["protocol"] == "tcp"]
    tap.equal(len(found), 1, result.stdout)
    return found[0]


def test_free():
    with holder() as port:
        pass
    result = run(str(port))
    tap.equal((result.returncode, result.stdout), (0, f"Port {port} is free.\n"), result.stderr)


def test_mine():
    with holder() as port:
        result = run(str(port))
        tap.equal(result.returncode, 1, result.stderr)
        tap.equal(
            result.stdout,
            f"Port {port} is used by another program of yours. Homeport runs in a sandbox and can’t see which one.\n",
        )
        entry = find(port)
        tap.equal((entry["uid"], entry["pid"], entry["program"], entry["ours"]), (os.geteuid(), None, None, None))


def test_stranger():
    if os.geteuid() != 0:
        raise tap.Skip("only the administrator can become somebody else")
    with holder(STRANGER) as port:
        result = run(str(port))
        tap.equal(result.returncode, 1, result.stderr)
        tap.equal(result.stdout, f"Port {port} is used by another user or by the system.\n")
        entry = find(port)
        tap.equal((entry["uid"], entry["user"], entry["pid"], entry["ours"]), (None, None, None, False))


def ask(port, uid):
    script = (
        "import os, socket, sys\n"
        f"os.setresuid({uid}, {uid}, {uid}) if os.getuid() != {uid} else None\n"
        f"s = socket.create_connection(('127.0.0.1', {port}))\n"
        "s.sendall(b'GET /a.txt HTTP/1.0\\r\\n\\r\\n')\n"
        "got = b''\n"
        "try:\n"
        "    while part := s.recv(65536):\n"
        "        got += part\n"
        "except ConnectionError:\n"
        "    pass\n"
        "sys.stdout.buffer.write(got)\n"
    )
    return subprocess.run([sys.executable, "-E", "-S", "-c", script], stdout=subprocess.PIPE, check=True).stdout


def test_only_me():
    """Who asks from outside is told apart as well."""
    need_sandbox()
    with make_folder({"a.txt": b"hello"}) as folder:
        process = subprocess.Popen(
            sandbox(os.path.abspath(PROGRAM), "--headless", "--port=0", "--json", folder, extra=[folder]),
            stdout=subprocess.PIPE, text=True,
        )
        try:
            port = json.loads(process.stdout.readline())["port"]
            assert ask(port, os.geteuid()).endswith(b"hello")
            tap.equal(json.loads(process.stdout.readline())["target"], "/a.txt")
            if os.geteuid() == 0:
                tap.equal(ask(port, STRANGER), b"")
                record = json.loads(process.stdout.readline())
                tap.equal((record["reason"], record["client"]), ("other-user", "127.0.0.1"))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()
            process.stdout.close()


tap.run()
