# SPDX-License-Identifier: GPL-3.0-or-later
"""Conditions in the order of RFC 9110, 13.2.2, ranges with If-Range, dates, and HEAD beside GET."""

import contextlib
import os
import time

from headless import Server, make_folder, tap
from wire import Cases

TIME = 1_600_000_000  # Sun, 13 Sep 2020 12:26:40 GMT
DATE = "Sun, 13 Sep 2020 12:26:40 GMT"
EARLIER = "Sun, 13 Sep 2020 12:26:39 GMT"
LATER = "Sun, 13 Sep 2020 12:26:41 GMT"
DATA = bytes(range(256)) * 4
SIZE = len(DATA)


@contextlib.contextmanager
def serve_file():
    with make_folder({"f.bin": DATA, "dir/index.html": b"index", "list/a": b""}) as folder, Server(folder) as server:
        for name in ("f.bin", "dir/index.html"):
            os.utime(os.path.join(folder, name), (TIME, TIME))
        server.etag = tap.wait_for(lambda: lasting_tag(server, "/f.bin"), "a lasting tag")
        assert not server.etag.startswith("W/"), server.etag
        yield server


def lasting_tag(server, target):
    """A file changed in this very instant gets a tag that is never seen again."""
    tags = {server.ask(target)[1]["etag"] for _ in range(2)}
    return tags.pop() if len(tags) == 1 else None


def fill_in(fields, etag):
    """E stands for the file's entity tag."""
    return [(name, value.replace("E", etag)) for name, value in fields]


IF_MATCH, IF_NONE_MATCH, IF_RANGE = "If-Match", "If-None-Match", "If-Range"
SINCE, UNTIL = "If-Modified-Since", "If-Unmodified-Since"


def test_preconditions():
    table = [
        # 1. If-Match
        ([(IF_MATCH, "E")], 200), ([(IF_MATCH, "*")], 200), ([(IF_MATCH, " * ")], 200), ([(IF_MATCH, '"x"')], 412),
        ([(IF_MATCH, 'W/E')], 412), ([(IF_MATCH, '"x", E')], 200), ([(IF_MATCH, '"x",E,"y"')], 200),
        ([(IF_MATCH, ',, ,E,')], 200), ([(IF_MATCH, '"x", W/E')], 412), ([(IF_MATCH, "")], 412), ([(IF_MATCH, "x")], 412),
        ([(IF_MATCH, '"x"'), (IF_MATCH, "E")], 200), ([(IF_MATCH, '"a,b", E')], 200), ([(IF_MATCH, '"E"')], 412),
        ([(IF_MATCH, "*, E")], 200), ([(IF_MATCH, "**")], 412),
        # 2. If-Unmodified-Since counts only without If-Match
        ([(UNTIL, DATE)], 200), ([(UNTIL, LATER)], 200), ([(UNTIL, EARLIER)], 412), ([(UNTIL, "never")], 200), ([(UNTIL, "")], 200),
        ([(UNTIL, "0")], 200), ([(UNTIL, DATE.replace("GMT", "CET"))], 200), ([(UNTIL, "Thu, 01 Jan 1970 00:00:00 GMT")], 412),
        ([(IF_MATCH, "E"), (UNTIL, EARLIER)], 200), ([(IF_MATCH, '"x"'), (UNTIL, LATER)], 412),
        # 3. If-None-Match
        ([(IF_NONE_MATCH, "E")], 304), ([(IF_NONE_MATCH, "W/E")], 304), ([(IF_NONE_MATCH, "*")], 304),
        ([(IF_NONE_MATCH, '"x"')], 200), ([(IF_NONE_MATCH, '"x", E')], 304), ([(IF_NONE_MATCH, '"x",W/E')], 304),
        ([(IF_NONE_MATCH, ", ,E")], 304), ([(IF_NONE_MATCH, '"x"'), (IF_NONE_MATCH, "E")], 304), ([(IF_NONE_MATCH, "")], 200),
        ([(IF_NONE_MATCH, "w/E")], 200), ([(IF_NONE_MATCH, "W/")], 200), ([(IF_NONE_MATCH, '"')], 200), ([(IF_NONE_MATCH, "\"")], 200),
        ([(IF_NONE_MATCH, '"x" E')], 200), ([(IF_NONE_MATCH, '"x')], 200), ([(IF_NONE_MATCH, "'x', E")], 304),
        ([(IF_NONE_MATCH, '"x"y, E')], 304), ([(IF_NONE_MATCH, "W/E, *")], 304), ([(IF_NONE_MATCH, '"*"')], 200),
        # 4. If-Modified-Since counts only without If-None-Match
        ([(SINCE, DATE)], 304), ([(SINCE, LATER)], 304), ([(SINCE, EARLIER)], 200), ([(SINCE, "")], 200), ([(SINCE, "0")], 200),
        ([(SINCE, "Sun, 13 Sep 2020 12:26:40")], 200), ([(SINCE, "1600000000")], 200), ([(SINCE, DATE + "; length=5")], 200),
        ([(IF_NONE_MATCH, "E"), (SINCE, EARLIER)], 304), ([(IF_NONE_MATCH, '"x"'), (SINCE, DATE)], 200),
        ([(IF_NONE_MATCH, '"x"'), (SINCE, LATER)], 200), ([(IF_NONE_MATCH, ""), (SINCE, LATER)], 200),
        # the first that fails decides
        ([(IF_MATCH, '"x"'), (IF_NONE_MATCH, "E")], 412), ([(IF_MATCH, "E"), (IF_NONE_MATCH, "E")], 304),
        ([(IF_MATCH, "E"), (IF_NONE_MATCH, '"x"')], 200), ([(UNTIL, EARLIER), (SINCE, DATE)], 412),
        ([(UNTIL, LATER), (SINCE, DATE)], 304), ([(UNTIL, EARLIER), (IF_NONE_MATCH, "E")], 412),
        ([(IF_MATCH, "E"), (UNTIL, EARLIER), (IF_NONE_MATCH, '"x"'), (SINCE, LATER)], 200),
        ([(IF_MATCH, "E"), (UNTIL, EARLIER), (IF_NONE_MATCH, "E"), (SINCE, EARLIER)], 304),
        # and before a range
        ([("Range", "bytes=0-9"), (IF_NONE_MATCH, "E")], 304), ([("Range", "bytes=0-9"), (IF_MATCH, '"x"')], 412),
        ([("Range", "bytes=9999-"), (SINCE, DATE)], 304), ([("Range", "bytes=9999-"), (UNTIL, EARLIER)], 412),
        ([("Range", "bytes=9999-"), (IF_MATCH, '"x"')], 412),
    ]
    with serve_file() as server:
        cases = Cases()
        for fields, status in table:
            for method in ("GET", "HEAD"):
                got, headers, body = server.ask("/f.bin", method, fill_in(fields, server.etag))
                name = f"{method} {fields}"
                cases.check(name, got, status)
                cases.check(name, headers["etag"], server.etag)
                cases.check(name, headers["last-modified"], DATE)
                if got == 304:
                    cases.check(name, (body, headers.get("content-length", str(SIZE))), (b"", str(SIZE)))
                    cases.check(name, "content-type" in headers, False)
        cases.finish(400)


