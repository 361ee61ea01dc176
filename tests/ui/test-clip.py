# SPDX-License-Identifier: GPL-3.0-or-later
"""No words are cut: in every language the real program goes through its states, wide and as narrow as it gets, and
a probe inside it (clip-probe.c) says which texts don't fit. Nothing needs the keys or the pointer, so several
languages are looked at at once.

test-clip.py LANGUAGE… looks at some; with HP_PICTURES=FOLDER, pictures of what it looked at go there."""

import atexit
import concurrent.futures
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile

import pseudo
import shot
import tap
import translated
from desktop import PROGRAM, App

# "xx" has longer words than any.
LANGUAGES = ["xx", "de", "ru", "fr", "ar", "ja", "es", "it", "pt_BR", "zh_CN"]
AT_ONCE = 3

WINDOW = ((1100, 700), (360, 640))
# As it comes, and on a small screen.
DIALOG = (None, (360, 640))
# Without a compositor there is a frame of five pixels around it.
FRAME = 10

# So many looks have to be alike, when it isn't as it should be: each is at least two frames.
UNCHANGED = 5

# Of the ports, eight each.
FIRST_PORT = 63400

PROBE = os.path.join(os.path.dirname(os.path.dirname(PROGRAM)), "tests", "ui", "clip-probe.so")
PICTURES = os.environ.get("HP_PICTURES")

# What may be shortened or broken: names and addresses, which have any length. Never words of ours.
# (how, the text, the widgets around it, why)
MAY_BE_CUT = [
    ("ellipsized", r"a folder with quite a long name indeed", r"GtkLabel < .*HpServerRow",
     "a folder's name in the list; its page and the tooltip have it whole"),
    ("ellipsized", r"~/Projects/.*|a folder with quite a long name indeed", r"GtkLabel\.(sub)?title < .*AdwWindowTitle",
     "a folder's name and path above its page; the tooltip has it whole"),
    ("ellipsized", r"/.*", r"HpLogRowWidget|GtkLabel\S* < GtkBox\S*\.load-request",
     "the path of a request; its pane has it whole"),
    ("ellipsized", r"/.*", r"HpPortRow", "the folder of a program; the port's details have it whole"),
    ("broken", r".*'sha256-.*", r"GtkLabel < .*HpFieldList", "the value of a field has no words"),
    ("broken|ellipsized", r"/.*", r"GtkLabel\.subtitle < .*HpLogFileDialog", "a path"),
]


