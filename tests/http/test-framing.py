# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests as hostile or odd clients write them: what is answered, and whether the next bytes are a request.

Each case is sent with a further request right behind it. When that one is answered the connection stayed open; when
not, nothing after the refused head was taken for a request."""

import functools
import socket
import time

from headless import Server, make_folder, read_all, tap
from wire import PROBE, PROBE_BODY, Cases, request, split_answers, talk

HOST = b"Host: localhost"
OPEN, CLOSED = True, False

FILES = {
    "a.txt": b"aaa",
    "probe.txt": PROBE_BODY,
    "d/index.html": b"<!doctype html><title>d</title>",
    "d/x y.txt": b"space",
    "d/100%.txt": b"percent",
    "%41": b"escape",
    "q?x": b"question",
    "h#x": b"hash",
    "a;b=c": b"semicolon",
    "é": b"accent",
    b"\xff\xfe": b"bytes",
    "back\\slash": b"backslash",
    "new\nline": b"newline",
    "...": b"",
    "~": b"tilde",
}


@functools.cache
def serve():
    """One server for all tables, so that a case that breaks it breaks the ones after it as well."""
    folder = make_folder(FILES)
    server = Server(folder.name)
    server.folder = folder
    return server


def run(table, at_least):
    """table: (name, bytes, statuses, open); one status when there is one answer."""
    server, cases = serve(), Cases()
    for name, data, statuses, stays_open in table:
        statuses = [statuses] if isinstance(statuses, int) else list(statuses)
        try:
            answers, is_open = talk(server, data)
        except AssertionError as error:
            cases.check(name, str(error), "answers")
            continue
        cases.check(name, ([a.status for a in answers], is_open), (statuses, stays_open))
        for answer in answers[:-1]:
            cases.check(name, answer.headers.get("connection"), None)
        if answers and not is_open:
            cases.check(name, answers[-1].headers.get("connection"), "close")
        # Each answer is in the log, the refused ones too, and nothing else is.
        logged = [server.line()["status"] for _ in range(len(answers) + is_open)]
        cases.check(name + ", logged", logged, [a.status for a in answers] + [200] * is_open)
    tap.equal(server.no_line(), [])
    cases.finish(at_least)


def test_targets():
    table = [
        (b"/a.txt", 200), (b"/a.txt?", 200), (b"/a.txt?x=1&y=%zz", 200), (b"/a.txt??", 200), (b"/a.txt?/../x", 200),
        (b"//a.txt", 200), (b"///a.txt", 200), (b"/%61.txt", 200), (b"/a%2Etxt", 200), (b"/a%2etxt", 200),
        (b"/d", 301), (b"/d/", 200), (b"/d//", 200), (b"/d//index.html", 200), (b"//d", 301), (b"/d?x", 301),
        (b"/d/x%20y.txt", 200), (b"/d/x+y.txt", 404), (b"/d/100%25.txt", 200), (b"/%2541", 200), (b"/%41", 404),
        (b"/q%3Fx", 200), (b"/q?x", 404), (b"/h%23x", 200), (b"/h#x", 400), (b"/a.txt#frag", 400), (b"/a;b=c", 200),
        (b"/a%3bb%3Dc", 200), (b"/%C3%A9", 200), (b"/\xc3\xa9", 200), (b"/%ff%fe", 200), (b"/\xff\xfe", 200),
        (b"/back%5Cslash", 200), (b"/back\\slash", 200), (b"/new%0Aline", 200), (b"/new%0D%0Aline", 404),
        (b"/...", 404), (b"/~", 200), (b"/%7E", 200),
        (b"/.", 400), (b"/..", 400), (b"/./a.txt", 400), (b"/../a.txt", 400), (b"/d/../a.txt", 400), (b"/d/..", 400),
        (b"/%2e", 400), (b"/%2e%2e", 400), (b"/.%2e/a.txt", 400), (b"/%2E./a.txt", 400), (b"/d/%2e%2e/a.txt", 400),
        (b"/..%2fa.txt", 400), (b"/d%2findex.html", 400), (b"/%2f", 400), (b"/%2Fa.txt", 400), (b"/..%5ca.txt", 404),
        (b"/..\\a.txt", 404), (b"/%252e%252e/a.txt", 404), (b"/..;/a.txt", 404), (b"/.;/a.txt", 404),
        (b"/%00", 400), (b"/a.txt%00", 400), (b"/a.txt%00.html", 400), (b"/%", 400), (b"/%4", 400), (b"/%zz", 400),
        (b"/%4z", 400), (b"/%z4", 400), (b"/%%34%31", 400), (b"/%u0041", 400), (b"/a.txt%", 400),
        (b"/%c0%ae%c0%ae/a.txt", 404), (b"/%e0%80%ae", 404), (b"/a.txt/", 404), (b"/a.txt/x", 404), (b"/A.TXT", 404),
        (b"/a.txt.", 404), (b"/a.txt::$DATA", 404), (b"/missing", 404), (b"/d/missing/x", 404), (b"/" + b"x" * 255, 404),
        (b"/" + b"x" * 256, 404), (b"/" + b"a/" * 3000, 404), (b"/.env", 404), (b"/%2eenv", 404), (b"/.git/config", 404),
        (b"", 400), (b"a.txt", 400), (b"*", 400), (b"?", 400), (b"?x", 400), (b"#", 400), (b"\\a.txt", 400),
        (b"http:/a.txt", 400), (b"http:a.txt", 400), (b"file:///etc/passwd", 400), (b"ftp://localhost/a.txt", 400),
        (b"https://localhost/a.txt", 400), (b"javascript:alert(1)", 400), (b"localhost", 400), (b"localhost:80", 400),
        (b"http://localhost/a.txt", 200), (b"HTTP://LOCALHOST/a.txt", 200), (b"http://127.0.0.1/a.txt", 200),
        (b"http://[::1]:80/a.txt", 200), (b"http://x.localhost/a.txt", 200), (b"http://localhost:1/a.txt", 200),
        (b"http://localhost", 200), (b"http://localhost?x", 200), (b"http://localhost/", 200),
        (b"http://localhost/../a.txt", 400), (b"http://localhost//a.txt", 200), (b"http://localhost#x", 400),
        (b"http://evil.example/a.txt", 421), (b"http://evil.example/missing", 421), (b"http://localhost.evil.example/", 421),
        (b"http://127.0.0.1.evil.example/", 421), (b"http://127.0.0.2/", 421), (b"http://0x7f.1/", 421),
        (b"http://2130706433/", 421), (b"http:///a.txt", 400), (b"http://", 400), (b"http://:80/a.txt", 400),
        (b"http://user@localhost/a.txt", 400), (b"http://localhost@evil.example/", 400), (b"http://localhost:x/", 400),
        (b"http://localhost:99999/", 400), (b"http://localhost:0/", 400), (b"http://[::1/a.txt", 400), (b"http://[]/", 400),
    ]
    # An empty target leaves two spaces, which no longer is a request line.
    run([(f"GET {t!r}"[:60], request(t), status, bool(t)) for t, status in table], 100)


def test_bytes_in_targets():
    """Only what a request line may hold: the other bytes can't be told apart from its end."""
    table = []
    for c in [*range(0x21), 0x7F]:
        # In place of a space the line has four words.
        table.append((f"byte {c:#04x} in the target", request(b"/a" + bytes([c]) + b"b"), 400, CLOSED))
    for c in b'"<>[]^`{|}\\':
        table.append((f"{chr(c)!r} in the target", request(b"/a" + bytes([c])), 404, OPEN))
    run(table, 40)


