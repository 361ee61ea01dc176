# SPDX-License-Identifier: GPL-3.0-or-later
"""What `--headless --log-file` promises: every request, in whole files, however the program ends."""

import csv
import glob
import io
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile

import har
from headless import PROGRAM, Server, make_folder, tap

FILES = {"a.txt": b"hello", "index.html": b"<h1>hi</h1>"}
FORMATS = {"har": "site.har", "jsonl": "site.jsonl", "clf": "access.log", "csv": "site.csv"}


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def targets(path, kind):
    """The requests in a file; fails unless it is whole."""
    text = read(path)
    if kind == "har":
        return ["/" + entry["request"]["url"].split("/", 3)[3] for entry in har.check(text)]
    if kind == "csv":
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
        assert all(len(row) == 17 for row in rows)
        return [row["target"] for row in rows]
    assert text == "" or text.endswith("\n")
    if kind == "jsonl":
        return [json.loads(line)["target"] for line in text.splitlines()]
    line = re.compile(r'127\.0\.0\.1 - - \[[^]]+\] "GET (\S+) HTTP/1\.1" \d+ \S+ "[^"]*" "[^"]*"')
    return [line.fullmatch(each).group(1) for each in text.splitlines()]


def has(path, kind, n):
    """A reader may meet a write half done, so that only the count is looked at."""
    try:
        return len(targets(path, kind)) == n
    except (AssertionError, AttributeError, KeyError, ValueError, csv.Error):
        return False


def ask(server, *paths):
    """Asks, and waits until each request has been told: then it was pushed to the file as well."""
    for path in paths:
        server.ask(path, headers=[("User-Agent", "probe")])
        server.line()


def test_formats_and_signals():
    signals = [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGTERM]
    for (kind, name), end in zip(FORMATS.items(), signals):
        with make_folder(FILES) as folder, tempfile.TemporaryDirectory() as logs:
            path = os.path.join(logs, name)
            with Server(folder, f"--log-file={path}") as server:
                ask(server, "/a.txt", "/missing?x=1", "/")
                tap.equal(server.stop(end), 0)
            tap.equal(targets(path, kind), ["/a.txt", "/missing?x=1", "/"], kind)
            # A later run goes on where this one ended.
            with Server(folder, f"--log-file={path}") as server:
                ask(server, "/again")
            tap.equal(targets(path, kind), ["/a.txt", "/missing?x=1", "/", "/again"], kind)


def test_killed():
    """No goodbye at all: what was written is whole, and the next run goes on with it."""
    for kind, name in FORMATS.items():
        with make_folder(FILES) as folder, tempfile.TemporaryDirectory() as logs:
            path = os.path.join(logs, name)
            server = Server(folder, f"--log-file={path}")
            ask(server, "/a.txt", "/")
            tap.wait_for(lambda: has(path, kind, 2), "both requests in the file", 30)
            server.process.kill()
            server.process.wait(10)
            tap.equal(targets(path, kind), ["/a.txt", "/"], kind)
            server.process.stdout.close()
            server.process.stderr.close()
            with Server(folder, f"--log-file={path}") as server:
                ask(server, "/again")
            tap.equal(targets(path, kind), ["/a.txt", "/", "/again"], kind)


def test_format_by_option():
    with make_folder(FILES) as folder, tempfile.TemporaryDirectory() as logs:
        path = os.path.join(logs, "log")
        with Server(folder, f"--log-file={path}", "--log-format=har") as server:
            ask(server, "/a.txt")
        entry = har.check(read(path))[0]
        tap.equal(entry["response"]["status"], 200)
        tap.equal(entry["response"]["content"], {"size": 5, "mimeType": "text/plain; charset=utf-8"})
        tap.equal(entry["_homeport"]["reason"], "served")
        assert entry["time"] >= 0


def test_rotation():
    """A megabyte a file; nothing is lost between two of them."""
    with make_folder(FILES) as folder, tempfile.TemporaryDirectory() as logs:
        path = os.path.join(logs, "site.har")
        wanted = [f"/{i}?" + "x" * 7000 for i in range(180)]
        with Server(folder, f"--log-file={path}", "--log-size=1") as server:
            for each in wanted:
                server.ask(each, headers=[("User-Agent", "y" * 1000)])
                server.line()
        names = sorted(os.listdir(logs))
        assert len(names) > 1 and names[-1] == "site.har", names
        found = []
        for name in sorted(names[:-1], reverse=True) + ["site.har"]:
            assert os.path.getsize(os.path.join(logs, name)) < 1_000_100, name
            found += targets(os.path.join(logs, name), "har")
        tap.equal(found, wanted)


