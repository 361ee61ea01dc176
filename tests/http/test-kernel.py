# SPDX-License-Identifier: GPL-3.0-or-later
"""The same answers where the kernel can do less, and a file system that is taken away under the folder."""

import contextlib
import ctypes
import errno
import os
import platform
import socket
import subprocess
import sys

from headless import Server, make_folder, parse, read_all, tap

# System calls that are newer than some kernels and sandboxes, by number.
CALLS = {"x86_64": {"openat2": 437, "preadv2": 327, "statx": 332}, "aarch64": {"openat2": 437, "preadv2": 286, "statx": 291}}


class Filter(ctypes.Structure):
    _fields_ = [("code", ctypes.c_ushort), ("jt", ctypes.c_ubyte), ("jf", ctypes.c_ubyte), ("k", ctypes.c_uint)]


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filters", ctypes.POINTER(Filter))]


def without(call, error):
    """For Server's preexec: this system call fails with this error from now on (seccomp)."""
    number = CALLS.get(platform.machine(), {}).get(call)
    if number is None:
        raise tap.Skip(f"the number of {call} on {platform.machine()} isn't known here")
    filters = (Filter * 4)(
        Filter(0x20, 0, 0, 0),  # load the number
        Filter(0x15, 0, 1, number),  # is it the one?
        Filter(0x06, 0, 0, 0x00050000 | error),
        Filter(0x06, 0, 0, 0x7FFF0000),
    )
    program = Program(len(filters), filters)
    libc = ctypes.CDLL(None, use_errno=True)

    def forbid():
        # No new privileges, then the filter.
        if libc.prctl(38, 1, 0, 0, 0) != 0 or libc.prctl(22, 2, ctypes.byref(program), 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "no seccomp")

    return forbid


@contextlib.contextmanager
def serve_less(folder, call, error, *options):
    forbid = without(call, error)
    try:
        server = Server(folder, *options, preexec=forbid)
    except subprocess.SubprocessError:
        raise tap.Skip("this system has no seccomp filters") from None
    with server:
        yield server


def make_tree(top):
    """Links of all kinds: {path: what is answered}."""
    site = os.path.join(top, "site")
    links = {
        "file": ("a.txt", 200), "in": ("d/b.txt", 200), "dir": ("d", 301), "chain": ("file", 200), "d/up": ("../a.txt", 200),
        "d/round": ("../d/../d/b.txt", 200), "dangling": ("nowhere", 404), "self": ("self", 404), "ping": ("pong", 404),
        "pong": ("ping", 404), "out": ("../outside/secret", 403), "out-dir": ("../outside", 403), "sibling": ("../site-2/secret", 403),
        "absolute": (os.path.join(top, "outside/secret"), 403), "absolute-in": (os.path.join(site, "a.txt"), 200), "root": ("/", 403),
        "parent": ("..", 403), "through": ("out-dir/secret", 403), "long": ("x" * 300, 404), "file-as-dir": ("a.txt/x", 404),
        "magic": ("/proc/self/cwd", 403), "null": ("/dev/null", 403), "to-fifo": ("fifo", 404),
    }
    for name, (to, _) in links.items():
        os.symlink(to, os.path.join(site, name))
    os.mkfifo(os.path.join(site, "fifo"))
    answers = {f"/{name}": status for name, (_, status) in links.items()}
    answers |= {
        "/": 200, "/d/": 200, "/d": 301, "/a.txt": 200, "/a.txt/": 404, "/a.txt/x": 404, "/fifo": 404, "/missing": 404, "/A.txt": 404,
        "/dir/b.txt": 200, "/out-dir/secret": 403, "/out-dir/": 403, "/parent/outside/secret": 403, "/root/etc/passwd": 403, "/.env": 404,
        "/..": 400, "/%2e%2e/outside/secret": 400, "/" + "x" * 256: 404, "/" + "d/" * 3000: 404, "/magic/x": 403, "/d/../a.txt": 400,
    }
    return site, answers


FILES = {"site/a.txt": b"inside", "site/d/b.txt": b"inside", "site/.env": b"outside", "outside/secret": b"outside", "site-2/secret": b"outside"}


def check_links(call, error):
    with make_folder(FILES) as top:
        site, answers = make_tree(top)
        with serve_less(site, call, error) as server:
            wrong = []
            for target, status in answers.items():
                for method in ("GET", "HEAD"):
                    got, _, body = server.ask(target, method)
                    if got != status or body == b"outside":
                        wrong.append((method, target[:40], got, status))
            tap.equal(wrong, [])
            page = server.ask("/")[2]
            assert b"secret" not in page and os.fsencode(top) not in page, page
            # What the list offers is served, what it marks isn't.
            marked = [name for name in os.listdir(site) if answers.get(f"/{name}") in (403, 404) and name[0] != "."]
            tap.equal(page.count(b'class="x"'), len(marked), marked)