class Program(App):
    """The program in a language, with the probe. Without the accessibility bus, whose answers take their time, and
    without a session bus, so that it is not the only one."""

    def __init__(self, language, locales, first_port):
        super().__init__()
        self.language, self.first_port = language, first_port
        self.asks = self.answers = None
        self.cuts, self.excused = [], set()
        if language == "xx":
            self.read = pseudo.undo
        else:
            self.read = translated.Reader(os.path.join(locales, language, "LC_MESSAGES", "homeport.mo"))
        self.env.update(
            LC_ALL="en_US.UTF-8", LOCPATH=locales, LANGUAGE=language, TEXTDOMAINDIR=locales, LD_PRELOAD=PROBE,
            DBUS_SESSION_BUS_ADDRESS="disabled:", GTK_A11Y="none", GSK_RENDERER="cairo",
            ASAN_OPTIONS=self.env.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0",
        )
        settings = os.path.join(self.env["XDG_CONFIG_HOME"], "gtk-4.0")
        os.makedirs(settings)
        with open(os.path.join(settings, "settings.ini"), "w", encoding="utf-8") as file:
            # The font of a GNOME desktop; and nothing is caught on its way.
            file.write("[Settings]\ngtk-font-name=Cantarell 11\ngtk-enable-animations=false\n")

    def start(self, *words):
        asks, self.asks = os.pipe()
        answers, out = os.pipe()
        self.answers = os.fdopen(answers, encoding="utf-8")
        self.errors = open(os.path.join(self.home, "stderr"), "a+", encoding="utf-8")
        env = dict(self.env, HOMEPORT_CLIP_PROBE=f"{asks} {out}")
        self.process = subprocess.Popen([PROGRAM, *words], env=env, stderr=self.errors, pass_fds=(asks, out))
        os.close(asks)
        os.close(out)
        self.in_window("HpWindow")

    def quit(self):
        os.close(self.asks)
        self.answers.close()
        super().quit()

    def ask(self, command):
        os.write(self.asks, command.encode() + b"\n")
        line = self.answers.readline()
        assert line, f"the program has ended: {self.stderr()}"
        return json.loads(line)

    def do(self, command):
        tap.wait_for(lambda: self.ask(command), f"{self.language}: {command}")

    def in_window(self, *kinds):
        def look():
            kind = self.ask("look")["window"]
            return kind in kinds and kind

        return tap.wait_for(look, f"{self.language}: a window {kinds}")

    def find(self, said, again=None):
        """The text on screen that has these words in English. What is done again may be undone by a list that is only
        just being filled."""
        seen = []

        def look():
            if again:
                self.ask(again)
            seen[:] = self.ask("look")["texts"]
            return next((text for text in seen if any(said in self.read(line) for line in text.splitlines())), None)

        try:
            return tap.wait_for(look, said)
        except AssertionError as error:
            raise AssertionError(f"{self.language}: {error} in {[self.read(text) for text in seen]}") from None

    def port(self, n):
        return self.first_port + n

    def look(self, where, sizes=WINDOW):
        for size in sizes:
            seen = self.see(where, size)
            if PICTURES:
                name = f"{where}-{self.language}-{seen['width']}.png".replace(" ", "-")
                self.screenshot(os.path.join(PICTURES, name), seen["width"] + FRAME, 700 + FRAME)
            if size and seen["width"] != size[0]:
                self.cuts.append(f"{where}: {seen['width']} pixels wide instead of {size[0]}")
            for cut in seen["cuts"]:
                self.report(f"{where}, {seen['width']} pixels", cut)

    def see(self, where, size):
        """What there is when everything has its place. A window that was made wider or narrower takes a moment; one that
        has only just come may take the size that it came with after all."""
        alike, before = 0, None

        def settled():
            nonlocal alike, before
            if size and not (before and before["width"] == size[0]):
                self.do(f"size {size[0] + FRAME} {size[1] + FRAME}")
            seen = self.ask("look")
            seen["cuts"] = [cut for cut in seen["cuts"] if not self.may_be_cut(cut)]
            wanted = (not size or seen["width"] == size[0]) and not seen["cuts"]
            alike = alike + 1 if seen == before else 0
            before = seen
            return seen if wanted or alike >= UNCHANGED else None

        return tap.wait_for(settled, f"{self.language}: {where} to stay as it is")

    def may_be_cut(self, cut):
        around = " < ".join(cut["path"])
        for how, text, widgets, why in MAY_BE_CUT:
            if re.fullmatch(how, cut["kind"]) and re.fullmatch(text, cut["text"], re.DOTALL) and re.match(widgets, around):
                self.excused.add(why)
                return True
        return False

    def report(self, where, cut):
        what = (f"“{cut['text']}” ({self.read(cut['text'])}) is {cut['kind']}: {cut['has']} pixels, {cut['needs']} needed, "
                f"in {' < '.join(cut['path'][:6])}")
        # Once: most are in one state after the other.
        if not any(known.endswith(what) for known in self.cuts):
            self.cuts.append(f"{where}: {what}")

    def dialog(self, action, kind, where, text=None):
        """Opens it and looks. What it says last is waited for."""
        self.do("do " + action)
        self.in_window(kind)
        if text:
            self.find(text)
        self.look(where, DIALOG)

    def close(self):
        self.do("close")
        self.in_window("HpWindow")


# The folders, by what is special with them.
SERVED, BUILT, TAKEN, LONG, GONE, SHADOWED, RIVAL, HELD = range(8)


def hold(port, address="127.0.0.1", family=socket.AF_INET, answers=True):
    holder = socket.socket(family)
    if answers:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind((address, port))
    if answers:
        holder.listen()
    return holder


