# SPDX-License-Identifier: GPL-3.0-or-later
"""What `homeport --headless` promises to people and scripts in a terminal."""

import datetime
import os
import re
import signal
import socket
import subprocess
import sys
import time

from headless import PROGRAM, Server, make_folder, tap


def run(*words, cwd=None):
    return subprocess.run(
        [PROGRAM, *words], capture_output=True, text=True, timeout=20, cwd=cwd, stdin=subprocess.DEVNULL
    )


def fails(code, contains, *words):
    """Exit code, nothing on stdout, exactly one sentence on stderr."""
    result = run(*words)
    tap.equal(result.returncode, code, f"{words}: {result.stderr}")
    tap.equal(result.stdout, "")
    tap.equal(len(result.stderr.strip().splitlines()), 1, result.stderr)
    assert contains in result.stderr, result.stderr


def test_serving_line():
    with make_folder({"a.txt": b"a"}) as folder:
        with Server(folder, as_json=False) as server:
            tap.equal(server.first, f"Serving {folder} at http://localhost:{server.port}/")


def test_one_line_for_each_request():
    line = re.compile(
        r'127\.0\.0\.1 - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] '
        r'"GET /a\.txt\?x=1 HTTP/1\.1" 200 5 "http://localhost/from" "agent \\"7\\""'
    )
    with make_folder({"a.txt": b"hello"}) as folder, Server(folder, as_json=False) as server:
        for _ in range(3):
            server.ask("/a.txt?x=1", headers=[("Referer", "http://localhost/from"), ("User-Agent", 'agent "7"')])
            got = server.line()
            assert line.fullmatch(got), got


def test_json_events():
    with make_folder({"a.txt": b"hello"}) as folder, Server(folder) as server:
        tap.equal(
            server.first,
            {
                "event": "serving",
                "url": f"http://localhost:{server.port}/",
                "folder": folder,
                "port": server.port,
                "pid": server.process.pid,
            },
        )
        server.ask("/a.txt", headers=[("Referer", "http://localhost/"), ("User-Agent", "probe/1")])
        event = server.line()
        for key, value in {
            "event": "request",
            "method": "GET",
            "target": "/a.txt",
            "status": 200,
            "bytes": 5,
            "client": "127.0.0.1",
            "referrer": "http://localhost/",
            "user_agent": "probe/1",
            "reason": "served",
        }.items():
            tap.equal(event[key], value, key)
        assert 0 <= event["duration_ms"] < 5000, event
        age = datetime.datetime.now(datetime.timezone.utc) - datetime.datetime.fromisoformat(
            event["time"].replace("Z", "+00:00")
        )
        assert event["time"].endswith("Z") and abs(age.total_seconds()) < 60, event["time"]

        server.ask("/missing", method="HEAD")
        event = server.line()
        tap.equal((event["status"], event["bytes"], event["reason"]), (404, 0, "missing"))
        tap.equal((event["referrer"], event["user_agent"]), (None, None))


def test_hostile_text_stays_on_its_line():
    with make_folder({}) as folder:
        with Server(folder) as server:
            server.raw(b'GET /\xff\xe2\x80\xae"%0a HTTP/1.1\r\nHost: localhost\r\nUser-Agent: a\tb\x1b[31m\r\n'
                       b"Connection: close\r\n\r\n")
            tap.equal(server.line()["event"], "request")
            tap.equal(server.no_line(), [])
        with Server(folder, as_json=False) as server:
            server.raw(b'GET /"x HTTP/1.1\r\nHost: localhost\r\nUser-Agent: a\x1b[31m\r\nConnection: close\r\n\r\n')
            line = server.line()
            assert "\x1b" not in line and '/\\"x' in line, line


def test_signals_end_cleanly():
    with make_folder({}) as folder:
        for number in (signal.SIGINT, signal.SIGTERM):
            server = Server(folder)
            idle = server.connect()
            tap.equal(server.stop(number), 0)
            tap.equal(server.process.stderr.read(), b"")
            idle.close()
            server.process.stdout.close()
            server.process.stderr.close()


def test_same_port_again_at_once():
    with make_folder({}) as folder:
        with Server(folder) as server:
            port = server.port
            server.ask()
            busy = server.connect()
        for _ in range(3):
            with Server(folder, port=port) as server:
                server.ask()
        busy.close()