def test_without_openat2():
    check_links("openat2", errno.ENOSYS)


def test_without_openat2_in_a_sandbox():
    check_links("openat2", errno.EPERM)


def test_links_out_without_openat2():
    """The switch that allows them needs the kernel's help against /proc; without it links stay inside."""
    with make_folder(FILES) as top:
        site, _ = make_tree(top)
        with serve_less(site, "openat2", errno.ENOSYS, "--follow-links") as server:
            tap.equal([server.ask(target)[0] for target in ("/file", "/out", "/magic", "/root")], [200, 403, 403, 403])


def test_without_preadv2():
    """It tells what is in memory from what is on the disk; without it a thread reads."""
    data = os.urandom(3_000_000)
    with make_folder({"big": data, "small": b"small", "empty": b""}) as folder, serve_less(folder, "preadv2", errno.ENOSYS) as server:
        for _ in range(3):
            tap.equal([server.ask(f"/{name}")[2] for name in ("small", "empty", "big")], [b"small", b"", data])
        status, headers, body = server.ask("/big", headers=[("Range", "bytes=1000000-1999999")])
        tap.equal((status, body == data[1_000_000:2_000_000]), (206, True))


# --- a file system that comes and goes ---


def inside_a_namespace(function):
    """Runs a function of this script where this user may mount."""
    command = ["unshare", "--user", "--map-root-user", "--mount", "--propagation", "private"]
    try:
        allowed = subprocess.run([*command, "sh", "-c", "mount -t tmpfs none /mnt"], capture_output=True, timeout=60).returncode == 0
    except FileNotFoundError:
        allowed = False
    if not allowed:
        raise tap.Skip("this system doesn't let users mount in a namespace of their own")
    done = subprocess.run([*command, sys.executable, __file__, function], capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr


def mount(place, content):
    subprocess.run(["mount", "-t", "tmpfs", "none", place], check=True)
    for name, data in content.items():
        with open(os.path.join(place, name), "wb") as file:
            file.write(data)


def unmount(place, *options):
    """A file that has just been sent may still be open for a moment."""

    def done():
        return subprocess.run(["umount", *options, place], capture_output=True).returncode == 0

    tap.wait_for(done, "nothing is held open on it", 20)


def idle_client(server, target):
    connection = server.connect(30)
    connection.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    assert connection.recv(65536).startswith(b"HTTP/1.1 200")
    return connection


def unmounted():
    with make_folder({"disk/below.txt": b"below"}) as top:
        place = os.path.join(top, "disk")
        mount(place, {"a.txt": b"one", "index.html": b"page"})
        with Server(place) as server, idle_client(server, "/a.txt"):
            tap.equal([server.ask(target)[2] for target in ("/", "/a.txt")], [b"page", b"one"])
            # Nothing is held open between requests, so the disk can be taken out.
            unmount(place)
            tap.equal((server.ask("/a.txt")[0], server.ask("/below.txt")[2]), (404, b"below"))
            mount(place, {"a.txt": b"two"})
            tap.equal((server.ask("/a.txt")[2], server.ask("/below.txt")[0]), (b"two", 404))
            unmount(place)
            os.unlink(os.path.join(place, "below.txt"))
            os.rmdir(place)
            tap.equal(server.ask("/a.txt")[0], 503)
            os.mkdir(place)
            tap.equal(server.ask("/a.txt")[0], 404)


def unmounted_while_sent():
    with make_folder({"disk/.keep": b""}) as top:
        place = os.path.join(top, "disk")
        data = os.urandom(1 << 20) * 32
        mount(place, {"big": data})
        with Server(place) as server:
            with socket.socket() as connection:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
                connection.settimeout(60)
                connection.connect(("127.0.0.1", server.port))
                connection.sendall(b"GET /big HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                begin = connection.recv(1000)
                # Pulled out; what is open stays until it is closed.
                unmount(place, "--lazy")
                tap.equal(server.ask("/big")[0], 404)
                status, _, body = parse(begin + read_all(connection))
            tap.equal((status, len(body), body == data), (200, len(data), True))


def test_unmounted_and_mounted_again():
    inside_a_namespace("unmounted")


def test_unmounted_while_a_file_is_sent():
    inside_a_namespace("unmounted_while_sent")


if len(sys.argv) > 1:
    globals()[sys.argv[1]]()
else:
    tap.run()