def write_folders(app):
    """One that is well, and one for each problem."""
    port = app.port
    shot.write_list(app, [
        (shot.make_site(app, "my-website"), port(SERVED), True),
        (shot.make_site(app, "shop", {"dist/index.html": "<h1>Built</h1>", "package.json": "{}"}), port(BUILT), True),
        (shot.make_site(app, "docs"), port(TAKEN), False),
        (shot.make_site(app, "a folder with quite a long name indeed"), port(LONG), False),
        (os.path.join(app.home, "Projects", "gone"), port(GONE), True),
        (shot.make_site(app, "photos"), port(SHADOWED), True),
        (shot.make_site(app, "rival"), port(SERVED), False),
        (shot.make_site(app, "held"), port(HELD), False),
    ])
    path = os.path.join(app.env["XDG_CONFIG_HOME"], "homeport", "servers.ini")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    more = f"log-file={app.home}/missing/log\nlog-format=clf\nformer-ports=8080;3000;62901\n"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace(f"port={port(BUILT)}\n", f"port={port(BUILT)}\n{more}"))


def write_settings(app):
    folder = shot.make_site(app, "settings")
    with open(os.path.join(folder, ".homeport.ini"), "w", encoding="utf-8") as file:
        file.write("[server]\nname=The Shop\nport=8000\nlist-folders=false\nfollow-links=true\nonly-me=false\n")
    return folder


def write_saved_log(app):
    path = os.path.join(app.home, "saved.har")
    entry = {
        "startedDateTime": "2026-01-02T03:04:05.678Z", "time": 1.5, "cache": {},
        "request": {"method": "GET", "url": "http://localhost:3000/missing.html", "httpVersion": "HTTP/1.1", "cookies": [],
                    "headers": [], "queryString": [], "headersSize": -1, "bodySize": 0},
        "response": {"status": 404, "statusText": "Not Found", "httpVersion": "HTTP/1.1", "cookies": [], "headers": [],
                     "content": {"size": 9, "mimeType": "text/html"}, "redirectURL": "", "headersSize": -1, "bodySize": 9},
        "timings": {"send": 0, "wait": 1, "receive": 0.5},
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"log": {"version": "1.2", "creator": {"name": "test", "version": "1"}, "entries": [entry]}}, file)
    return path


def look_at_log(app):
    app.do(f"do win.select-server({SERVED})")
    tap.wait_for(lambda: shot.can_ask(app.port(SERVED)), "the server")
    shot.visit_pages(app.port(SERVED))
    app.find("/missing/page.html")
    app.look("log")
    app.do("do win.next-problem")
    app.do("do win.request-pane")
    for tab in ("summary", "request", "response"):
        app.do(f"in HpRequestPane pane.tab('{tab}')")
        app.look("pane " + tab)
    app.do("do win.request-pane")
    app.do("do win.log-page('problems')")
    app.find("Asked for")
    app.look("problems")
    app.do("do win.log-page('loads')")
    app.find("/about.html")
    app.look("page loads")
    app.do("click " + app.find("/about.html"))
    app.look("page load")
    app.do("do win.log-page('requests')")
    for text, where in (("img stauts:200", "wrong filter"), ("nobody-has-this", "no match"), ("img status:200", "filter")):
        app.do("do win.filter")
        app.do("type " + text)
        app.look(where)
    app.do("type ")
    app.dialog("win.filter-help", "AdwWindow", "filter help")
    app.close()
    app.do("do win.pause")
    shot.browse(app.port(SERVED))
    app.find("waiting")
    app.look("paused")
    app.do("do win.pause")
    app.do("do win.clear-log")
    app.find("Cleared")
    app.look("cleared log")


def look_at_problems(app):
    for number, said, where in (
        (BUILT, "No index.html here", "hint and log file"), (TAKEN, "Once", "taken port"), (LONG, "Not being served", "stopped"),
        (GONE, "was not found", "missing folder"), (SHADOWED, "127.0.0.1", "shadowed"), (RIVAL, "Switch", "rival"),
    ):
        app.do(f"do win.select-server({number})")
        app.find(said)
        app.look(where)
    app.do(f"do win.select-server({HELD})")
    app.do("do win.start")
    app.find("nothing answers")
    app.look("held port")
    app.do(f"do win.select-server({TAKEN})")
    app.find("Once")
    app.do("do win.stop-holder")
    question = app.in_window("AdwMessageDialog", "AdwAlertDialog")
    app.look("stop program", (None,))
    app.close()
    app.do("do win.start-when-free")
    app.find("It is served as soon as")
    app.look("waiting")
    app.do("do win.cancel-waiting")
    app.find("Start When Free")
    app.do("do win.use-once")
    app.find("This time on port")
    app.look("other port")
    return question