def test_default_port_counts_up():
    with make_folder({}) as folder:
        with Server(folder, port=None) as first, Server(folder, port=None) as second:
            assert first.port >= 62893, first.port
            assert second.port > first.port, (first.port, second.port)


def test_only_this_computer():
    with make_folder({}) as folder, Server(folder) as server:
        listeners = []
        for table in ("tcp", "tcp6"):
            with open(f"/proc/net/{table}", encoding="ascii") as file:
                for row in file.readlines()[1:]:
                    address, port = row.split()[1].split(":")
                    if row.split()[3] == "0A" and int(port, 16) == server.port:
                        listeners.append(address)
        tap.equal(listeners, ["0100007F"])


def test_taken_port_names_the_holder():
    script = "import socket,time\ns=socket.create_server(('127.0.0.1',0))\nprint(s.getsockname()[1],flush=True)\ntime.sleep(60)"
    with make_folder({}) as folder:
        with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as holder:
            try:
                port = holder.stdout.readline().strip()
                result = run("--headless", f"--port={port}", folder)
            finally:
                holder.kill()
        tap.equal(result.returncode, 1)
        tap.equal(result.stdout, "")
        tap.equal(len(result.stderr.strip().splitlines()), 1, result.stderr)
        for word in (port, "python3", str(holder.pid)):
            assert word in result.stderr, result.stderr


def test_taken_by_another_homeport():
    with make_folder({}) as folder, Server(folder) as server:
        fails(1, "homeport", "--headless", f"--port={server.port}", folder)


def test_privileged_port():
    if os.geteuid() != 0:
        prefix = []
    else:
        prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all"]
    with open("/proc/sys/net/ipv4/ip_unprivileged_port_start", encoding="ascii") as file:
        if int(file.read()) <= 81:
            raise tap.Skip("this kernel lets everybody use port 81")
    result = subprocess.run(
        [*prefix, PROGRAM, "--headless", "--port=81", "/usr"], capture_output=True, text=True, timeout=20
    )
    if "Permission denied" in result.stderr and result.returncode == 127:
        raise tap.Skip("another user may not run the program from this build folder")
    tap.equal(result.returncode, 1, result.stderr)
    assert "administrator" in result.stderr, result.stderr


def test_wrong_words():
    with make_folder({"file": b""}) as folder:
        file = os.path.join(folder, "file")
        fails(2, "/no/such/folder", "--headless", "/no/such/folder")
        fails(2, "file", "--headless", file)
        fails(2, "folder", "--headless", "")
        fails(2, "--bogus", "--headless", "--bogus", folder)
        fails(2, "one folder", "--headless", folder, folder)
        fails(2, "--headless", "--port=8080", folder)
        fails(2, "--headless", "--json", folder)
        fails(2, "/no/such/folder", "/no/such/folder")
        for port in ("65536", "-1", "abc", "80x", "", "99999999999999999999"):
            fails(2, "port", "--headless", f"--port={port}", folder)