def test_conditions_only_count_where_there_is_a_file():
    with serve_file() as server:
        for target, status in (("/missing", 404), ("/dir", 301), ("/..", 400)):
            for fields in ([(IF_NONE_MATCH, "*")], [(IF_MATCH, '"x"')], [(SINCE, LATER)], [(UNTIL, EARLIER)], [("Range", "bytes=0-0")]):
                tap.equal(server.ask(target, headers=fields)[0], status, f"{target} {fields}")
        tap.equal(server.ask("/f.bin", host="evil.example", headers=[(IF_NONE_MATCH, "*")])[0], 421)
        # A list of files is there, but has neither tag nor date.
        for fields, status in (
            ([(IF_NONE_MATCH, "*")], 304), ([(IF_NONE_MATCH, '"x"')], 200), ([(IF_MATCH, "*")], 200), ([(IF_MATCH, '"x"')], 412),
            ([(SINCE, LATER)], 200), ([(UNTIL, EARLIER)], 200), ([("Range", "bytes=0-0")], 200), ([("Range", "bytes=0-0"), (IF_RANGE, DATE)], 200),
        ):
            for method in ("GET", "HEAD"):
                tap.equal(server.ask("/list/", method, headers=fields)[0], status, f"{method} {fields}")
        # The folder's index has validators of its own.
        etag = tap.wait_for(lambda: lasting_tag(server, "/dir/"), "a lasting tag")
        tap.equal(etag, server.ask("/dir/index.html")[1]["etag"])
        tap.equal(server.ask("/dir/", headers=[(IF_NONE_MATCH, etag)])[0], 304)
        tap.equal(server.ask("/dir/", headers=[(SINCE, DATE)])[0], 304)


