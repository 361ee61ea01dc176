# SPDX-License-Identifier: GPL-3.0-or-later
"""What browsers and curl meet, over real sockets."""

import email.utils
import os
import socket
import threading
import time
import urllib.parse

from headless import Server, make_folder, parse, read_all, tap

PAGE = b"<!doctype html><title>x</title>"


def check(server, status, target="/", **words):
    got = server.ask(target, **words)
    tap.equal(got[0], status, f"{words.get('method', 'GET')} {target!r}:")
    return got


def test_files_and_types():
    types = {
        "index.html": "text/html; charset=utf-8",
        "style.css": "text/css; charset=utf-8",
        "app.js": "text/javascript; charset=utf-8",
        "m.mjs": "text/javascript; charset=utf-8",
        "a.json": "application/json",
        "i.svg": "image/svg+xml",
        "i.png": "image/png",
        "i.webp": "image/webp",
        "i.avif": "image/avif",
        "f.woff2": "font/woff2",
        "m.wasm": "application/wasm",
        "v.mp4": "video/mp4",
        "t.txt": "text/plain; charset=utf-8",
        "x.unknown-ending": "application/octet-stream",
    }
    files = {f"d/{name}": name.encode() for name in types}
    with make_folder(files) as folder, Server(folder) as server:
        for name, media_type in types.items():
            _, headers, body = check(server, 200, f"/d/{name}")
            tap.equal(headers["content-type"].split(";")[0], media_type.split(";")[0], name)
            if "charset" in media_type:
                tap.equal(headers["content-type"], media_type, name)
            tap.equal(headers["cache-control"], "no-cache", name)
            tap.equal(headers["x-content-type-options"], "nosniff", name)
            tap.equal(int(headers["content-length"]), len(name), name)
            tap.equal(body, name.encode())
            assert headers["etag"] and email.utils.parsedate(headers["last-modified"]), headers
            _, head_headers, body = check(server, 200, f"/d/{name}", method="HEAD")
            tap.equal(body, b"")
            for field in ("content-length", "content-type", "etag", "last-modified"):
                tap.equal(head_headers[field], headers[field], field)


def test_index_redirect_and_listing():
    files = {"site/index.html": PAGE, "plain/b.txt": b"", "plain/<i>&.txt": b"", "empty/x/.keep": b""}
    with make_folder(files) as folder, Server(folder) as server:
        tap.equal(check(server, 200, "/site/")[2], PAGE)
        _, headers, _ = check(server, 301, "/site?a=1&b=%20")
        tap.equal(headers["location"], "/site/?a=1&b=%20")
        for target in ("//evil.example/..", "/%5cevil.example", "//site"):
            status, headers, _ = server.ask(target)
            location = headers.get("location", "/ok")
            assert location.startswith("/") and not location.startswith("//"), (target, status, location)
        _, headers, body = check(server, 200, "/plain/")
        tap.equal(headers["content-type"], "text/html; charset=utf-8")
        assert b"b.txt" in body and b"&lt;i&gt;&amp;.txt" in body and b"<i>" not in body, body
        assert "default-src 'none'" in headers["content-security-policy"], headers
        assert b".keep" not in check(server, 200, "/empty/x/")[2]
        reasons = [server.line()["reason"] for _ in range(7)]
        tap.equal([reasons[0], reasons[1], reasons[5]], ["index", "add-slash", "listing"])


