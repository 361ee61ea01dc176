# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile names, files that aren't files, links, and a folder that changes under the requests."""

import contextlib
import os
import random
import shutil
import socket
import threading
import time
import urllib.parse

from headless import Server, make_folder, tap

CLIENTS = 8
SECONDS = 3


def quote(name):
    return "/" + urllib.parse.quote_from_bytes(os.fsencode(name), safe="/")


def links_of(page):
    found = [piece.split(b'"')[0] for piece in page.split(b'href="./')[1:]]
    return {urllib.parse.unquote_to_bytes(link.replace(b"&amp;", b"&")).rstrip(b"/") for link in found}


def test_every_byte_in_a_name():
    single = [bytes([c]) for c in range(1, 256) if c not in b"/."]
    double = [b"x" + name + b"y" for name in single]
    odd = [b"a..", b"a.", b" ", b"  ", b"-rf", b"--", b"%", b"%%", b"%2e", b"%2F", b"?", b"??a=b", b"#", b"&amp;", b"&lt;",
           b"<script>alert(1)", b'" onclick="x', b"' x='", b"javascript:alert(1)", b"http:", b"a:b", b"~root", b"$(id)", b"`id`",
           b"\r\nSet-Cookie: a=b", b"a\r\n\r\nb", "‮gpj.exe".encode(), "é".encode(), "é".encode(), b"\xed\xa0\x80", b"\xf8\x88\x80",
           b"\xff" * 255, "😀".encode() * 63, b"x" * 255, b"con", b"nul.txt", b"index.html.", b"COM1"]
    with make_folder({b"s/" + n: n for n in single} | {b"d/" + n: n for n in double} | {b"o/" + n: n for n in odd}) as folder:
        with Server(folder) as server:
            for place, names in (("s", single), ("d", double), ("o", odd)):
                page = server.ask(f"/{place}/")[2]
                assert b"<script>alert" not in page and b" onclick=\"x" not in page
                linked = links_of(page)
                for name in names:
                    status, headers, body = server.ask(f"/{place}" + quote(name))
                    tap.equal((status, body), (200, name), name)
                    assert not headers["content-type"].startswith("text/html"), (name, headers)
                    assert name in linked, f"{name!r} has no link"


def test_deep_folders():
    name = "d" * 100
    deep = "/".join([name] * 30)
    with make_folder({deep + "/f": b"deep"}) as folder, Server(folder) as server:
        tap.equal(server.ask(f"/{deep}/f")[2], b"deep")
        tap.equal(server.ask(f"/{deep}")[0], 301)
        tap.equal(server.ask(f"/{deep}/")[0], 200)


def test_a_redirect_stays_on_this_server():
    names = ["\\\\evil.example", "\t", "http:", "evil.example", "\r\nX: y", "%0d%0a", "?", "#", "\x7f", "a..", "é"]
    with make_folder({name + "/f": b"" for name in names}) as folder, Server(folder) as server:
        for name in names:
            for prefix in ("", "/", "//"):
                status, headers, _ = server.ask(prefix + quote(name))
                tap.equal(status, 301, name)
                location = headers["location"]
                assert location[0] == "/" and location[1] not in "/\\" and location.endswith("/"), (name, location)
                assert all(" " < c < "\x7f" for c in location), (name, location)
                tap.equal(server.ask(location)[0], 200, location)