def test_date_formats():
    same = [
        DATE, "Sunday, 13-Sep-20 12:26:40 GMT", "Sun Sep 13 12:26:40 2020", "  " + DATE + "  ",
    ]
    wrong = [
        "Sun, 13 Sep 2020 12:26:40 UTC", "Sun, 13 Sep 2020 12:26:40 +0000", "Sun, 13 Sep 2020 12:26:40 gmt",
        "Sun, 13 Sep 2020 12:26 GMT", "Sun 13 Sep 2020 12:26:40 GMT", "Sun, 13-Sep-2020 12:26:40 GMT",
        "Sun, 13 Xxx 2020 12:26:40 GMT", "Sun, 32 Sep 2020 12:26:40 GMT", "Sun, 13 Sep 2020 24:26:40 GMT",
        "Sun, 13 Sep 2020 12:60:40 GMT", "Sun, 13 Sep 2020 12:26:61 GMT", "Sun, 31 Feb 2021 12:26:40 GMT", "13 Sep 2020 12:26:40 GMT",
        "Sun, 13 Sep 20 12:26:40 GMT", "Sun, 13 Sep 2020 1:26:40 GMT", "2020-09-13T12:26:40Z", "Sun, 13 Sep 2020 12:26:40 GMT x",
        "Sun, -1 Sep 2020 12:26:40 GMT", "Sun, 13 Sep 99999999999 12:26:40 GMT", "Sun, 13 Sep 2020", "Sun, 00 Sep 2020 12:26:40 GMT",
        "Sunday, 13-Sep-20 12:26:40", "Sun Sep 13 12:26:40 20", "Mon", ",", "x" * 5000,
    ]
    other = {  # a date, and whether the file is older
        "Thu, 31 Dec 2099 23:59:59 GMT": True, "Fri, 31 Dec 9999 23:59:59 GMT": True, "Tue, 19 Jan 2038 03:14:08 GMT": True,
        "Thu, 01 Jan 1970 00:00:00 GMT": False, "Wed, 31 Dec 1969 23:59:59 GMT": False, "Mon, 01 Jan 1900 00:00:00 GMT": False,
        "Sunday, 06-Nov-94 08:49:37 GMT": False, "Sun Nov  6 08:49:37 1994": False, "Wednesday, 01-Jan-25 00:00:00 GMT": True,
        # A leap second, and a year that two digits put into the past (RFC 9110, 5.6.7).
        "Sat, 31 Dec 2016 23:59:60 GMT": False, "Friday, 31-Dec-99 23:59:59 GMT": False,
    }
    with serve_file() as server:
        cases = Cases()
        for text in same:
            for fields, status in (([(SINCE, text)], 304), ([(UNTIL, text)], 200), ([(IF_RANGE, text), ("Range", "bytes=0-9")], 206)):
                cases.check(str(fields), server.ask("/f.bin", headers=fields)[0], status)
        for text in wrong:
            for fields in ([(SINCE, text)], [(UNTIL, text)], [(IF_RANGE, text), ("Range", "bytes=0-9")]):
                cases.check(str(fields)[:80], server.ask("/f.bin", headers=fields)[0], 200)
        for text, older in other.items():
            cases.check(f"since {text}", server.ask("/f.bin", headers=[(SINCE, text)])[0], 304 if older else 200)
            cases.check(f"until {text}", server.ask("/f.bin", headers=[(UNTIL, text)])[0], 200 if older else 412)
            fields = [(IF_RANGE, text), ("Range", "bytes=0-9")]
            cases.check(str(fields), server.ask("/f.bin", headers=fields)[0], 200)
        cases.finish(120)


def test_file_times():
    """Whatever the clock of a file says, it is served and its date, if any, isn't later than now."""
    with make_folder({"f": b"x"}) as folder, Server(folder) as server:
        path = os.path.join(folder, "f")
        for seconds in (0, 1, -1, -10**9, 2**31, 2**32 + 5, 253402300799, time.time() + 10**6):
            os.utime(path, (seconds, seconds))
            status, headers, body = server.ask("/f")
            tap.equal((status, body), (200, b"x"), seconds)
            if "last-modified" in headers:
                date = time.mktime(time.strptime(headers["last-modified"], "%a, %d %b %Y %H:%M:%S GMT"))
                assert date <= time.mktime(time.strptime(headers["date"], "%a, %d %b %Y %H:%M:%S GMT")), headers
            tap.equal(server.ask("/f", headers=[("If-None-Match", headers["etag"])])[0] in (200, 304), True)


