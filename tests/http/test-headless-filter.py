# SPDX-License-Identifier: GPL-3.0-or-later
"""What `--headless --filter` prints, and how `--help-filter` explains it."""

import subprocess

from headless import PROGRAM, Server, make_folder, tap

FILES = {"a.txt": b"hello", "index.html": b"<h1>hi</h1>", "img/logo.png": b"png"}


def run(*words):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=60, check=False)


def printed(query, *requests):
    """The targets that are printed. The last request matches every filter here: after it nothing is to come."""
    with make_folder(FILES) as folder:
        with Server(folder, f"--filter=({query}) OR path=/last") as server:
            for path, headers in requests:
                server.ask(path, headers=headers)
            server.ask("/last")
            found = []
            while (target := server.line()["target"]) != "/last":
                found.append(target)
            return found


def test_prints_what_matches():
    requests = [
        ("/a.txt", [("User-Agent", "probe/1.0")]),
        ("/missing.png?x=1", [("Referer", "http://elsewhere.example/page")]),
        ("/", [("X-Mine", "very special")]),
        ("/img/logo.png", []),
        ("/favicon.ico", []),
    ]
    for query, expected in [
        ("status:404", ["/missing.png?x=1", "/favicon.ico"]),
        ("status>=400 -is:noise", ["/missing.png?x=1"]),
        ("path:*.png", ["/missing.png?x=1", "/img/logo.png"]),
        ("type:image", ["/img/logo.png"]),
        ("query:x=1", ["/missing.png?x=1"]),
        ("client:probe", ["/a.txt"]),
        ("referrer:elsewhere", ["/missing.png?x=1"]),
        ("header:x-mine=special", ["/"]),
        ("header:content-type=text/plain", ["/a.txt"]),
        ("size:5 OR is:page", ["/a.txt", "/"]),
        ("since:5m method:get duration<1h txt", ["/a.txt"]),
    ]:
        tap.equal(printed(query, *requests), expected, query)


def test_errors():
    with make_folder(FILES) as folder:
        for query, where, words in [
            ("stauts:404", 1, "Did you mean “status”?"),
            ("a size>big", 8, "“big” is not a size."),
            ("(a", 1, "never closed"),
        ]:
            result = run("--headless", "--port=0", f"--filter={query}", folder)
            tap.equal(result.returncode, 2, query)
            tap.equal(result.stdout, "", query)
            assert f"character {where}: " in result.stderr and words in result.stderr, result.stderr
        result = run("--filter=a", folder)
        tap.equal(result.returncode, 2)
        assert "--filter needs --headless" in result.stderr, result.stderr


def test_help():
    result = run("--help-filter")
    tap.equal(result.returncode, 0)
    tap.equal(result.stderr, "")
    for key in ["path:", "status>=400", "header:", "is:problem", "since:", "OR"]:
        assert key in result.stdout, key
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert "--help-filter" in run("--help").stdout


if __name__ == "__main__":
    tap.run()