def test_conditional_requests():
    with make_folder({"a.txt": b"hello"}) as folder, Server(folder) as server:
        path = os.path.join(folder, "a.txt")
        os.utime(path, (1_600_000_000, 1_600_000_000))
        # A file changed in this very instant gets a tag that is never seen again; wait for a lasting one.
        tap.wait_for(lambda: len({server.ask("/a.txt")[1]["etag"] for _ in range(2)}) == 1, "a lasting tag")
        _, headers, _ = check(server, 200, "/a.txt")
        etag, date = headers["etag"], headers["last-modified"]
        for fields in (
            [("If-None-Match", etag)],
            [("If-None-Match", f'"other", W/{etag.removeprefix("W/")}')],
            [("If-None-Match", "*")],
            [("If-Modified-Since", date)],
            [("If-Modified-Since", "Sunday, 13-Sep-20 12:26:40 GMT")],
            [("If-None-Match", etag), ("If-Modified-Since", "Thu, 01 Jan 1970 00:00:00 GMT")],
        ):
            _, headers, body = check(server, 304, "/a.txt", headers=fields)
            tap.equal(body, b"")
            tap.equal(headers["etag"], etag)
            assert headers.get("content-length") in (None, "5"), headers
        for fields in (
            [("If-None-Match", '"other"')],
            [("If-None-Match", '"other"'), ("If-Modified-Since", date)],
            [("If-Modified-Since", "Thu, 01 Jan 2015 00:00:00 GMT")],
            [("If-Modified-Since", "yesterday")],
        ):
            check(server, 200, "/a.txt", headers=fields)
        check(server, 412, "/a.txt", headers=[("If-Match", '"other"')])
        # A change is seen by the very next request, also within the same second and of the same size.
        for text in (b"world", b"again", b"hello"):
            with open(path, "wb") as file:
                file.write(text)
            tap.equal(check(server, 200, "/a.txt", headers=[("If-None-Match", etag)])[2], text)
            etag = server.ask("/a.txt")[1]["etag"]


def test_ranges():
    data = bytes(range(256)) * 40
    size = len(data)
    good = {
        "bytes=0-0": (0, 1),
        "bytes=0-99": (0, 100),
        "bytes=100-": (100, size),
        "bytes=-1": (size - 1, size),
        f"bytes=-{size * 5}": (0, size),
        f"bytes={size - 1}-{size * 9}": (size - 1, size),
        "bytes=5-18446744073709551616": (5, size),
    }
    with make_folder({"f": data}) as folder, Server(folder) as server:
        for text, (start, end) in good.items():
            _, headers, body = check(server, 206, "/f", headers=[("Range", text)])
            tap.equal(body, data[start:end], text)
            tap.equal(headers["content-range"], f"bytes {start}-{end - 1}/{size}", text)
        for text in (f"bytes={size}-", "bytes=-0", f"bytes={size + 9}-{size + 10}"):
            _, headers, _ = check(server, 416, "/f", headers=[("Range", text)])
            tap.equal(headers["content-range"], f"bytes */{size}", text)
        bomb = "bytes=" + ",".join("0-" for _ in range(2000))
        for text in ("bytes=9-5", "bytes=abc", "lines=1-2", "bytes=--1", bomb):
            tap.equal(len(check(server, 200, "/f", headers=[("Range", text)])[2]), size, text[:20])
        etag = server.ask("/f")[1]["etag"]
        check(server, 200, "/f", headers=[("Range", "bytes=0-9"), ("If-Range", '"other"')])
        if not etag.startswith("W/"):
            check(server, 206, "/f", headers=[("Range", "bytes=0-9"), ("If-Range", etag)])