def test_special_files_never_block():
    with make_folder({"a.txt": b"a", "sub/x": b""}) as folder, contextlib.ExitStack() as stack:
        os.mkfifo(os.path.join(folder, "fifo"))
        os.mkfifo(os.path.join(folder, "sub", "index.html"))
        listener = stack.enter_context(socket.socket(socket.AF_UNIX))
        listener.bind(os.path.join(folder, "socket"))
        links = {"null": "/dev/null", "zero": "/dev/zero", "tty": "/dev/tty", "mem": "/proc/self/mem", "fd": "/proc/self/fd/0",
                 "root": "/proc/self/root/etc/passwd", "cwd": "/proc/self/cwd", "to-fifo": "fifo", "to-socket": "socket"}
        for name, target in links.items():
            os.symlink(target, os.path.join(folder, name))
        server = stack.enter_context(Server(folder))
        began = time.monotonic()
        with contextlib.ExitStack() as waiting:
            for name in ["fifo", "sub/", "socket", *links] * 3:
                connection = waiting.enter_context(server.connect())
                connection.sendall(f"GET /{name} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            tap.equal(server.ask("/a.txt")[2], b"a")
        for name in ["fifo", "sub/", "socket", *links, "fifo/", "socket/x", "null/", "zero/x"]:
            for method in ("GET", "HEAD", "OPTIONS"):
                status = server.ask(f"/{name}", method)[0]
                assert status in ((204,) if method == "OPTIONS" else (403, 404)), (name, method, status)
        tap.equal(server.ask("/")[0], 200)
        assert time.monotonic() - began < 20


def test_links():
    with make_folder({"site/a.txt": b"inside", "site/d/b.txt": b"inside", "outside/secret": b"outside", "site-2/secret": b"outside"}) as top:
        site = os.path.join(top, "site")
        links = {  # name: (to, what is answered)
            "file": ("a.txt", 200), "in": ("d/b.txt", 200), "dir": ("d", 301), "dir2": ("./d/", 301), "chain": ("file", 200),
            "d/up": ("../a.txt", 200), "d/round": ("../d/../d/b.txt", 200), "dangling": ("nowhere", 404), "self": ("self", 404),
            "ping": ("pong", 404), "pong": ("ping", 404), "out": ("../outside/secret", 403), "out-dir": ("../outside", 403),
            "sibling": ("../site-2/secret", 403), "absolute": (os.path.join(top, "outside/secret"), 403), "out-and-in": ("../site/a.txt", 403),
            "absolute-in": (os.path.join(site, "a.txt"), 200), "root": ("/", 403), "parent": ("..", 403), "etc": ("/etc/passwd", 403),
            "through": ("out-dir/secret", 403), "long": ("x" * 300, 404), "file-as-dir": ("a.txt/x", 404),
        }
        for name, (to, _) in links.items():
            os.symlink(to, os.path.join(site, name))
        for n in range(60):
            os.symlink(f"many-{n + 1}" if n < 59 else "a.txt", os.path.join(site, f"many-{n}"))
        with Server(site) as server:
            for name, (to, status) in links.items():
                got, _, body = server.ask(f"/{name}")
                tap.equal(got, status, f"{name} to {to}")
                assert body != b"outside", name
                if status == 200:
                    tap.equal(body, b"inside", name)
            for target in ("/out-dir/secret", "/out-dir/", "/parent/outside/secret", "/root/etc/passwd", "/d/../../outside/secret"):
                got, _, body = server.ask(target)
                assert got in (400, 403, 404) and body != b"outside", (target, got)
            assert server.ask("/many-0")[0] in (200, 404)
            tap.equal(server.ask("/many-40")[2], b"inside")
            tap.equal(server.ask("/dir/b.txt")[2], b"inside")
            # The listing names them all and says nothing of what is outside.
            page = server.ask("/")[2]
            assert b"secret" not in page and top.encode() not in page, page


def test_no_permission():
    if os.geteuid() == 0:
        raise tap.Skip("root may read everything")
    with make_folder({"f": b"x", "d/f": b"x", "l/f": b"x"}) as folder, Server(folder) as server:
        for name, mode in (("f", 0), ("d", 0), ("l", 0o311)):
            os.chmod(os.path.join(folder, name), mode)
        try:
            for target, status in (("/f", 403), ("/d/", 403), ("/d/f", 403), ("/l/f", 200), ("/l/", 403), ("/", 200)):
                tap.equal(server.ask(target)[0], status, target)
        finally:
            for name in ("d", "l"):
                os.chmod(os.path.join(folder, name), 0o755)


class Race:
    """Clients that fetch while something changes. check() gets each answer; what it raises ends the test."""

    def __init__(self, server, targets, check):
        self.server, self.targets, self.check = server, targets, check
        self.stop = threading.Event()
        self.errors = []
        self.seen = {}
        self.lock = threading.Lock()

    def _client(self, seed):
        choose = random.Random(seed)
        while not self.stop.is_set() and not self.errors:
            target = choose.choice(self.targets)
            try:
                self._ask(target)
            except Exception as error:
                self.errors.append(f"{target}: {error!r}")

    def _ask(self, target):
        with self.server.connect(20) as connection:
            connection.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            chunks = []
            with contextlib.suppress(ConnectionResetError):
                while chunk := connection.recv(1 << 18):
                    chunks.append(chunk)
        head, _, body = b"".join(chunks).partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        assert lines[0].startswith("HTTP/1.1 "), head[:100]
        status = int(lines[0].split()[1])
        headers = dict(line.lower().split(": ", 1) for line in lines[1:])
        length = int(headers["content-length"])
        assert len(body) <= length, f"{len(body)} bytes of {length}"
        with self.lock:
            self.seen[status] = self.seen.get(status, 0) + 1
            self.check(status, headers, body, length)

    def run(self, change):
        threads = [threading.Thread(target=self._client, args=(n,)) for n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        began = time.monotonic()
        n = 0
        # Longer on a machine that is slow or has other things to do.
        while not self.errors and time.monotonic() - began < 60:
            if time.monotonic() - began > SECONDS and n > 10 and sum(self.seen.values()) > 50:
                break
            change(n)
            n += 1
        self.stop.set()
        for thread in threads:
            thread.join(30)
            assert not thread.is_alive(), "a request hangs"
        tap.equal(self.errors, [])
        assert n > 10 and sum(self.seen.values()) > 50, (n, self.seen)
        # Nothing is left behind: it still serves what is there.
        return self.seen


def version(n):
    """Content from which can be told whether it is whole and of one piece; sizes small and large, often the same."""
    size = (10, 1000, 1000, 70_000, 200_000)[n % 5]
    return bytes([ord("a") + n % 26]) * size


def test_files_replaced():
    """A new file takes the old one's name: an answer is one of them, and its tag means that one only."""
    with make_folder({"f": version(0)}) as folder, Server(folder) as server:
        path = os.path.join(folder, "f")
        tags = {}

        def check(status, headers, body, length):
            tap.equal((status, len(body)), (200, length))
            assert len(set(body)) == 1 and length in (10, 1000, 70_000, 200_000), "a mix"
            tap.equal(tags.setdefault(headers["etag"], body), body, "one tag, two contents:")

        def change(n):
            with open(path + ".new", "wb") as file:
                file.write(version(n))
            os.replace(path + ".new", path)
            time.sleep(random.random() * 0.003)

        Race(server, ["/f"], check).run(change)


def test_files_deleted_and_made_again():
    with make_folder({"f": b"x", "other": b"y"}) as folder, Server(folder) as server:
        path = os.path.join(folder, "f")

        def check(status, headers, body, length):
            assert status in (200, 404), status
            tap.equal(len(body), length)
            if status == 200:
                assert len(set(body)) == 1, "a mix"

        def change(n):
            with open(path + ".new", "wb") as file:
                file.write(version(n))
            os.rename(path + ".new", path)
            time.sleep(random.random() * 0.002)
            os.unlink(path)
            time.sleep(random.random() * 0.002)

        seen = Race(server, ["/f"], check).run(change)
        assert seen.get(200) and seen.get(404), seen


def test_files_truncated_and_grown():
    """The length is promised first; when the file has become shorter the connection breaks off, and never is anything
    else than the file's bytes sent."""
    with make_folder({"f": b"T" * 200_000}) as folder, Server(folder) as server:
        path = os.path.join(folder, "f")

        def check(status, headers, body, length):
            assert status in (200, 500), status
            assert status == 500 or set(body) <= set(b"T"), "bytes from nowhere"

        def change(n):
            os.truncate(path, (0, 1, 5000, 65_536, 100_000)[n % 5])
            time.sleep(random.random() * 0.002)
            with open(path, "ab") as file:
                file.write(b"T" * (1_000_000 if n % 3 else 150_000))
            time.sleep(random.random() * 0.002)

        Race(server, ["/f"], check).run(change)
        tap.equal(server.ask("/f")[2], open(path, "rb").read())


def test_files_forbidden_and_allowed():
    if os.geteuid() == 0:
        raise tap.Skip("root may read everything")
    with make_folder({"f": b"x" * 5000, "d/g": b"y" * 5000}) as folder, Server(folder) as server:
        path, place = os.path.join(folder, "f"), os.path.join(folder, "d")

        def check(status, headers, body, length):
            assert status in (200, 403), status
            tap.equal(len(body), length)
            if status == 200:
                assert body in (b"x" * 5000, b"y" * 5000)

        def change(n):
            os.chmod(path, 0 if n % 2 else 0o644)
            os.chmod(place, 0 if n % 2 else 0o755)
            time.sleep(random.random() * 0.002)

        try:
            seen = Race(server, ["/f", "/d/g"], check).run(change)
        finally:
            os.chmod(place, 0o755)
        assert seen.get(200) and seen.get(403), seen


def test_a_file_becomes_something_else():
    """A file, a folder, a link out of the folder, a FIFO, nothing, in turns under one name."""
    with make_folder({"site/f": b"in", "secret": b"OUT" * 100}) as top:
        site = os.path.join(top, "site")
        path = os.path.join(site, "x")
        with Server(site) as server:

            def check(status, headers, body, length):
                assert status in (200, 301, 403, 404), status
                tap.equal(len(body), length)
                assert b"OUTOUT" not in body, "outside"

            def change(n):
                kind = n % 5
                if kind == 0:
                    with open(path, "wb") as file:
                        file.write(b"in")
                elif kind == 1:
                    os.mkdir(path)
                elif kind == 2:
                    os.symlink("../secret", path)
                elif kind == 3:
                    os.mkfifo(path)
                else:
                    os.symlink("f", path)
                time.sleep(random.random() * 0.002)
                os.rmdir(path) if kind == 1 else os.unlink(path)

            seen = Race(server, ["/x", "/x", "/x/", "/"], check).run(change)
            assert seen.get(200) and seen.get(404), seen


def test_folders_renamed():
    """Two folders swap their names: no answer has the one's path and the other's file. The served one goes, too."""
    with make_folder({"site/a/f": b"a" * 3000, "site/b/f": b"b" * 3000}) as top:
        site = os.path.join(top, "site")
        with Server(site) as server:

            def check(status, headers, body, length):
                assert status in (200, 404, 503), status
                tap.equal(len(body), length)
                if status == 200:
                    assert body in (b"a" * 3000, b"b" * 3000) or body.startswith(b"<!"), "a mix"

            def change(n):
                if n % 10 == 9:
                    os.rename(site, site + "-away")
                    time.sleep(0.001)
                    os.rename(site + "-away", site)
                os.rename(site + "/a", site + "/c")
                os.rename(site + "/b", site + "/a")
                os.rename(site + "/c", site + "/b")
                time.sleep(random.random() * 0.002)

            seen = Race(server, ["/a/f", "/b/f", "/a/", "/"], check).run(change)
            assert seen.get(200), seen


def test_a_build_tool():
    """What they all do: remove the folder with everything in it, and write it anew."""
    with make_folder({"dist/index.html": b"x"}) as top:
        dist = os.path.join(top, "dist")
        with Server(dist) as server:

            def check(status, headers, body, length):
                assert status in (200, 404, 503), status
                tap.equal(len(body), length)

            def change(n):
                shutil.rmtree(dist)
                os.mkdir(dist)
                for name in ("index.html", "app.js", "style.css"):
                    with open(os.path.join(dist, name), "wb") as file:
                        file.write(version(n))
                time.sleep(random.random() * 0.003)

            tap.equal(server.ask("/")[0], 200)
            before = server.n_descriptors()
            Race(server, ["/", "/index.html", "/app.js", "/style.css"], check).run(change)
            tap.equal(server.ask("/app.js")[0], 200)
            # Folders that are gone aren't held open.
            tap.wait_for(lambda: server.n_descriptors() <= before + 3, "descriptors let go")


tap.run()