def test_methods():
    known = [(b"GET", 200), (b"HEAD", 200), (b"OPTIONS", 204)]
    known += [(m, 405) for m in (b"POST", b"PUT", b"PATCH", b"DELETE", b"TRACE", b"CONNECT")]
    unknown = [b"get", b"Get", b"GETT", b"G", b"PROPFIND", b"M-SEARCH", b"BREW", b"PRI", b"QUERY", b"_", b"0", b"X" * 32]
    table = [(f"method {m!r}", request(method=m), status, OPEN) for m, status in known]
    table += [(f"method {m!r}", request(method=m), 501, OPEN) for m in unknown]
    table += [(f"method with {chr(c)!r}", request(method=b"A" + bytes([c])), 501, OPEN) for c in b"!#$%&'*+-.^_`|~"]
    table += [(f"method with {chr(c)!r}", request(method=b"A" + bytes([c])), 400, CLOSED) for c in b'"(),/:;<=>?@[\\]{}']
    table += [
        ("a long method", request(method=b"X" * 33), 501, CLOSED),
        ("a very long method", request(method=b"X" * 4000), 501, CLOSED),
        ("an empty method", request(method=b""), 400, CLOSED),
        ("a space before the method", request(method=b" GET"), 400, CLOSED),
        ("a tab before the method", request(method=b"\tGET"), 400, CLOSED),
        ("a tab after the method", request(method=b"GET\t"), 400, CLOSED),
        ("two spaces after the method", request(method=b"GET "), 400, CLOSED),
        ("a quote before the method", request(method=b'"GET'), 400, CLOSED),
        ("a method beyond ASCII", request(method=b"G\xc3\x89T"), 400, CLOSED),
        ("a method that begins beyond ASCII", request(method=b"\xff"), 400, CLOSED),
        ("a NUL in the method", request(method=b"G\0T"), 400, CLOSED),
        ("OPTIONS *", request(b"*", b"OPTIONS"), 204, OPEN),
        ("OPTIONS of a missing file", request(b"/missing", b"OPTIONS"), 204, OPEN),
        ("OPTIONS of a bad target", request(b"/..", b"OPTIONS"), 400, OPEN),
        ("HEAD *", request(b"*", b"HEAD"), 400, OPEN),
        ("HEAD of a missing file", request(b"/missing", b"HEAD"), 404, OPEN),
        ("HEAD of a folder", request(b"/d", b"HEAD"), 301, OPEN),
        ("HEAD with a bad Host", request(b"/", b"HEAD", fields=[b"Host: evil.example"]), 421, OPEN),
        ("HEAD without Host", request(b"/", b"HEAD", fields=[]), 400, CLOSED),
        ("CONNECT", request(b"localhost:80", b"CONNECT"), 405, OPEN),
        ("CONNECT to another host", request(b"evil.example:443", b"CONNECT", fields=[b"Host: evil.example:443"]), 421, OPEN),
    ]
    run(table, 60)


