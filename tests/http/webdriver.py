# SPDX-License-Identifier: GPL-3.0-or-later
"""Just enough of the W3C WebDriver protocol to drive headless Chromium with the standard library."""

import json
import os
import socket
import subprocess
import tempfile
import urllib.error
import urllib.request

from headless import tap

CHROMIUM = "/usr/bin/chromium"
DRIVER = "/usr/bin/chromedriver"

# Nothing of the browser itself may talk to the network.
FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
    "--disable-domain-reliability", "--disable-client-side-phishing-detection", "--window-size=1200,900",
]

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Browser:
    def __init__(self):
        for program in (CHROMIUM, DRIVER):
            if not os.path.exists(program):
                raise tap.Skip(f"{program} is not installed")
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        self._home = tempfile.TemporaryDirectory(prefix="hp-browser-")
        self._url = f"http://127.0.0.1:{port}"
        self._driver = subprocess.Popen(
            [DRIVER, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=dict(os.environ, HOME=self._home.name),
        )
        tap.wait_for(self._is_up, "chromedriver", 30)
        options = {"binary": CHROMIUM, "args": [*FLAGS, f"--user-data-dir={self._home.name}/profile"]}
        capabilities = {"goog:chromeOptions": options, "goog:loggingPrefs": {"performance": "ALL"}}
        session = self._call("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
        self._url += f"/session/{session['sessionId']}"

    def _is_up(self):
        try:
            return self._call("GET", "/status")["ready"]
        except OSError:
            return False

    def _call(self, method, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self._url + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode()) from None

    def open(self, url):
        self._call("POST", "/url", {"url": url})

    def url(self):
        return self._call("GET", "/url")

    def script(self, code, *arguments):
        return self._call("POST", "/execute/sync", {"script": code, "args": arguments})

    def click(self, css):
        element = self._call("POST", "/element", {"using": "css selector", "value": css})
        self._call("POST", f"/element/{element[ELEMENT]}/click", {})

    def command(self, name, **parameters):
        """A command of the DevTools protocol."""
        return self._call("POST", "/goog/cdp/execute", {"cmd": name, "params": parameters})

    def network_events(self):
        """What the browser's network panel would show since the last call: [(method, params)]."""
        entries = self._call("POST", "/se/log", {"type": "performance"})
        messages = [json.loads(entry["message"])["message"] for entry in entries]
        return [(m["method"], m["params"]) for m in messages if m["method"].startswith("Network.")]

    def close(self):
        try:
            self._call("DELETE", "")
        except (OSError, AssertionError):
            pass
        self._driver.terminate()
        self._driver.wait(10)
        self._home.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.close()
