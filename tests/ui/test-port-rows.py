# SPDX-License-Identifier: GPL-3.0-or-later
"""What the page of all ports lists is what ss lists, and stays where it is while ports come and go.
In a network of its own, where that can be had."""

import os
import re
import shutil
import socket
import subprocess
import sys

import pyatspi
from desktop import BUTTONS, LABELS, App, click, has_state, press, tap, type_text, walk

TCP, UDP = socket.SOCK_STREAM, socket.SOCK_DGRAM
MENU_ITEMS = ("menu item", "check menu item", "radio menu item", "check box", "radio button")
ROW = re.compile(r"Port (\d+), (TCP|UDP)(, IPv6)?, .*(This computer only|Reachable from the network)")


def isolate():
    """Starts this script anew where nobody else's ports come and go."""
    command = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    if "HP_ISOLATED" in os.environ or not shutil.which("unshare"):
        return
    if subprocess.run([*command, "true"], stderr=subprocess.DEVNULL).returncode == 0:
        os.execvpe(command[0], [*command, sys.executable, *sys.argv], dict(os.environ, HP_ISOLATED="1"))


def listener(address, kind=TCP, port=0, **options):
    """None where the system has no such address."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    found = socket.socket(family, kind)
    try:
        if "v6only" in options:
            found.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, options["v6only"])
        if options.get("share"):
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        found.bind((address, port))
        if kind == TCP and options.get("listens", True):
            found.listen()
        return found
    except OSError:
        found.close()
        return None


def open_all_kinds():
    first = listener("127.0.0.1", share=True)
    client = socket.create_connection(first.getsockname())
    talker = listener("127.0.0.1", UDP)
    talker.connect(talker.getsockname())
    kinds = [
        first,
        listener("127.0.0.1", port=first.getsockname()[1], share=True),
        listener("127.0.0.2"),
        listener("0.0.0.0"),
        listener("::1"),
        listener("::", v6only=0),
        listener("::", v6only=1),
        listener("::ffff:127.0.0.1", v6only=0),
        listener("127.0.0.1", UDP),
        listener("0.0.0.0", UDP),
        listener("::1", UDP),
        listener("::", UDP),
        # None of these listens.
        listener("127.0.0.1", listens=False),
        client,
        talker,
    ]
    return [kind for kind in kinds if kind]


def ask_ss():
    rows = []
    text = subprocess.run(["ss", "-tulnH"], capture_output=True, text=True, check=True).stdout
    for line in text.splitlines():
        kind, _state, _received, _sent, local = line.split()[:5]
        address, port = local.rsplit(":", 1)
        address = address.split("%")[0].strip("[]")
        loopback = address == "::1" or address.removeprefix("::ffff:").startswith("127.")
        is_ipv6 = ":" in address or address == "*"
        rows.append((int(port), kind.upper(), is_ipv6, loopback))
    return sorted(rows)


def read_page(app):
    rows = []

    def note(name):
        match = ROW.match(name or "")
        if match:
            rows.append((int(match[1]), match[2], bool(match[3]), match[4].startswith("This")))

    app.all(LABELS, note)
    return sorted(rows)


def show_ports(app):
    app.start()
    app.find(BUTTONS, lambda name: "Choose Folder" in (name or ""))
    app.focus()
    press("ctrl+shift+p")
    app.find(("text", "entry", "text box"), lambda name: "Search ports" in (name or ""))


def close_all(sockets):
    for each in sockets:
        each.close()


def test_same_as_ss():
    if not shutil.which("ss"):
        raise tap.Skip("there is no ss")
    sockets = open_all_kinds()
    try:
        with App() as app:
            show_ports(app)
            # Newer toolkits tell only of rows that are in sight.
            subprocess.run(["xdotool", "windowsize", "--sync", app.window, "1100", "1000"], check=True)
            tap.wait_for(lambda: len(read_page(app)) >= 12 and read_page(app) == ask_ss(), "the rows of ss", 40)
            # Some go, some come, over there as here.
            close_all(sockets[:4])
            sockets += [listener("127.0.0.1"), listener("0.0.0.0", UDP)]
            tap.wait_for(lambda: read_page(app) == ask_ss(), "the rows of ss, again", 40)
    finally:
        close_all(sockets)


def item_of(app, port):
    """The item of the list, which is what is selected; None while there is none."""
    for node in app.all(LABELS, lambda name: (name or "").startswith(f"Port {port},")):
        try:
            return node.parent if has_state(node.parent, pyatspi.STATE_SELECTABLE) else node
        except Exception:
            continue  # it has gone in this moment
    return None


def place_of(app, port):
    """How far down it is in the window."""
    item = item_of(app, port)
    try:
        return item and item.queryComponent().getExtents(pyatspi.WINDOW_COORDS).y
    except Exception:
        return None


def find_clickable(app, name):
    """The button in a menu button."""
    for node in app.all(None, name):
        for part in walk(node):
            try:
                if part.queryAction().nActions > 0:
                    return part
            except Exception:
                continue
    return None


def is_above(app, one, other):
    places = place_of(app, one), place_of(app, other)
    return None not in places and places[0] < places[1]


def is_selected(app, port):
    item = item_of(app, port)
    return item is not None and has_state(item, pyatspi.STATE_SELECTED)


def need_own_network():
    if "HP_ISOLATED" not in os.environ:
        raise tap.Skip("no network of our own, and these ports may be somebody's")


def test_stays_put():
    need_own_network()
    sockets = [listener("127.0.0.1", port=port) for port in range(21000, 21080, 2)]
    try:
        with App() as app:
            show_ports(app)
            tap.wait_for(lambda: item_of(app, 21000), "the first row", 30)
            # Down to the last row by the keyboard, and back some: scrolled, and selected.
            app.focus()
            press("ctrl+f", "Down", "End")
            tap.wait_for(lambda: is_selected(app, 21078), "the last row to be selected", 30)
            press(*["Up"] * 5)
            tap.wait_for(lambda: is_selected(app, 21068), "the sixth row from the end", 30)
            place = tap.wait_for(lambda: place_of(app, 21068), "its place")
            # Others come and go above it, and at last one below it, which may be the only one in sight.
            close_all(sockets[2:8])
            come = [listener("127.0.0.1", port=port) for port in [*range(21001, 21031, 2), 21069]]
            tap.wait_for(lambda: item_of(app, 21069), "rows to come and go", 30)
            tap.wait_for(lambda: place_of(app, 21068) == place, "the row to be where it was", 30)
            assert is_selected(app, 21068), "the selection has moved"
            # And its own: then nothing is selected, or a neighbour, but never what isn't there.
            sockets[34].close()
            tap.wait_for(lambda: not item_of(app, 21068), "the selected row to go", 30)
            close_all(come)
    finally:
        close_all(sockets)


def test_filters_and_order():
    """Somebody else's port, one for browsers and one that isn't."""
    need_own_network()
    shop = subprocess.Popen([sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "21005"],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    mine, others = listener("127.0.0.1", UDP, 21001), None
    expected = [21001, 21005]
    if os.geteuid() == 0 and shutil.which("setpriv"):
        others = subprocess.Popen(["setpriv", "--reuid=12345", "--clear-groups", sys.executable, "-c",
                                   "import socket,time; s = socket.create_server(('127.0.0.1', 21003)); time.sleep(600)"])
        expected = [21001, 21003, 21005]
    try:
        with App() as app:
            show_ports(app)

            def ports():
                return [row[0] for row in read_page(app) if 21000 <= row[0] < 21010]

            def wait_for_ports(wanted):
                tap.wait_for(lambda: ports() == wanted, f"only {wanted}", 30)

            wait_for_ports(expected)
            app.click("Only Mine")
            wait_for_ports([21001, 21005])
            app.click("Only Web")
            wait_for_ports([21005])
            app.click("Only Mine")
            app.click("Only Web")
            wait_for_ports(expected)
            type_text(app.find(("text", "entry", "text box"), lambda name: "Search ports" in (name or "")), "http.serv 2100")
            wait_for_ports([21005])
            type_text(app.find(("text", "entry", "text box"), lambda name: "Search ports" in (name or "")), "")
            wait_for_ports(expected)
            # The newest first: of the programs, that is.
            tap.wait_for(lambda: is_above(app, 21001, 21005), "the order of the ports")
            click(tap.wait_for(lambda: find_clickable(app, "Sort"), "the menu's button"))
            app.click(lambda name: "Newest First" in (name or ""), MENU_ITEMS)
            tap.wait_for(lambda: is_above(app, 21005, 21001), "the newest first", 30)
    finally:
        mine.close()
        for program in (shop, others):
            if program:
                program.kill()
                program.wait()


isolate()
tap.run()