GOOD = {  # what is asked for: what is sent
    "bytes=0-0": (0, 1), "bytes=0-": (0, SIZE), "bytes=1-1": (1, 2), f"bytes={SIZE - 1}-": (SIZE - 1, SIZE), "bytes=-1": (SIZE - 1, SIZE),
    f"bytes=-{SIZE}": (0, SIZE), f"bytes=-{SIZE + 1}": (0, SIZE), "bytes=-99999999999999999999": (0, SIZE), "bytes=100-199": (100, 200),
    f"bytes=0-{SIZE - 1}": (0, SIZE), f"bytes=0-{SIZE}": (0, SIZE), "bytes=0-18446744073709551615": (0, SIZE),
    "bytes=0-9223372036854775807": (0, SIZE), "bytes=5-9223372036854775808": (5, SIZE), "Bytes=0-9": (0, 10), "BYTES=0-9": (0, 10),
    "bytes=000-009": (0, 10), "bytes= 0-9": (0, 10), "bytes=0-9 ": (0, 10),
}
OUT = [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE}", "bytes=-0", "bytes=99999999999999999999-", "bytes=18446744073709551616-18446744073709551617",
       "bytes=9223372036854775807-"]
IGNORED = ["", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-3", "bytes=0-0x9", "bytes=--1", "bytes=1--2", "bytes=+1-2",
           "bytes=0-9;q", "bytes:0-9", "lines=0-9", "items=0-9", "octets=0-9", "=0-9", "bytes=0.5-9", "bytes=0-9-10",
           "bytes=" + "9" * 3000 + "-0", "seconds=1-2", "none", "bytes=\t"]


def test_ranges():
    with serve_file() as server:
        cases = Cases()
        for text, (start, end) in GOOD.items():
            status, headers, body = server.ask("/f.bin", headers=[("Range", text)])
            cases.check(text, (status, headers.get("content-range")), (206, f"bytes {start}-{end - 1}/{SIZE}"))
            cases.check(text, body == DATA[start:end], True)
            cases.check(text, (headers.get("etag"), headers.get("last-modified")), (server.etag, DATE))
        for text in OUT:
            status, headers, body = server.ask("/f.bin", headers=[("Range", text)])
            cases.check(text, (status, headers.get("content-range")), (416, f"bytes */{SIZE}"))
        for text in IGNORED:
            status, headers, body = server.ask("/f.bin", headers=[("Range", text)])
            cases.check(text[:40], (status, "content-range" in headers, body == DATA), (200, False, True))
        for text in [*GOOD, *OUT, *IGNORED]:
            # Ranges are for GET alone (RFC 9110, 14.2).
            status, headers, _ = server.ask("/f.bin", "HEAD", headers=[("Range", text)])
            cases.check("HEAD " + text[:40], (status, headers["content-length"]), (200, str(SIZE)))
        cases.finish(100)


def test_several_ranges_and_bombs():
    """Whatever is made of them, the answer is true and not much larger than the file."""
    many = [
        "bytes=0-0,2-2", "bytes=0-9,20-29,-5", "bytes=0-9,5-14", "bytes=0-,0-,0-", "bytes=" + ",".join(["0-"] * 1000),
        "bytes=" + ",".join(f"{n}-{n}" for n in range(0, 1000, 2)), "bytes=" + ",".join(f"{n}-" for n in range(500)),
        "bytes=0-0,9999-", "bytes=9999-,9998-", "bytes=9-5,0-1", "bytes=0-1,x", "bytes=0-0,,2-2", "bytes=,0-0", "bytes=0-0,",
        "bytes=10-19,0-9", "bytes=0-9, 20-29", "bytes=0-9 , 20-29", "bytes=-1,-2,-3", "bytes=" + "," * 1000, "bytes=0-0" + ",0-0" * 1500,
    ]
    with serve_file() as server:
        for text in many:
            status, headers, body = server.ask("/f.bin", headers=[("Range", text)])
            assert status in (200, 206, 416), (text[:40], status)
            assert len(body) < 3 * SIZE + 8000, (text[:40], len(body))
            tap.equal(len(body), int(headers["content-length"]), text[:40])
            if status == 200:
                tap.equal(body, DATA, text[:40])
            if status == 206:
                check_parts(headers, body, text[:40])
        # The same field twice is a list as well.
        status, headers, body = server.ask("/f.bin", headers=[("Range", "bytes=0-0"), ("Range", "bytes=2-2")])
        assert status in (200, 206), status


def check_part(content_range, body, about):
    unit, _, rest = content_range.partition(" ")
    span, _, size = rest.partition("/")
    first, _, last = span.partition("-")
    tap.equal((unit, int(size)), ("bytes", SIZE), about)
    tap.equal(body, DATA[int(first) : int(last) + 1], about)


