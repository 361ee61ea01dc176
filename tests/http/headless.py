# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the real program with --headless and talks to it over real sockets."""

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import tap  # noqa: E402

PROGRAM = os.environ.get("HOMEPORT", "homeport")


class Server:
    """`homeport --headless` on a folder, as a context manager. Lines of stdout are collected."""

    def __init__(self, folder, *options, port=0, as_json=True, env=None, preexec=None):
        words = [PROGRAM, "--headless"]
        if port is not None:
            words.append(f"--port={port}")
        if as_json:
            words.append("--json")
        self.json = as_json
        self.process = subprocess.Popen(
            [*words, *options, str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            env=dict(os.environ, **(env or {})),
            preexec_fn=preexec,
        )
        self._lines = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.first = self.line()
        if as_json:
            self.port = self.first["port"]
        else:
            self.port = int(self.first.rstrip("/").rsplit(":", 1)[1])

    def _read(self):
        for line in self.process.stdout:
            self._lines.put(line.decode())
        self._lines.put(None)

    def line(self, seconds=10):
        """The next line, parsed when it is JSON."""
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            raise AssertionError("the program printed no line in time") from None
        if line is None:
            raise AssertionError("the program ended: " + self.process.stderr.read().decode())
        return json.loads(line) if self.json else line.rstrip("\n")

    def no_line(self):
        """The lines that nobody took."""
        left = []
        while not self._lines.empty():
            left.append(self._lines.get())
        return [line for line in left if line is not None]

    def connect(self, seconds=10):
        return socket.create_connection(("127.0.0.1", self.port), timeout=seconds)

    def raw(self, text):
        """Sends bytes as they are; returns all that comes until the server closes."""
        with self.connect() as connection:
            connection.sendall(text)
            return read_all(connection)

    def ask(self, target="/", method="GET", headers=(), version="1.1", host="localhost"):
        """One request on a connection of its own: (status, headers, body)."""
        lines = [f"{method} ".encode() + os.fsencode(target) + f" HTTP/{version}".encode()]
        if host is not None:
            lines.append(f"Host: {host}".encode())
        lines += [f"{name}: {value}".encode("latin-1") for name, value in headers]
        lines += [b"Connection: close", b"", b""]
        return parse(self.raw(b"\r\n".join(lines)))

    def status_field(self, name):
        """A number out of /proc/PID/status, in kB where it has a unit."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith(name + ":"):
                    return int(line.split()[1])
        raise AssertionError(f"no {name}")

    def n_descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def stop(self, with_signal=signal.SIGTERM):
        """Ends it and returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
        code = self.process.wait(timeout=10)
        self._reader.join(timeout=10)
        return code

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        code = self.stop()
        errors = self.errors = self.process.stderr.read().decode()
        self.process.stdout.close()
        self.process.stderr.close()
        assert code == 0, f"exit code {code}: {errors}"
        assert "CRITICAL" not in errors and "WARNING" not in errors, errors
        assert "Sanitizer" not in errors, errors


def read_all(connection):
    chunks = []
    while True:
        try:
            chunk = connection.recv(1 << 20)
        except ConnectionResetError:
            break
        if not chunk:
            break
        chunks.append(chunk)
    return b"".join(chunks)


def parse(answer):
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(": ")
        assert name.lower() not in headers, f"{name} twice"
        headers[name.lower()] = value
    assert lines[0].startswith("HTTP/1."), f"no answer: {answer[:100]!r}"
    return int(lines[0].split()[1]), headers, body


def make_folder(files):
    """A temporary folder with these files: {path: bytes}. Clean up with its .cleanup()."""
    folder = tempfile.TemporaryDirectory(prefix="hp-http-")
    for path, content in files.items():
        full = os.path.join(os.fsencode(folder.name), os.fsencode(path))
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as file:
            file.write(content)
    return folder