def test_who_may_ask():
    with make_folder({"index.html": PAGE}) as folder, Server(folder) as server:
        port = server.port
        for host in ("localhost", f"localhost:{port}", "LOCALHOST", f"127.0.0.1:{port}", f"[::1]:{port}", "app.localhost"):
            check(server, 200, host=host)
        for host in ("evil.example", f"localhost.evil.example:{port}", "127.0.0.1.evil.example", "evil.example:80",
                     "127.0.0.2", "localhost@evil.example", "evil-localhost"):
            status, headers, body = server.ask(host=host)
            tap.equal(status, 400 if "@" in host else 421, host)
            assert b"evil" not in body and "evil" not in str(headers), host
            tap.equal(server.ask("/missing", host=host)[2], body, host)
        check(server, 400, host=None)
        check(server, 200, host=None, version="1.0")
        answer = parse(server.raw(b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n"))
        tap.equal(answer[0], 400)
        answer = server.raw(b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        tap.equal(parse(answer)[0], 421)


def test_methods():
    with make_folder({"index.html": PAGE}) as folder, Server(folder) as server:
        for method in ("POST", "PUT", "DELETE", "PATCH", "TRACE"):
            _, headers, body = check(server, 405, method=method)
            assert "GET" in headers["allow"] and "HEAD" in headers["allow"], headers
            assert b"Host: localhost" not in body
        assert "GET" in server.ask(method="OPTIONS")[1]["allow"]
        tap.equal(os.listdir(folder), ["index.html"])
        # A body is never read as the next request.
        answer = server.raw(
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 38\r\n\r\nGET /inner HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
        tap.equal(answer.count(b"HTTP/1.1 "), 1)


def test_nothing_outside_the_folder():
    files = {"site/index.html": PAGE, "secret.txt": b"secret", "site/.env": b"secret", "site/.git/config": b"secret",
             "site/sub/ok.txt": b"fine", "site/.well-known/ok.txt": b"fine"}
    with make_folder(files) as top:
        site = os.path.join(top, "site")
        os.symlink("../secret.txt", os.path.join(site, "out.txt"))
        os.symlink(top, os.path.join(site, "outdir"))
        os.symlink("sub/ok.txt", os.path.join(site, "in.txt"))
        os.symlink("loop", os.path.join(site, "loop"))
        os.mkfifo(os.path.join(site, "fifo"))
        os.mkfifo(os.path.join(site, "sub", "index.html"))
        with Server(site) as server:
            tap.equal(check(server, 200, "/in.txt")[2], b"fine")
            tap.equal(check(server, 200, "/.well-known/ok.txt")[2], b"fine")
            for target in (
                "/../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/sub/../../secret.txt", "/.%2e/secret.txt",
                "/%2e%2e%2fsecret.txt", "/..%5csecret.txt", "/sub/%2e%2e/%2e%2e/secret.txt", "/%252e%252e/secret.txt",
                "/out.txt", "/outdir/secret.txt", "/outdir/", "/.env", "/%2eenv", "/.git/config", "//.env", "/sub/..%00/x",
                "/%c0%ae%c0%ae/secret.txt", "/proc/self/root/etc/passwd", "/loop", "/fifo", "/sub/", "/index.html/x",
                "/index.html/", "/" + "a" * 300, "/" + "a/" * 2000, "/%", "/%zz", "/\\..\\secret.txt",
            ):
                status, _, body = server.ask(target)
                assert status in (400, 403, 404, 414, 431), (target[:60], status)
                assert b"secret" not in body.replace(b"secret.txt", b""), target
            for n in range(30):
                event = server.line()
            assert server.ask("/index.html")[0] == 200


def test_every_name_is_reachable():
    names = [b"a b", b"100%", b"q?x", b"h#x", b"a+b", b"a&b", b"a\\b", b"-x", b"new\nline", b"\xff\xfe", b"\xc3\xa9",
             b"a:b", b"'\"<>", b"x" * 255, b"~", b"a;b=c", b"%41"]
    with make_folder({name: name for name in names}) as folder, Server(folder) as server:
        listing = server.ask("/")[2]
        for name in names:
            target = "/" + urllib.parse.quote_from_bytes(name, safe="")
            tap.equal(check(server, 200, target)[2], name)
            links = [piece.split(b'"')[0] for piece in listing.split(b'href="./')[1:]]
            decoded = [urllib.parse.unquote_to_bytes(link.replace(b"&amp;", b"&")) for link in links]
            assert name in decoded, name


def test_keep_alive_and_pipelining():
    with make_folder({"a": b"aaa", "b": b"bb"}) as folder, Server(folder) as server:
        with server.connect() as connection:
            one = b"GET /%s HTTP/1.1\r\nHost: localhost\r\n%s\r\n"
            last = b"Connection: close\r\n"
            connection.sendall(one % (b"a", b"") + one % (b"missing", b"") + one % (b"b", b"") + one % (b"a", last))
            answer = read_all(connection)
        tap.equal([piece[:3] for piece in answer.split(b"HTTP/1.1 ")[1:]], [b"200", b"404", b"200", b"200"])
        assert answer.index(b"aaa") < answer.index(b"\r\n\r\nbb")
        tap.equal([server.line()["target"] for _ in range(4)], ["/a", "/missing", "/b", "/a"])


def read_head(connection):
    head = b""
    while b"\r\n\r\n" not in head:
        chunk = connection.recv(1)
        assert chunk, head
        head += chunk
    return head


def test_huge_file_in_flat_memory():
    """Longer than 32 bits can count. A part of it is enough to see whether memory grows with what is sent."""
    size, enough = 5 << 30, 512 << 20
    with make_folder({"small": b"x"}) as folder:
        path = os.path.join(folder, "huge")
        with open(path, "wb") as file:
            file.truncate(size)
            for offset, text in (((4 << 30) - 4, b"boundary"), (size - 4, b"tail")):
                file.seek(offset)
                file.write(text)
        with Server(folder) as server:
            server.ask("/small")
            before = server.status_field("VmHWM")
            with server.connect(60) as connection:
                connection.sendall(b"GET /huge HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                head = read_head(connection)
                assert b"Content-Length: %d\r\n" % size in head, head
                buffer = bytearray(4 << 20)
                total = 0
                while total < enough:
                    n = connection.recv_into(buffer)
                    assert n > 0, total
                    total += n
                grown = server.status_field("VmHWM") - before
            assert grown < 16 * 1024, f"{grown} kB more"
            for first, text in (((4 << 30) - 4, b"boundary"), (size - 4, b"tail")):
                last = first + len(text) - 1
                _, headers, body = check(server, 206, "/huge", headers=[("Range", f"bytes={first}-{last}")])
                tap.equal((body, headers["content-range"]), (text, f"bytes {first}-{last}/{size}"))
            event = next(line for line in [server.line() for _ in range(4)] if line["target"] == "/huge" and line["status"] == 200)
            assert event["aborted"] and enough <= event["bytes"] < size, event


def start_big(server, target="/big"):
    """Asks for a big file and reads only its head: the server has most of it still to send."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    connection.settimeout(30)
    connection.connect(("127.0.0.1", server.port))
    connection.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    read_head(connection)
    return connection


def big_folder():
    return make_folder({"big": b"0123456789abcdef" * (4 << 20), "small": b"small"})


SIZE = 64 << 20


def test_file_truncated_while_sent():
    with big_folder() as folder, Server(folder) as server, start_big(server) as connection:
        os.truncate(os.path.join(folder, "big"), 1 << 20)
        got = len(read_all(connection))
        assert got < SIZE, got
        event = server.line()
        tap.equal((event["status"], event["aborted"], event["reason"]), (200, True, "read-error"))
        tap.equal(event["bytes"], got)
        tap.equal(check(server, 200, "/small")[2], b"small")


def test_file_deleted_or_replaced_while_sent():
    with big_folder() as folder, Server(folder) as server:
        path = os.path.join(folder, "big")
        with start_big(server) as connection:
            os.chmod(path, 0)
            os.rename(path, path + "-away")
            with open(path, "wb") as file:
                file.write(b"new")
            os.unlink(path + "-away")
            # The answer under way is the old file to its end.
            total = 0
            while total < SIZE:
                chunk = connection.recv(1 << 20)
                assert chunk, total
                tap.equal(chunk[:1], b"0123456789abcdef"[total % 16 : total % 16 + 1])
                total += len(chunk)
            tap.equal(total, SIZE)
        tap.equal(check(server, 200, "/big")[2], b"new")


def test_file_grows_while_sent():
    with big_folder() as folder, Server(folder) as server, start_big(server) as connection:
        with open(os.path.join(folder, "big"), "ab") as file:
            file.write(b"more")
        total = 0
        while total < SIZE:
            total += len(connection.recv(1 << 20))
        connection.sendall(b"GET /small HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        tap.equal(parse(read_all(connection))[2], b"small")


def test_client_goes_away():
    with big_folder() as folder, Server(folder) as server:
        before = server.n_descriptors()
        for _ in range(20):
            start_big(server).close()
        events = [server.line() for _ in range(20)]
        assert all(event["aborted"] and event["bytes"] < SIZE for event in events), events
        tap.wait_for(lambda: server.n_descriptors() <= before, "descriptors let go")
        check(server, 200, "/small")


def test_idle_clients_that_go_away_cost_nothing():
    with make_folder({"a": b"a"}) as folder, Server(folder) as server:
        server.ask("/a")
        before = server.n_descriptors()
        for _ in range(300):
            with server.connect() as connection:
                connection.sendall(b"GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n")
                while not connection.recv(4096).endswith(b"a"):
                    pass
        tap.wait_for(lambda: server.n_descriptors() <= before + 2, "descriptors let go")
        lines = [server.line() for _ in range(301)]
        assert all(line["status"] == 200 for line in lines)
        tap.equal(server.no_line(), [])


def test_clients_that_went_away_leave_no_memory():
    with make_folder({"a": b"a"}) as folder, Server(folder) as server:
        # None of these is a request, so that no line waits to be printed meanwhile.
        kinds = (b"", b"GET /a HTTP/1.1\r\nHost: loc")

        def come_and_go(times):
            for n in range(times):
                with server.connect() as connection:
                    connection.sendall(kinds[n % len(kinds)])
                    connection.shutdown(socket.SHUT_WR)
                    read_all(connection)

        come_and_go(1000)
        before = server.status_field("VmRSS")
        come_and_go(8000)
        grown = server.status_field("VmRSS") - before
        # A sanitizer keeps what was freed for a while, and tells of leaks itself.
        assert grown < 768 or "ASAN_OPTIONS" in os.environ, f"{grown} kB more"


def test_many_at_once():
    """A page with 200 things on it, asked for over 64 connections that open in the same instant."""
    files = {f"{n}.txt": b"%d" % n for n in range(200)}
    with make_folder(files) as folder, Server(folder) as server:
        wrong = []

        def ask(numbers):
            for n in numbers:
                if server.ask(f"/{n}.txt")[2] != b"%d" % n:
                    wrong.append(n)

        threads = [threading.Thread(target=ask, args=(range(i, 200, 64),)) for i in range(64)]
        started = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        tap.equal(wrong, [])
        assert time.monotonic() - started < 60
        targets = sorted(server.line()["target"] for _ in range(200))
        tap.equal(targets, sorted(f"/{name}" for name in files))


def test_slow_client_does_not_stop_others():
    with big_folder() as folder, Server(folder) as server:
        slow = [start_big(server) for _ in range(10)]
        half = server.connect()
        half.sendall(b"GET /small HTT")
        started = time.monotonic()
        for _ in range(50):
            check(server, 200, "/small")
        assert time.monotonic() - started < 60
        for connection in [half, *slow]:
            connection.close()


def test_folder_replaced_while_served():
    """What every build tool does: remove the folder and make it anew."""
    with make_folder({"dist/index.html": b"one"}) as top:
        dist = os.path.join(top, "dist")
        with Server(dist) as server:
            tap.equal(check(server, 200)[2], b"one")
            os.rename(dist, dist + "-old")
            status, _, body = server.ask("/")
            assert status in (404, 503), status
            assert top.encode() not in body
            tap.equal([server.line()["reason"] for _ in range(2)], ["index", "folder-gone"])
            os.mkdir(dist)
            with open(os.path.join(dist, "index.html"), "wb") as file:
                file.write(b"two")
            tap.equal(check(server, 200)[2], b"two")


tap.run()