def check_parts(headers, body, about):
    if "content-range" in headers:
        check_part(headers["content-range"], body, about)
        return
    kind, _, boundary = headers["content-type"].partition("; boundary=")
    tap.equal(kind, "multipart/byteranges", about)
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.strip('"').encode())
    assert pieces[0].strip() == b"" and pieces[-1].startswith(b"--"), (about, body[:200])
    for piece in pieces[1:-1]:
        head, _, data = piece.partition(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.strip().split(b"\r\n"))
        check_part(fields[b"content-range"].decode(), data, about)


def test_if_range():
    cases = Cases()
    with serve_file() as server:
        for value, counts in (
            ("E", True), ("W/E", False), ('"x"', False), (DATE, True), (EARLIER, False), (LATER, False), ("", False), ("*", False),
            ("E, E", False), ("E,", False), ("E x", False), ("x", False), ("yesterday", False), ('W/"x"', False), ('"', False),
            ("Sunday, 13-Sep-20 12:26:40 GMT", True), ("Sun Sep 13 12:26:40 2020", True), ("Sun, 13 Sep 2020 12:26:40 CET", False),
        ):
            for text, status in (("bytes=0-9", 206), ("bytes=-1", 206), ("bytes=9999-", 416), ("bytes=5-3", 200), ("lines=1-2", 200)):
                fields = [("Range", text), (IF_RANGE, value.replace("E", server.etag) if value.strip("W/") in ("E", "E, E", "E,", "E x") else value)]
                got, headers, body = server.ask("/f.bin", headers=fields)
                cases.check(f"{fields}", got, status if counts else 200)
                if got == 200:
                    cases.check(f"{fields}", body == DATA, True)
        # Without Range it says nothing.
        cases.check("If-Range alone", server.ask("/f.bin", headers=[(IF_RANGE, '"x"')])[0], 200)
        # If-Match and a range that fits.
        fields = [("Range", "bytes=0-9"), (IF_MATCH, server.etag), (IF_RANGE, server.etag)]
        cases.check("with If-Match", server.ask("/f.bin", headers=fields)[0], 206)
    cases.finish(90)


def test_resuming_after_a_change():
    """A download that goes on after the file changed must begin anew and not be spliced."""
    with serve_file() as server, contextlib.ExitStack():
        folder = server.first["folder"]
        old = server.etag
        with open(os.path.join(folder, "f.bin"), "wb") as file:
            file.write(DATA[::-1])
        os.utime(os.path.join(folder, "f.bin"), (TIME, TIME))
        status, _, body = server.ask("/f.bin", headers=[("Range", "bytes=500-"), (IF_RANGE, old)])
        tap.equal((status, body), (200, DATA[::-1]))


def test_head_is_get_without_a_body():
    files = {f"t/{n}{ending}": b"x" * (n * 37) for n, ending in enumerate((
        ".html", ".htm", ".css", ".js", ".mjs", ".json", ".svg", ".png", ".jpg", ".gif", ".webp", ".avif", ".ico", ".woff", ".woff2", ".ttf",
        ".wasm", ".mp4", ".webm", ".mp3", ".ogg", ".wav", ".pdf", ".zip", ".gz", ".tar.gz", ".svgz", ".br", ".txt", ".md", ".xml", ".csv",
        ".webmanifest", ".map", ".unknown", "", ".c", ".py"))}
    files |= {"index.html": b"start", "sub/a.txt": b"a", "list/a": b"a", "list/<b>": b"b", "empty": b"", "big": b"b" * 300_000, "a b%": b"c",
              ".hidden": b"h", "idx/index.htm": b"i"}
    targets = ["/" + name.replace("<b>", "%3Cb%3E").replace("a b%", "a%20b%25") for name in files]
    targets += ["/", "/sub", "/sub/", "/list/", "/missing", "/..", "/%", "/idx/", "/t/0.HTML", "/empty/", "/list/?sort=size", "*", "/t", "/%00"]
    with make_folder(files) as folder, Server(folder) as server:
        for path, _, names in os.walk(os.fsencode(folder)):
            for name in names:
                os.utime(os.path.join(path, name), (TIME, TIME))
        tap.wait_for(lambda: lasting_tag(server, "/idx/"), "a lasting tag")
        cases = Cases()
        for target in targets:
            for host in ("localhost", "evil.example"):
                get, head = (server.ask(target, method, host=host) for method in ("GET", "HEAD"))
                cases.check(target, head[2], b"")
                for answer in (get, head):
                    del answer[1]["date"]
                cases.check(f"HEAD {target}", head[:2], get[:2])
                cases.check(target, len(get[2]), int(get[1]["content-length"]))
        cases.finish(2 * 60)


tap.run()