def test_how_it_is_served():
    with make_folder({"site/.env": b"secret", "out.txt": b"out"}) as top:
        site = os.path.join(top, "site")
        os.symlink("../out.txt", os.path.join(site, "link"))
        foreign = [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Dest", "image")]
        navigation = [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")]
        with Server(site) as server:
            tap.equal([server.ask(target)[0] for target in ("/.env", "/link", "/")], [404, 403, 200])
            tap.equal(server.ask("/", headers=foreign)[0], 200)
        with Server(site, "--serve-hidden", "--follow-links", "--no-listings", "--refuse-other-sites") as server:
            tap.equal(server.ask("/.env")[2], b"secret")
            tap.equal(server.ask("/link")[2], b"out")
            tap.equal(server.ask("/")[0], 403)
            tap.equal(server.ask("/.env", headers=foreign)[0], 403)
            tap.equal(server.ask("/.env", headers=navigation)[0], 200)
            tap.equal([server.line()["reason"] for _ in range(4)][3], "other-site")
        fails(2, "--headless", "--follow-links", site)


LOOSE = b"[server]\nserve-hidden=true\nfollow-links=true\nrefuse-other-sites=false\nonly-me=false\n"
STRICT = b"[server]\nlist-folders=false\nrefuse-other-sites=true\nserve-hidden=false\nfollow-links=false\n"
FOREIGN = [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Dest", "image")]


def statuses(server):
    """A hidden file, the settings, a link out of the folder, the list of files, a page elsewhere that embeds it."""
    return [server.ask(target)[0] for target in ("/.env", "/.homeport.ini", "/link", "/")] + [server.ask("/a.txt", headers=FOREIGN)[0]]


def make_site(top, settings):
    with open(os.path.join(top, "site", ".homeport.ini"), "wb") as file:
        file.write(settings)
    return os.path.join(top, "site")


def test_settings_of_the_folder():
    with make_folder({"site/.env": b"secret", "site/a.txt": b"a", "out.txt": b"out"}) as top:
        os.symlink("../out.txt", os.path.join(top, "site", "link"))
        # Who made the folder can't loosen anything, asked for or not.
        site = make_site(top, LOOSE)
        for options in ([], ["--use-folder-settings"]):
            with Server(site, *options) as server:
                tap.equal(statuses(server), [404, 404, 403, 200, 200], f"{options}:")
            assert "Using the settings" not in server.errors, server.errors
        # Nor what the words in the terminal make stricter.
        with Server(make_site(top, LOOSE + b"list-folders=true\n"), "--use-folder-settings", "--no-listings", "--refuse-other-sites") as server:
            tap.equal(statuses(server), [404, 404, 403, 403, 403])

        # What is stricter counts when it is asked for, and is told when it isn't.
        site = make_site(top, STRICT)
        with Server(site) as server:
            tap.equal(statuses(server), [404, 404, 403, 200, 200])
        assert "--use-folder-settings" in server.errors and "don’t list folder contents" in server.errors, server.errors
        with Server(site, "--use-folder-settings") as server:
            tap.equal(statuses(server), [404, 404, 403, 403, 403])
        assert "Using the settings of the folder" in server.errors, server.errors
        # The words in the terminal go first: they are of whoever serves.
        with Server(site, "--use-folder-settings", "--serve-hidden", "--follow-links") as server:
            tap.equal(statuses(server), [200, 200, 200, 403, 403])

        # A broken file is told and changes nothing.
        with Server(make_site(top, STRICT + b"list-folders=maybe\n"), "--use-folder-settings") as server:
            tap.equal(statuses(server), [404, 404, 403, 200, 200])
        assert ".homeport.ini" in server.errors and "must be true or false" in server.errors, server.errors


def test_port_of_the_folder():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with make_folder({"site/.homeport.ini": b"[server]\nport=%d\n" % port}) as top:
        site = os.path.join(top, "site")
        with Server(site, "--use-folder-settings", port=None) as server:
            tap.equal(server.port, port)
        with Server(site, port=None) as server:
            assert server.port != port
        # A port that is asked for goes first.
        with Server(site, "--use-folder-settings", port=0) as server:
            assert server.port != port
        # It says how one is served in a terminal; the window asks.
        fails(2, "--use-folder-settings", "--use-folder-settings", site)
        fails(2, "--use-folder-settings", "--use-folder-settings", "--start", site)


def test_current_folder():
    with make_folder({"here.txt": b"here"}) as folder:
        process = subprocess.Popen(
            [PROGRAM, "--headless", "--port=0"], cwd=folder, stdout=subprocess.PIPE, text=True
        )
        line = process.stdout.readline()
        process.terminate()
        tap.equal(process.wait(10), 0)
        process.stdout.close()
        assert line.startswith(f"Serving {os.path.realpath(folder)} at "), line


def test_version_and_help():
    version = run("--version")
    tap.equal(version.returncode, 0)
    assert re.fullmatch(r"homeport \d+\.\d+\.\d+\n", version.stdout), version.stdout
    text = run("--help")
    tap.equal((text.returncode, text.stderr), (0, ""))
    for word in ("--headless", "--port", "--json", "--version", "FOLDER", "62893", "Exit code", "--serve-hidden",
                 "--no-listings", "--follow-links", "--refuse-other-sites"):
        assert word in text.stdout, word


def test_no_display():
    env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    result = subprocess.run([PROGRAM], capture_output=True, text=True, env=env, timeout=20)
    tap.equal(result.returncode, 1)
    assert "--headless" in result.stderr, result.stderr


def test_closed_pipe_ends_it():
    with make_folder({}) as folder:
        process = subprocess.Popen([PROGRAM, "--headless", "--port=0", folder], stdout=subprocess.PIPE)
        port = int(process.stdout.readline().decode().rstrip("/\n").rsplit(":", 1)[1])
        process.stdout.close()
        socket.create_connection(("127.0.0.1", port)).close()
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            connection.recv(1)
            tap.equal(process.wait(10), 0)


def start_headless(folder, before=None, **options):
    """The program on a free port of its own choice that the caller knows: (process, port)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [*(before or []), PROGRAM, "--headless", f"--port={port}", folder], stdin=subprocess.DEVNULL, **options
    )
    tap.wait_for(lambda: is_open(port) or process.poll() is not None, "the program to listen")
    return process, port


def is_open(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def ask(port, target="/"):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        return connection.makefile("rb").read()


def flood(port, requests):
    """That many requests on one connection, with long lines in the log."""
    request = b"GET /" + b"x" * 4000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        for _ in range(requests):
            connection.sendall(request)
            assert connection.recv(1 << 16).startswith(b"HTTP/1.1 404")


def test_reader_that_reads_nothing():
    with make_folder({"a.txt": b"hello"}) as folder:
        process, port = start_headless(folder, stdout=subprocess.PIPE)
        flood(port, 100)
        assert b"hello" in ask(port, "/a.txt")
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        tap.equal(process.wait(10), 0)
        assert time.monotonic() - started < 30, "it ended late"
        process.stdout.close()


def test_reader_that_comes_late():
    with make_folder({"a.txt": b"hello"}) as folder:
        process, port = start_headless(folder, stdout=subprocess.PIPE)
        flood(port, 100)
        process.send_signal(signal.SIGTERM)
        lines = process.stdout.read().splitlines()
        tap.equal(process.wait(10), 0)
        tap.equal(len(lines), 101)
        process.stdout.close()


def test_closed_standard_streams():
    with make_folder({"a.txt": b"hello"}) as folder:
        for closed in (">&-", "<&- >&- 2>&-"):
            process, port = start_headless(folder, ["sh", "-c", f'exec "$@" {closed}', "sh"])
            for _ in range(20):
                assert ask(port, "/a.txt").endswith(b"\r\n\r\nhello")
            process.terminate()
            tap.equal(process.wait(10), 0)


def test_full_disk():
    with make_folder({}) as folder, open("/dev/full", "wb") as full:
        process, _port = start_headless(folder, stdout=full, stderr=subprocess.PIPE)
        tap.equal(process.wait(10), 1)
        error = process.stderr.read().decode()
        process.stderr.close()
        tap.equal(len(error.splitlines()), 1, error)
        assert "printed" in error, error


def test_hang_up():
    with make_folder({}) as folder:
        process, port = start_headless(folder, stdout=subprocess.DEVNULL)
        process.send_signal(signal.SIGHUP)
        tap.equal(process.wait(10), 0)

        process, port = start_headless(folder, ["nohup"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        process.send_signal(signal.SIGHUP)
        for _ in range(20):
            assert ask(port)
        tap.equal(process.poll(), None)
        process.terminate()
        tap.equal(process.wait(10), 0)


def test_folder_is_told_as_it_is():
    for name, told in (("a\u200d\u202eb", "a\u200d\u202eb"), (os.fsdecode(b"bad\xff"), "bad\\xff")):
        with make_folder({name + "/a.txt": b""}) as folder:
            with Server(os.path.join(folder, name)) as server:
                tap.equal(server.first["folder"], os.path.join(folder, told))


def test_terminal_without_utf8():
    for words, expected in ((["/no/such"], '"/no/such"'), (["--help"], "[FOLDER...]")):
        result = subprocess.run([PROGRAM, *words], capture_output=True, env=dict(os.environ, LC_ALL="C"), timeout=20)
        text = (result.stdout + result.stderr).decode("ascii")
        assert expected in text, text


tap.run()
