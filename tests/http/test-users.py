# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs of other users of this computer are turned away before they can ask for anything."""

import os
import pwd
import subprocess
import sys

from headless import Server, make_folder, tap

STRANGER = 23456

CLIENT = """
import os, socket, sys
uid = int(sys.argv[2])
os.setresgid(uid, uid, uid)
os.setresuid(uid, uid, uid)
family = socket.AF_INET6 if sys.argv[3] == "mapped" else socket.AF_INET
address = "::ffff:127.0.0.1" if sys.argv[3] == "mapped" else "127.0.0.1"
connection = socket.socket(family)
got = b""
try:
    connection.connect((address, int(sys.argv[1])))
    connection.sendall(b"GET /a.txt HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n")
    while part := connection.recv(65536):
        got += part
except ConnectionError:
    pass
sys.stdout.buffer.write(got)
"""


def ask_as(port, uid, how="plain"):
    """What the program of a user gets: all bytes until the end."""
    if os.geteuid() != 0:
        raise tap.Skip("only the administrator can become somebody else")
    return subprocess.run(
        [sys.executable, "-E", "-S", "-c", CLIENT, str(port), str(uid), how], stdout=subprocess.PIPE, check=True
    ).stdout


def test_mine():
    with make_folder({"a.txt": b"hello"}) as folder, Server(folder) as server:
        tap.equal(server.ask("/a.txt")[0], 200)
        tap.equal(server.line()["client"], "127.0.0.1")


def test_mine_over_an_ipv6_socket():
    with make_folder({"a.txt": b"hello"}) as folder, Server(folder) as server:
        assert ask_as(server.port, os.geteuid(), "mapped").endswith(b"hello")


def test_stranger():
    with make_folder({"a.txt": b"hello"}) as folder, Server(folder) as server:
        tap.equal(ask_as(server.port, STRANGER), b"")
        record = server.line()
        tap.equal((record["reason"], record["client"]), ("other-user", f"{STRANGER}@127.0.0.1"))
        tap.equal((record["target"], record["status"]), ("-", None))
        # The next one, and those of this user, are seen as well.
        tap.equal(ask_as(server.port, STRANGER), b"")
        tap.equal(server.line()["reason"], "other-user")
        tap.equal(server.ask("/a.txt")[0], 200)
        tap.equal(server.line()["target"], "/a.txt")


def test_name():
    try:
        uid = pwd.getpwnam("nobody").pw_uid
    except KeyError:
        raise tap.Skip("there is no user “nobody”") from None
    with make_folder({}) as folder, Server(folder) as server:
        tap.equal(ask_as(server.port, uid), b"")
        tap.equal(server.line()["client"], "nobody@127.0.0.1")


def test_settings_of_the_folder_let_nobody_in():
    with make_folder({"a.txt": b"hello", ".homeport.ini": b"[server]\nonly-me=false\n"}) as folder:
        with Server(folder, "--use-folder-settings") as server:
            tap.equal(ask_as(server.port, STRANGER), b"")
            tap.equal(server.line()["reason"], "other-user")


def test_any_user():
    with make_folder({"a.txt": b"hello"}) as folder, Server(folder, "--any-user") as server:
        assert ask_as(server.port, STRANGER).endswith(b"hello")
        tap.equal(server.line()["status"], 200)


tap.run()