def test_allow_is_told():
    for method in (b"POST", b"OPTIONS", b"TRACE"):
        answers, is_open = talk(serve(), request(method=method))
        assert is_open, method
        tap.equal(answers[0].headers["allow"], "GET, HEAD, OPTIONS", method)
        [serve().line() for _ in range(2)]


def test_trace_never_echoes():
    answers, _ = talk(serve(), request(method=b"TRACE", fields=[HOST, b"Cookie: secret-cookie"]))
    assert b"secret-cookie" not in answers[0].body
    [serve().line() for _ in range(2)]


def test_versions():
    table = [(f"HTTP/1.{n}", request(version=b"HTTP/1.%d" % n), 200, OPEN) for n in range(1, 10)]
    for version in (
        b"", b"HTTP", b"HTTP/", b"HTTP/1", b"HTTP/1.", b"HTTP/.1", b"HTTP/1.10", b"HTTP/01.1", b"HTTP/1.01", b"HTTP/11",
        b"HTTP/1.1.1", b"HTTP/1,1", b"HTTP/1 1", b"HTTP/1.x", b"HTTP/1.-1", b"HTTP/-1.1", b"HTTP/+1.1",
        b"HTTP/2", b"HTTP/3", b"HTTP/10.1", b"HTTP/2.", b"HTTP/.0", b"HTTP/a.b", b"http/2.0", b"http/1.1", b"Http/1.1", b"HTTPS/1.1", b"XTTP/1.1", b"HTTP /1.1",
        b"HTTP/ 1.1", b"HTTP/1.1 ", b"HTTP/1.1\t", b" HTTP/1.1", b"\tHTTP/1.1", b"HTTP/1.1 x", b"HTTP/1.1\0", b"HTTP/1.1\r",
        b"HTTP\\1.1", b"ICY/1.1", b"RTSP/1.0", b"HTTP/1.\xb1", b"HTTP/1.1;", b"HTTP/1.1HTTP/1.1",
    ):
        table.append((f"version {version!r}", request(version=version), 400, CLOSED))
    for version in (b"HTTP/0.0", b"HTTP/0.9", b"HTTP/2.0", b"HTTP/2.1", b"HTTP/3.0", b"HTTP/9.9"):
        for method in (b"GET", b"HEAD", b"BREW"):
            table.append((f"{method.decode()} {version.decode()}", request(method=method, version=version), 505, CLOSED))
    table.append(("no version at all", b"GET /a.txt\r\n" + HOST + b"\r\n\r\n", 400, CLOSED))
    table.append(("HTTP/0.9", b"GET /a.txt\r\n", 400, CLOSED))
    table.append(("HTTP/2 by prior knowledge", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, CLOSED))
    table.append(("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400, CLOSED))
    table.append(("SSH", b"SSH-2.0-OpenSSH_9.2\r\n", 400, CLOSED))
    table.append(("SOCKS", b"\x05\x01\x00", 400, CLOSED))
    table.append(("JSON", b'{"jsonrpc": "2.0"}\r\n\r\n', 400, CLOSED))
    table.append(("an answer", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 400, CLOSED))
    run(table, 50)


def test_hosts():
    port = serve().port
    good = [
        b"localhost", b"LOCALHOST", b"LocalHost", b"localhost:%d" % port, b"localhost:", b"localhost:80", b"localhost:1",
        b"localhost:65535", b"127.0.0.1", b"127.0.0.1:%d" % port, b"[::1]", b"[::1]:%d" % port, b"app.localhost",
        b"a.b.localhost", b"A-1.LOCALHOST:%d" % port,
    ]
    malformed = [
        b"", b":80", b"localhost:x", b"localhost:-1", b"localhost:+1", b"localhost:0", b"localhost:65536",
        b"localhost:99999999999999999999", b"localhost:80:80", b"localhost: 80", b"localhost :80", b"local host",
        b"localhost, localhost", b"localhost,evil.example", b"localhost/", b"localhost/a", b"http://localhost",
        b"user@localhost", b"localhost@evil.example", b"localhost#", b"localhost?", b"localhost\\", b'"localhost"',
        b"<localhost>", b"[::1", b"::1", b"[]", b"[::1]x", b"[::1]:x", b"[localhost]", b"[::1%25lo]", b"localhost\xc3\xa9",
        b"localhost\tx", b"|", b"{}", b"^", b"`",
    ]
    foreign = [
        b"evil.example", b"evil.example:%d" % port, b"localhost.evil.example", b"localhost.", b"127.0.0.1.", b"127.0.0.2",
        b"127.1", b"0", b"0.0.0.0", b"2130706433", b"0x7f000001", b"0177.0.0.1", b"127.0.0.1.evil.example",
        b"evil-localhost", b"evillocalhost", b".localhost", b"a..localhost", b"localhost.localhost.", b"[::]", b"[::2]",
        b"[::ffff:127.0.0.1]", b"[0:0:0:0:0:0:0:1]", b"[127.0.0.1]", b"192.168.0.1", b"%6cocalhost", b"localhost%00",
        b"xn--localhost", b"local", b"host.docker.internal", b"localhost.localdomain", b"*", b"a%2elocalhost", b"-", b"_",
        b"a!b.localhost",
    ]
    table = [(f"Host: {h!r}", request(fields=[b"Host: " + h]), 200, OPEN) for h in good]
    table += [(f"Host: {h!r}", request(fields=[b"Host: " + h]), 400, OPEN) for h in malformed]
    table += [(f"Host: {h!r}", request(fields=[b"Host: " + h]), 421, OPEN) for h in foreign]
    table += [
        ("no Host", request(fields=[]), 400, CLOSED),
        ("no Host, others", request(fields=[b"Accept: */*"]), 400, CLOSED),
        ("Host twice", request(fields=[HOST, HOST]), 400, CLOSED),
        ("two Hosts", request(fields=[HOST, b"Host: evil.example"]), 400, CLOSED),
        ("two Hosts, other case", request(fields=[HOST, b"hOST: localhost"]), 400, CLOSED),
        ("two Hosts, apart", request(fields=[HOST, b"Accept: */*", HOST]), 400, CLOSED),
        ("two Hosts, absolute form", request(b"http://localhost/a.txt", fields=[HOST, HOST]), 400, CLOSED),
        ("no Host, absolute form", request(b"http://localhost/a.txt", fields=[]), 400, CLOSED),
        ("an empty Host, absolute form", request(b"http://localhost/a.txt", fields=[b"Host:"]), 400, OPEN),
        ("a foreign Host, own authority", request(b"http://localhost/a.txt", fields=[b"Host: evil.example"]), 200, OPEN),
        ("own Host, foreign authority", request(b"http://evil.example/a.txt"), 421, OPEN),
        ("space around", request(fields=[b"Host: \t localhost \t "]), 200, OPEN),
        ("no space", request(fields=[b"Host:localhost"]), 200, OPEN),
        ("hOsT", request(fields=[b"hOsT: localhost"]), 200, OPEN),
        ("X-Forwarded-Host", request(fields=[b"Host: evil.example", b"X-Forwarded-Host: localhost"]), 421, OPEN),
        ("Forwarded", request(fields=[b"Host: evil.example", b"Forwarded: host=localhost"]), 421, OPEN),
        ("Origin", request(fields=[b"Host: evil.example", b"Origin: http://localhost"]), 421, OPEN),
        ("Host with a space before the colon", request(fields=[b"Host : localhost"]), 400, CLOSED),
        ("Host folded", request(fields=[b"Host:", b" localhost"]), 400, CLOSED),
        ("Host in the trailer of the line", request(version=b"HTTP/1.1 Host: localhost", fields=[]), 400, CLOSED),
        ("a foreign Host, a missing file", request(b"/missing", fields=[b"Host: evil.example"]), 421, OPEN),
        ("a foreign Host, a bad target", request(b"/..", fields=[b"Host: evil.example"]), 421, OPEN),
        ("a foreign Host, POST", request(method=b"POST", fields=[b"Host: evil.example"]), 421, OPEN),
    ]
    run(table, 90)


def test_field_lines():
    table = []
    for c in [*range(0x20), 0x7F]:
        expected = (200, OPEN) if c == 0x09 else (400, CLOSED)
        table.append((f"byte {c:#04x} in a value", request(fields=[HOST, b"X: a" + bytes([c]) + b"b"]), *expected))
        table.append((f"byte {c:#04x} in a name", request(fields=[HOST, b"X" + bytes([c]) + b"Y: a"]), 400, CLOSED))
    for c in b'"(),/;<=>?@[\\]{} ':
        table.append((f"{chr(c)!r} in a name", request(fields=[HOST, b"X" + bytes([c]) + b"Y: a"]), 400, CLOSED))
    for c in b"!#$%&'*+-.^_`|~0aZ":
        table.append((f"{chr(c)!r} in a name", request(fields=[HOST, b"X" + bytes([c]) + b"Y: a"]), 200, OPEN))
    for c in (0x80, 0xA0, 0xC3, 0xFF):
        table.append((f"byte {c:#04x} in a value", request(fields=[HOST, b"X: a" + bytes([c])]), 200, OPEN))
        table.append((f"byte {c:#04x} in a name", request(fields=[HOST, b"X" + bytes([c]) + b": a"]), 400, CLOSED))
    for name, line, ok in (
        ("no colon", b"X", False), ("only a colon", b":", False), ("no name", b": a", False), ("space before the colon", b"X : a", False),
        ("tab before the colon", b"X\t: a", False), ("no value", b"X:", True), ("a value of space", b"X: \t ", True),
        ("colons in the value", b"X: a:b::c", True), ("two colons", b"X:: a", True), ("a folded line", b"X: a\r\n b", False),
        ("a line folded with a tab", b"X: a\r\n\tb", False), ("an empty folded line", b"X: a\r\n ", False),
        ("the same name often", b"\r\n".join([b"Cookie: a=b"] * 50), True), ("a quoted string", b'X: "a\\"b, c"', True),
        ("an open quote", b'X: "a', True), ("spaces inside", b"X: a   b", True), ("a NUL at the end", b"X: a\0", False),
        ("a NUL before the name", b"\0X: a", False), ("a request as a field", b"GET /d/ HTTP/1.1", False),
        ("a byte order mark", b"\xef\xbb\xbfX: a", False), ("a comment", b"X: (a (nested) comment)", True),
        ("a long name", b"X" * 4000 + b": a", True), ("a long value", b"X: " + b"a" * 8000, True),
    ):
        table.append((name, request(fields=[HOST, line]), *((200, OPEN) if ok else (400, CLOSED))))
        table.append((name + ", first", request(fields=[line, HOST]), *((200, OPEN) if ok else (400, CLOSED))))
    table.append(("a folded first line", request(fields=[b" " + HOST]), 400, CLOSED))
    run(table, 140)


def test_bodies():
    """No body is ever read, so whatever may be one ends the connection; what may be two lengths is an attack."""
    chunk = b"5\r\nhello\r\n0\r\n\r\n"
    length, coding = b"Content-Length: ", b"Transfer-Encoding: "
    none, refused, bad = (200, OPEN), (413, CLOSED), (400, CLOSED)
    chunked, unknown = (411, CLOSED), (501, CLOSED)
    fields = [
        ([length + b"0"], none), ([length + b" 0 "], none), ([b"content-length:0"], none), ([length + b"\t0\t"], none),
        ([length + b"1"], refused), ([length + b"5"], refused), ([length + b"00"], refused), ([length + b"05"], refused),
        ([length + b"9223372036854775807"], refused), ([length + b"18446744073709551616"], refused),
        ([length + b"9" * 400], refused),
        ([length], bad), ([length + b"-1"], bad), ([length + b"+5"], bad), ([length + b"-0"], bad), ([length + b"0x5"], bad),
        ([length + b"5 5"], bad), ([length + b"5,5"], bad), ([length + b"5, 5"], bad), ([length + b"0,0"], bad),
        ([length + b"5;"], bad), ([length + b"5.0"], bad), ([length + b"1e1"], bad), ([length + b"five"], bad),
        ([length + b'"5"'], bad), ([length + b"5\xa0"], bad), ([length + b"\xb2"], bad), ([length + b"5\x0b"], bad),
        ([length + b"5_0"], bad), ([length + b"0\0"], bad), ([length + b"NaN"], bad), ([length + b","], bad), ([length + b"5,"], bad),
        ([length + b"5", length + b"5"], bad), ([length + b"0", length + b"0"], bad), ([length + b"0", length + b"5"], bad),
        ([length + b"5", length + b"0"], bad), ([b"content-LENGTH: 5", length + b"6"], bad),
        ([coding + b"chunked"], chunked), ([coding + b"Chunked"], chunked), ([coding + b"identity"], unknown),
        ([coding + b"gzip, chunked"], unknown), ([coding + b"chunked, identity"], bad), ([coding + b"xchunked"], unknown),
        ([coding], bad), ([coding + b"chunked;q=1"], bad), ([coding + b'"chunked"'], bad), ([coding + b","], bad),
        ([coding + b"chunked", coding + b"chunked"], bad), ([coding + b"chunked", coding + b"identity"], bad),
        ([coding + b"gzip", coding + b"chunked"], unknown), ([coding + b"gzip"], unknown), ([coding + b"deflate;x=y"], unknown),
        ([coding + b"chunked, chunked"], bad), ([coding + b"chunked chunked"], bad), ([coding + b"chunked\xff"], bad),
        ([b"transfer-encoding:chunked"], chunked), ([coding + b"\tchunked"], chunked), ([coding + b"chunked, "], chunked),
        ([coding + b", ,chunked"], chunked), ([coding + b"chun", coding + b"ked"], unknown),
        ([coding + b"chunked", length + b"5"], bad), ([length + b"5", coding + b"chunked"], bad),
        ([coding + b"chunked", length + b"0"], bad), ([coding + b"identity", length + b"5"], bad),
        ([b"Transfer-Encoding : chunked"], bad), ([b" Transfer-Encoding: chunked"], bad), ([b"Transfer-Encoding\t: chunked"], bad),
        ([b"Content-Length : 5"], bad), ([b"X: a\r\n Content-Length: 5"], bad), ([coding + b"\x0bchunked"], bad),
        ([coding + b"chunked\0"], bad), ([b"Transfer\0-Encoding: chunked"], bad), ([b"Content-Length:", b" 5"], bad),
        ([b"Transfer_Encoding: chunked"], none), ([b"Content_Length: 5"], none), ([b"X-Content-Length: 5"], none),
        ([b"TE: chunked"], none), ([b"Trailer: X"], none), ([b"Content-Encoding: gzip"], none),
        ([b"Content-Type: application/json"], none), ([b"Expect: 100-continue"], none), ([b"Expect: miracles"], none),
        ([b"Expect: 100-continue", length + b"5"], refused), ([b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABk"], none),
        ([b"Connection: Upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Version: 13"], none),
    ]
    table = []
    for extra, (status, stays_open) in fields:
        for method in (b"GET", b"HEAD", b"POST"):
            expected = 405 if status == 200 and method == b"POST" else status
            name = f"{method.decode()} {b', '.join(extra)[:60]!r}"
            # A body would be the rest of what is sent, a request that is answered with "aaa" if it is taken for one.
            table.append((name, request(method=method, fields=[HOST, *extra]) + (b"" if stays_open else chunk), expected, stays_open))
    run(table, 200)


def test_old_version():
    table = []
    for name, fields, status, stays_open in (
        ("nothing", [], 200, CLOSED), ("Host", [HOST], 200, CLOSED), ("keep-alive", [b"Connection: keep-alive"], 200, OPEN),
        ("Keep-Alive", [HOST, b"Connection: Keep-Alive"], 200, OPEN), ("close", [HOST, b"Connection: close"], 200, CLOSED),
        ("both", [b"Connection: keep-alive, close"], 200, CLOSED), ("Proxy-Connection", [b"Proxy-Connection: keep-alive"], 200, CLOSED),
        ("a foreign Host", [b"Host: evil.example"], 421, CLOSED), ("two Hosts", [HOST, HOST], 400, CLOSED),
        ("an empty Host", [b"Host:"], 400, CLOSED), ("chunked", [b"Transfer-Encoding: chunked"], 400, CLOSED),
        ("a length", [b"Content-Length: 5", b"Connection: keep-alive"], 413, CLOSED),
        ("Expect", [b"Expect: 100-continue"], 200, CLOSED),
        ("keep-alive, a missing file", [b"Connection: keep-alive", b"X-Not: there"], 200, OPEN),
    ):
        table.append((f"HTTP/1.0, {name}", request(version=b"HTTP/1.0", fields=fields), status, stays_open))
        if b"Connection: keep-alive" in fields and stays_open:
            table.append((f"HTTP/1.0, {name}, 404", request(b"/missing", version=b"HTTP/1.0", fields=fields), 404, OPEN))
    run(table, 14)


def test_connection_field():
    table = []
    for value, stays_open in (
        (b"close", CLOSED), (b"Close", CLOSED), (b"CLOSE", CLOSED), (b" close ", CLOSED), (b"close,", CLOSED), (b",close", CLOSED),
        (b"keep-alive, close", CLOSED), (b"close, keep-alive", CLOSED), (b"foo,\tclose", CLOSED), (b"te ,close, foo", CLOSED),
        (b"keep-alive", OPEN), (b"", OPEN), (b",", OPEN), (b"closed", OPEN), (b"clos", OPEN), (b"close-not", OPEN),
        (b"no-close", OPEN), (b"upgrade", OPEN), (b"Host", OPEN), (b"foo bar", OPEN),
    ):
        for target, status in ((b"/a.txt", 200), (b"/missing", 404), (b"/d", 301)):
            fields = [HOST, b"Connection: " + value]
            table.append((f"Connection: {value!r}, {status}", request(target, fields=fields), status, stays_open))
    table.append(("two fields", request(fields=[HOST, b"Connection: foo", b"Connection: close"]), 200, CLOSED))
    table.append(("two fields, folded case", request(fields=[HOST, b"CONNECTION: close", b"connection: x"]), 200, CLOSED))
    run(table, 60)


def test_line_ends():
    get = b"GET /a.txt HTTP/1.1"
    table = [
        ("one empty line before", b"\r\n" + request(), 200, OPEN),
        ("empty lines before", b"\r\n" * 20 + request(), 200, OPEN),
        ("an empty line between", request() + b"\r\n" + request(), [200, 200], OPEN),
        ("empty lines between", request() + b"\r\n\r\n\r\n" + request(), [200, 200], OPEN),
        ("a bare LF before", b"\n" + request(), 400, CLOSED),
        ("a bare CR before", b"\r" + request(), 400, CLOSED),
        ("space before", b" \r\n" + request(), 400, CLOSED),
        ("bare LF everywhere", request().replace(b"\r\n", b"\n"), 400, CLOSED),
        ("bare CR everywhere, then an LF", request().replace(b"\r\n", b"\r") + b"\n", 400, CLOSED),
        ("LF after the request line", get + b"\n" + HOST + b"\r\n\r\n", 400, CLOSED),
        ("LF after a field", get + b"\r\n" + HOST + b"\n\r\n", 400, CLOSED),
        ("LF at the end", get + b"\r\n" + HOST + b"\r\n\n", 400, CLOSED),
        ("LF CR", get + b"\n\r" + HOST + b"\n\r\n\r", 400, CLOSED),
        ("CR CR LF", get + b"\r\r\n" + HOST + b"\r\n\r\n", 400, CLOSED),
        ("CR CR LF after a field", get + b"\r\n" + HOST + b"\r\r\n\r\n", 400, CLOSED),
        ("CR CR LF at the end", get + b"\r\n" + HOST + b"\r\n\r\r\n", 400, CLOSED),
        ("a CR in the request line", b"GET /a\r.txt HTTP/1.1\r\n" + HOST + b"\r\n\r\n", 400, CLOSED),
        ("a CR in a value", get + b"\r\n" + HOST + b"\r\nX: a\rb\r\n\r\n", 400, CLOSED),
        ("a hidden field behind a CR", get + b"\r\n" + HOST + b"\r\nX: a\rContent-Length: 5\r\n\r\n", 400, CLOSED),
        ("a hidden field behind an LF", get + b"\r\n" + HOST + b"\r\nX: a\nContent-Length: 5\r\n\r\n", 400, CLOSED),
        ("form feeds for line ends", get + b"\x0c\x0c" + HOST + b"\r\n\r\n", 400, CLOSED),
        ("a vertical tab before", b"\x0b" + request(), 400, CLOSED),
        ("a NUL before", b"\0" + request(), 400, CLOSED),
        ("the Unicode line separator", get + "\u2028".encode() + HOST + b"\r\n\r\n", 400, CLOSED),
        ("NEL", get + b"\x85" + HOST + b"\r\n\r\n", 400, CLOSED),
    ]
    run(table, 25)


MAX_LINE, MAX_HEAD, MAX_FIELDS, MAX_TARGET = 8192, 32768, 100, 8000


def head_of(size, end=b"\r\n\r\n"):
    """A head of exactly this many bytes."""
    lines = [b"GET /a.txt HTTP/1.1", HOST]
    left = size - len(b"\r\n".join(lines) + end)
    while left > 0:
        n = min(left, 8000)
        if 0 < left - n < 10:
            n -= 10
        lines.append(b"X: " + b"a" * (n - 5))
        left -= n
    text = b"\r\n".join(lines) + end
    assert len(text) == size
    return text


def test_limits():
    field = b"X: " + b"a" * (MAX_LINE - 3)
    fields = [HOST] + [b"X-%d: a" % n for n in range(MAX_FIELDS - 1)]
    table = [
        ("the longest line", request(fields=[HOST, field]), 200, OPEN),
        ("a line that is one too long", request(fields=[HOST, field + b"a"]), 431, CLOSED),
        ("a line that is two too long", request(fields=[HOST, field + b"aa"]), 431, CLOSED),
        ("a line that is far too long", request(fields=[HOST, field * 10]), 431, CLOSED),
        ("a line without an end", b"GET /a.txt HTTP/1.1\r\n" + b"a" * 100000, 431, CLOSED),
        ("a long name", request(fields=[HOST, b"X" * MAX_LINE + b": a"]), 431, CLOSED),
        ("a long line with a bare LF", b"GET /a.txt HTTP/1.1\r\nX: " + b"a" * 9000 + b"\n\r\n", 431, CLOSED),
        ("the longest target", request(b"/" + b"a" * (MAX_TARGET - 1)), 404, OPEN),
        ("the longest target, with a query", request(b"/a.txt?" + b"a" * (MAX_TARGET - 7)), 200, OPEN),
        ("a target that is one too long", request(b"/" + b"a" * MAX_TARGET), 414, OPEN),
        ("a query that is one too long", request(b"/a.txt?" + b"a" * (MAX_TARGET - 6)), 414, OPEN),
        ("a target that fills the line", request(b"/" + b"a" * (MAX_LINE - 14)), 414, OPEN),
        ("a target that overflows the line", request(b"/" + b"a" * (MAX_LINE - 13)), 414, CLOSED),
        ("a target that is far too long", request(b"/" + b"a" * 20000), 414, CLOSED),
        ("a target without an end", b"GET /" + b"a" * 60000, 414, CLOSED),
        ("a HEAD that is far too long", request(b"/" + b"a" * 20000, b"HEAD"), 414, CLOSED),
        ("a method without an end", b"G" * 60000, 431, CLOSED),
        ("the longest head", head_of(MAX_HEAD), 200, OPEN),
        ("a head that is one too long", head_of(MAX_HEAD + 1), 431, CLOSED),
        ("a head that is two too long", head_of(MAX_HEAD + 2), 431, CLOSED),
        ("a head that is far too long", head_of(10 * MAX_HEAD), 431, CLOSED),
        ("a megabyte of head", head_of(1 << 20), 431, CLOSED),
        ("as many fields as may be", request(fields=fields), 200, OPEN),
        ("one field too many", request(fields=[*fields, b"X: a"]), 431, CLOSED),
        ("many fields too many", request(fields=[*fields, *[b"X: a"] * 1000]), 431, CLOSED),
        ("too many fields, the last one broken", request(fields=[*fields, b"X"]), 431, CLOSED),
        ("empty lines up to the limit", b"\r\n" * ((MAX_HEAD - len(request())) // 2) + request(), 200, OPEN),
        ("empty lines without an end", b"\r\n" * MAX_HEAD, 431, CLOSED),
        ("a long Cookie", request(fields=[HOST, b"Cookie: " + b"a=b; " * 1600]), 200, OPEN),
        ("cookies of many sites", request(fields=[HOST, *[b"Cookie: " + b"a=b; " * 1600] * 5]), 431, CLOSED),
        ("two heads that are long together", head_of(20000) + head_of(20000), [200, 200], OPEN),
        ("a long head after short ones", request() * 50 + head_of(MAX_HEAD + 1), [200] * 50 + [431], CLOSED),
    ]
    run(table, 32)


def test_pipelines():
    a, missing, folder = request(), request(b"/missing"), request(b"/d")
    bad, post = request(fields=[]), request(method=b"POST", fields=[HOST, b"Content-Length: 5"])
    table = [
        ("many", a * 200, [200] * 200, OPEN),
        ("mixed", a + missing + folder + a, [200, 404, 301, 200], OPEN),
        ("a bad one at the end", a + missing + bad, [200, 404, 400], CLOSED),
        ("a bad one between", a + bad + a, [200, 400], CLOSED),
        ("a body between", a + post + b"hello" + a, [200, 413], CLOSED),
        ("a body that is a request", post + a, [413], CLOSED),
        ("a chunked body that is a request",
         request(fields=[HOST, b"Transfer-Encoding: chunked"]) + b"%x\r\n" % len(a) + a + b"\r\n0\r\n\r\n" + a, [411], CLOSED),
        ("a close between", a + request(fields=[HOST, b"Connection: close"]) + a, [200, 200], CLOSED),
        ("HTTP/1.0 between", a + request(version=b"HTTP/1.0") + a, [200, 200], CLOSED),
        ("nonsense between", a + b"nonsense\r\n" + a, [200, 400], CLOSED),
        ("a body without a length", request(method=b"POST") + b"hello" + a, [405, 501], OPEN),
        ("GET with stray bytes", a + b"xx" + a, [200, 501], OPEN),
        ("errors that keep the connection", missing * 30 + request(b"/..") * 3, [404] * 30 + [400] * 3, OPEN),
        ("foreign hosts that keep it", request(fields=[b"Host: evil.example"]) * 3 + a, [421] * 3 + [200], OPEN),
        ("unsatisfiable ranges", request(fields=[HOST, b"Range: bytes=99-"]) * 3 + a, [416] * 3 + [200], OPEN),
        ("two lengths that hide a request", request(fields=[HOST, b"Content-Length: 0", b"Content-Length: 44"]) + a, [400], CLOSED),
    ]
    run(table, 16)


def test_answers_in_order_to_mixed_methods():
    server = serve()
    head, get, options = request(method=b"HEAD"), request(), request(method=b"OPTIONS")
    answers, is_open = talk(server, (head + get + options) * 20, [b"HEAD", b"GET", b"OPTIONS"] * 20)
    tap.equal([a.status for a in answers], [200, 200, 204] * 20)
    tap.equal({a.body for a in answers[1::3]}, {b"aaa"})
    assert is_open
    [server.line() for _ in range(61)]


def test_splits():
    """A head that comes in two pieces, cut at each of its bytes, is the same as one that comes whole."""
    server, cases = serve(), Cases()
    heads = [
        (request(b"/d?x", fields=[HOST, b"X: y"]), 301),
        (request(fields=[HOST, b"Content-Length: 5"]), 413),
        (request(fields=[b"Host : x"]), 400),
        (b"\r\n\r\n" + request(b"/a.txt", b"HEAD"), 200),
    ]
    for data, status in heads:
        for cut in range(1, len(data)):
            with server.connect() as connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.sendall(data[:cut])
                time.sleep(0.001)
                connection.sendall(data[cut:] + PROBE)
                methods = [b"HEAD"] if b"HEAD" in data else []
                answers = split_answers(read_all(connection), methods)
            expected = [status] if status in (400, 413) else [status, 200]
            cases.check(f"{data[:40]!r} cut at {cut}", [a.status for a in answers], expected)
            [server.line() for _ in answers]
    cases.finish(150)


def test_byte_by_byte():
    server = serve()
    data = request() + request(b"/missing", b"HEAD") + b"\r\n" + PROBE
    with server.connect() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for n in range(len(data)):
            connection.sendall(data[n : n + 1])
            time.sleep(0.0002)
        answers = split_answers(read_all(connection), [b"GET", b"HEAD"])
    tap.equal([a.status for a in answers], [200, 404, 200])
    [server.line() for _ in range(3)]


def test_nothing_is_told_of_half_a_head():
    """The client ends before its request does: no answer, no line in the log."""
    server = serve()
    for data in (b"", b"G", b"GET /a.txt HTTP/1.1", b"GET /a.txt HTTP/1.1\r\n", request()[:-1], b"\r\n\r\n"):
        with server.connect() as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            tap.equal(read_all(connection), b"", data)
    tap.equal(talk(server, request())[1], True)
    [server.line() for _ in range(2)]
    tap.equal(server.no_line(), [])


def test_the_server_is_still_well():
    serve().__exit__()
    serve().folder.cleanup()


tap.run()