def test_hostile_requests():
    """Whatever a client sends: one request is one line, and files have no control characters."""
    hostile = [b"/%0d%0aforged", b"/\xe2\x80\xaetxt", b"/\xff", b"/a\"b'c`d$(id)", b"/<b>", b"/=1+1"]
    agents = [b"\x7f\x1b[2J", b"=1+1", b"a\",\"b", b"'; id #", b"\xc2\x9b2J", b"\\u0000"]
    for kind, name in FORMATS.items():
        with make_folder(FILES) as folder, tempfile.TemporaryDirectory() as logs:
            path = os.path.join(logs, name)
            with Server(folder, f"--log-file={path}") as server:
                n = 0
                for target, agent in zip(hostile, agents):
                    server.raw(b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\nUser-Agent: " + agent
                               + b"\r\nConnection: close\r\n\r\n")
                    server.line()
                    n += 1
            text = read(path)
            for character in "\x00\x07\x1b\x7f\x9b\u202e\u2028":
                assert character not in text, (kind, character)
            if kind == "clf":
                tap.equal(len(text.splitlines()), n)
            else:
                tap.equal(len(targets(path, kind)), n, kind)


def test_cookies_stay_out():
    with make_folder(FILES) as folder, tempfile.TemporaryDirectory() as logs:
        for kind, name in FORMATS.items():
            path = os.path.join(logs, name)
            with Server(folder, f"--log-file={path}") as server:
                server.ask("/a.txt", headers=[("Cookie", "id=SECRET"), ("Authorization", "Basic SECRET")])
            assert "SECRET" not in read(path), kind


def run(*words):
    return subprocess.run([PROGRAM, "--headless", "--port=0", *words], capture_output=True, text=True, timeout=30,
                          stdin=subprocess.DEVNULL)


def test_bad_words():
    with make_folder(FILES) as folder:
        for words, code, contains in [
            (["--log-format=har"], 2, "--log-file"),
            (["--log-size=3"], 2, "--log-file"),
            (["--log-file=x", "--log-format=xml"], 2, "xml"),
            (["--log-file=x", "--log-size=big"], 2, "big"),
            (["--log-file="], 2, "name of a file"),
            (["--log-file=/no/such/folder/x.har"], 1, "/no/such/folder/x.har"),
            (["--log-file=/dev/null"], 1, "/dev/null"),
            ([f"--log-file={folder}"], 1, folder),
            ([f"--log-file={folder}/index.html"], 1, "index.html"),
        ]:
            result = run(*words, folder)
            tap.equal(result.returncode, code, f"{words}: {result.stderr}")
            tap.equal(result.stdout, "", str(words))
            tap.equal(len(result.stderr.strip().splitlines()), 1, result.stderr)
            assert contains in result.stderr, result.stderr
        with open(os.path.join(folder, "index.html"), "rb") as file:
            tap.equal(file.read(), FILES["index.html"])


def test_no_room():
    """A file that can't grow is told once, and serving goes on."""
    with make_folder(FILES) as folder, tempfile.TemporaryDirectory() as logs:
        path = os.path.join(logs, "site.har")

        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))

        server = Server(folder, f"--log-file={path}", preexec=limit)
        ask(server, *["/a.txt"] * 20)
        tap.equal(server.stop(), 0)
        errors = server.process.stderr.read().decode().strip().splitlines()
        server.process.stdout.close()
        server.process.stderr.close()
        tap.equal(len(errors), 1, str(errors))
        assert "site.har" in errors[0], errors
        assert 1 <= len(targets(path, "har")) < 20


def test_two_programs():
    with make_folder(FILES) as folder, tempfile.TemporaryDirectory() as logs:
        path = os.path.join(logs, "access.log")
        with Server(folder, f"--log-file={path}") as server:
            result = run(f"--log-file={path}", folder)
            tap.equal(result.returncode, 1)
            assert path in result.stderr, result.stderr
            ask(server, "/a.txt")
        tap.equal(targets(path, "clf"), ["/a.txt"])


def test_har_by_a_validator_of_others():
    """har-validator from npm, where somebody has installed it."""
    roots = [os.environ.get("NODE_PATH", ""), "/usr/share/nodejs", "/usr/lib/node_modules", "/usr/local/lib/node_modules"]
    found = [root for root in roots if root and glob.glob(os.path.join(root, "har-validator", "package.json"))]
    if not shutil.which("node") or not found:
        raise tap.Skip("node or its har-validator is not installed")
    with make_folder(FILES) as folder, tempfile.TemporaryDirectory() as logs:
        path = os.path.join(logs, "site.har")
        with Server(folder, f"--log-file={path}") as server:
            ask(server, "/a.txt", "/", "/missing")
        script = "require('har-validator').har(JSON.parse(require('fs').readFileSync(process.argv[1])).log ? " \
                 "JSON.parse(require('fs').readFileSync(process.argv[1])) : {}).catch(e => { console.error(e); process.exit(1) })"
        subprocess.run(["node", "-e", script, path], check=True, env=dict(os.environ, NODE_PATH=":".join(found)), timeout=60)


if __name__ == "__main__":
    tap.run()