def look_at_dialogs(app, question):
    app.do(f"do win.select-server({BUILT})")
    app.dialog("win.change-port", "HpServerDialog", "settings")
    for port, where in ((70000, "wrong port"), (80, "privileged port"), (6000, "refused port"), (app.port(TAKEN), "used port"),
                        (40000, "outgoing port")):
        app.do(f"type {port}")
        app.look(where, DIALOG)
    app.close()
    app.dialog("win.log-file", "HpLogFileDialog", "log file")
    app.close()
    app.dialog("win.check", "HpCheckDialog", "check", "Check Again")
    app.close()
    app.do(f"do win.select-server({LONG})")
    app.dialog("win.check", "HpCheckDialog", "check of a stopped one", "Nothing answers because")
    app.close()
    app.do(f"do win.select-server({SERVED})")
    app.dialog("win.export-log", "HpExportDialog", "export")
    app.close()
    app.dialog("app.preferences", "HpPreferences", "preferences")
    app.close()
    # GTK 4.18 warns of the label of this one, of a width that it then doesn't get.
    if question == "AdwMessageDialog":
        app.dialog(f"app.add-folder('{write_settings(app)}')", question, "folder with settings")
        app.close()
    app.do(f"do app.open-har('file://{write_saved_log(app)}')")
    app.in_window("HpLogWindow")
    app.find("/missing.html")
    app.look("saved log")
    app.close()


def look_at_ports(app):
    app.do("do win.show-ports")
    app.do("in HpPortsPage ports.focus-search")
    # Only those that are here on every computer.
    app.do(f"type {app.first_port // 10}")
    app.find("served by Homeport")
    app.look("ports")
    # They stand in the same order, and TAKEN is the first whose port another program has.
    for number, said, where in ((SERVED, "Go to Folder", "port of ours"), (TAKEN, "Ask It", "port of another program")):
        app.find(said, again=f"in GtkListView list.select-item((uint32 {number}, false, false))")
        app.look(where)
    app.do("type nobody-has-this")
    app.find("No Port Matches")
    app.look("no port")
    app.do("do win.show-servers")


def look_at_list(app, n):
    app.do("do win.back")
    app.look("list")
    for _ in range(n):
        app.do("do win.select-server(0)")
        app.do("do win.remove")
    app.find("Choose Folder")
    app.look("empty")


def tour(language, locales, first_port):
    with Program(language, locales, first_port) as app:
        write_folders(app)
        with hold(app.port(TAKEN)), hold(app.port(SHADOWED), "::1", socket.AF_INET6), hold(app.port(HELD), answers=False):
            app.start()
            app.find(f"{app.port(TAKEN)} used by python3")
            look_at_log(app)
            question = look_at_problems(app)
            look_at_dialogs(app, question)
            look_at_ports(app)
            # The eight, and the one that came with settings.
            look_at_list(app, 9 if question == "AdwMessageDialog" else 8)
    return app


class Tours:
    """All of them, begun when the first is asked for."""

    def __init__(self, languages):
        self.languages, self.futures = languages, {}

    def begin(self):
        for name in ("xgettext", "msgen", "msgfmt", "localedef"):
            if not shutil.which(name):
                raise tap.Skip(f"{name} is not installed")
        folder = tempfile.mkdtemp(prefix="hp-ui-")
        locales = os.path.join(folder, "locale")
        shot.make_locales(locales, self.languages)
        pool = concurrent.futures.ThreadPoolExecutor(1 if PICTURES else AT_ONCE)
        for number, language in enumerate(self.languages):
            self.futures[language] = pool.submit(tour, language, locales, FIRST_PORT + 10 * number)
        atexit.register(shutil.rmtree, folder, ignore_errors=True)

    def get(self, language):
        if not self.futures:
            self.begin()
        return self.futures[language].result()


TOURS = Tours(sys.argv[1:] or LANGUAGES)


def add_test(language):
    def test():
        cuts = TOURS.get(language).cuts
        assert not cuts, "\n".join(["cut words", *cuts])

    globals()["test_no_words_are_cut_in_" + language] = test


def test_names_are_seen_cut():
    """What the probe is to see, it sees."""
    excused = TOURS.get(TOURS.languages[0]).excused
    for *_, why in MAY_BE_CUT[:3]:
        assert why in excused, why


if __name__ == "__main__":
    for each in TOURS.languages:
        add_test(each)
    tap.run()
