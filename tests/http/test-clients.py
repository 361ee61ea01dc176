# SPDX-License-Identifier: GPL-3.0-or-later
"""The clients people use: curl, wget, Python's and Node's own, wrk, and headless Chromium."""

import base64
import contextlib
import functools
import glob
import http.client
import json
import os
import random
import re
import shutil
import struct
import subprocess
import tempfile
import urllib.error
import urllib.request
import zlib

from headless import Server, make_folder, tap
from media import keyframe_of_webp, make_wav, make_webm
from webdriver import Browser

DATA = bytes(random.Random(1).getrandbits(8) for _ in range(300_000))
FILES = {"data.bin": DATA, "a.txt": b"a", "b.txt": b"b", "d/index.html": b"<a href='../a.txt'>a</a>", "list/x.txt": b"x", "list/y z.txt": b"y"}


def run(program, *words, ok=True):
    if shutil.which(program) is None:
        raise tap.Skip(f"{program} is not installed")
    done = subprocess.run([program, *words], capture_output=True, timeout=60)
    if ok:
        tap.equal(done.returncode, 0, f"{program} {words}: {done.stderr.decode()}")
    return done


curl = functools.partial(run, "curl", "-sS", "--max-time", "20")


@contextlib.contextmanager
def serve():
    with make_folder(FILES) as folder, Server(folder) as server, tempfile.TemporaryDirectory(prefix="hp-client-") as place:
        server.base = f"http://localhost:{server.port}"
        yield server, place


def test_curl():
    with serve() as (server, _):
        base = server.base
        tap.equal(curl(f"{base}/data.bin").stdout, DATA)
        tap.equal(curl("-0", f"{base}/data.bin").stdout, DATA)
        tap.equal(curl("--compressed", f"{base}/data.bin").stdout, DATA)
        tap.equal(curl("--http2", f"{base}/data.bin").stdout, DATA)
        tap.equal(curl("-L", f"{base}/d").stdout, FILES["d/index.html"])
        tap.equal(curl("-r", "100-199", f"{base}/data.bin").stdout, DATA[100:200])
        tap.equal(curl("-r", "-5", f"{base}/data.bin").stdout, DATA[-5:])
        tap.equal(curl("-g", f"http://[::ffff:127.0.0.1]:{server.port}/a.txt", ok=False).stdout, curl(f"{base}/", "-H", "Host: [::ffff:127.0.0.1]").stdout)
        head = curl("-I", f"{base}/data.bin").stdout
        assert head.startswith(b"HTTP/1.1 200 OK\r\n") and b"Content-Length: 300000\r\n" in head, head
        status = functools.partial(curl, "-o", "/dev/null", "-w", "%{http_code}")
        for expected, words in (
            ("400", ["--path-as-is", f"{base}/../etc/passwd"]), ("404", [f"{base}/../etc/passwd"]), ("405", ["-X", "DELETE", f"{base}/a.txt"]),
            ("405", ["-X", "POST", f"{base}/a.txt"]), ("413", ["-d", "a=b", f"{base}/a.txt"]), ("413", ["-T", "/etc/passwd", f"{base}/a.txt"]),
            ("411", ["-H", "Transfer-Encoding: chunked", "-d", "x", f"{base}/a.txt"]), ("421", ["-H", "Host: evil.example", f"{base}/a.txt"]),
            ("413", ["-H", "Expect: 100-continue", "-d", "x" * 100_000, f"{base}/a.txt"]), ("501", ["-X", "BREW", f"{base}/a.txt"]),
            ("204", ["-X", "OPTIONS", f"{base}/a.txt"]), ("416", ["-r", "900000-", f"{base}/data.bin"]), ("200", ["-A", "", f"{base}/a.txt"]),
            ("431", ["-H", "X: " + "a" * 20_000, f"{base}/a.txt"]), ("414", [f"{base}/" + "a" * 20_000]), ("200", ["--noproxy", "", "-x", base, "http://localhost/a.txt"]),
        ):
            tap.equal(status(*words).stdout.decode(), expected, str(words)[:80])


def test_curl_resumes():
    with serve() as (server, place):
        part = os.path.join(place, "part")
        with open(part, "wb") as file:
            file.write(DATA[:100_001])
        curl("-C", "-", "-o", part, f"{server.base}/data.bin")
        tap.equal(open(part, "rb").read(), DATA)
        tap.equal(server.line()["status"], 206)


def test_curl_asks_again():
    with serve() as (server, place):
        path = os.path.join(server.first["folder"], "a.txt")
        os.utime(path, (1_600_000_000, 1_600_000_000))
        tags = os.path.join(place, "tags")

        def ask(*words):
            out = curl("--etag-save", tags, *words, "-o", os.path.join(place, "out"), "-w", "%{http_code}", f"{server.base}/a.txt")
            return out.stdout.decode()

        tap.equal(ask(), "200")
        tap.wait_for(lambda: ask("--etag-compare", tags) == "304", "a lasting tag")
        tap.equal(curl("-z", "14 Sep 2020 00:00:00 GMT", "-o", "/dev/null", "-w", "%{http_code}", f"{server.base}/a.txt").stdout, b"304")
        tap.equal(curl("-z", "12 Sep 2020 00:00:00 GMT", "-o", "/dev/null", "-w", "%{http_code}", f"{server.base}/a.txt").stdout, b"200")


def test_curl_keeps_one_connection():
    with serve() as (server, _):
        urls = [f"{server.base}/{name}" for name in ("a.txt", "b.txt", "missing", "d", "d/", "list/", "data.bin", "a.txt")]
        done = curl("-v", "-o", "/dev/null", *(word for url in urls for word in ("-o", "/dev/null", url)), "-w", "%{num_connects}\n")
        # "existing connection" or "existing http: connection"
        tap.equal(len(re.findall(rb"Re-using existing [\w: ]*connection", done.stderr)), len(urls) - 1)
        done = curl("-Z", "--parallel-max", "20", f"{server.base}/[1-100].txt", "-o", "/dev/null", "-w", "%{http_code}\n")
        tap.equal(done.stdout.split(), [b"404"] * 100)


def test_wget():
    with serve() as (server, place):
        wget = functools.partial(run, "wget", "-q", "-T", "20", "-t", "1")
        part = os.path.join(place, "data.bin")
        with open(part, "wb") as file:
            file.write(DATA[:12_345])
        wget("-c", "-P", place, f"{server.base}/data.bin")
        tap.equal(open(part, "rb").read(), DATA)
        # A listing is something that can be walked.
        wget("-r", "-l", "2", "-np", "-nH", "-P", os.path.join(place, "mirror"), f"{server.base}/list/")
        for name, content in ((name, FILES[name]) for name in ("list/x.txt", "list/y z.txt")):
            tap.equal(open(os.path.join(place, "mirror", name), "rb").read(), content)
        assert run("wget", "-q", "-t", "1", "-O", "/dev/null", f"{server.base}/missing", ok=False).returncode == 8
        wget("--spider", f"{server.base}/data.bin")


def test_python():
    with serve() as (server, _):
        connection = http.client.HTTPConnection("localhost", server.port, timeout=20)
        connection.connect()
        socket = connection.sock
        for method, target, status, length in (
            ("GET", "/data.bin", 200, len(DATA)), ("HEAD", "/data.bin", 200, 0), ("GET", "/missing", 404, None), ("OPTIONS", "/", 204, 0),
            ("GET", "/d", 301, 0), ("GET", "/d/", 200, 24), ("GET", "/list/", 200, None), ("DELETE", "/a.txt", 405, None), ("GET", "/a.txt", 200, 1),
        ):
            connection.request(method, target)
            answer = connection.getresponse()
            body = answer.read()
            tap.equal(answer.status, status, f"{method} {target}")
            if length is not None:
                tap.equal(len(body), length, f"{method} {target}")
            assert connection.sock is socket, f"{method} {target} ended the connection"
        connection.close()
        with urllib.request.urlopen(f"{server.base}/d") as answer:
            tap.equal((answer.url, answer.read()), (f"{server.base}/d/", FILES["d/index.html"]))
        try:
            urllib.request.urlopen(f"{server.base}/a.txt", data=b"x" * 1_000_000)
        except urllib.error.HTTPError as error:
            tap.equal(error.code, 413)
        else:
            raise AssertionError("an upload was accepted")


NODE = """
const [base, size] = process.argv.slice(1);
const get = async (path, options) => { const r = await fetch(base + path, options); return [r.status, (await r.arrayBuffer()).byteLength]; };
const main = async () => {
  const answers = [];
  answers.push(await get('/data.bin'), await get('/data.bin', {method: 'HEAD'}), await get('/missing', {method: 'HEAD'}), await get('/d'),
    await get('/data.bin', {headers: {Range: 'bytes=5-9'}}), await get('/', {method: 'OPTIONS'}));
  answers.push(...(await Promise.all([...Array(50)].map(() => get('/data.bin')))));
  const stop = new AbortController();
  const r = await fetch(base + '/data.bin', {signal: stop.signal});
  stop.abort();
  await r.arrayBuffer().then(() => answers.push('not aborted'), () => {});
  answers.push(await get('/a.txt'));
  console.log(JSON.stringify(answers));
};
main();
"""


def test_node():
    with serve() as (server, _):
        if b"function" not in run("node", "-p", "typeof fetch").stdout:
            raise tap.Skip("this Node has no fetch()")
        got = json.loads(run("node", "-e", NODE, f"http://127.0.0.1:{server.port}").stdout)
        tap.equal(got, [[200, len(DATA)], [200, 0], [404, 0], [200, 24], [206, 5], [204, 0], *[[200, len(DATA)]] * 50, [200, 1]])


def test_wrk():
    with serve() as (server, _):
        for words in ([], ["-H", "Connection: close"]):
            out = run("wrk", "-t1", "-c64", "-d1", *words, f"http://127.0.0.1:{server.port}/data.bin").stdout
            assert b"Socket errors" not in out and b"Non-2xx" not in out, out.decode()
        tap.equal(server.ask("/a.txt")[0], 200)


def test_ab():
    with serve() as (server, _):
        for words in ([], ["-k"], ["-k", "-i"]):
            out = run("ab", "-q", "-n", "300", "-c", "20", *words, f"http://127.0.0.1:{server.port}/a.txt").stdout.decode()
            assert "Complete requests:      300" in out and "Failed requests:        0" in out and "Non-2xx" not in out, out
            assert ("Keep-Alive requests:    300" in out) == ("-k" in words), out


# --- a browser ---


def png():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = b"".join(b"\0" + b"\xff\0\0" * 4 for _ in range(4))
    header = struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


ADD_WASM = bytes.fromhex("0061736d01000000" "0107016002 7f7f017f".replace(" ", "") + "03020100" "070701036164640000" "0a09010700200020016a0b")

PAGE = b"""<!doctype html><meta charset=utf-8><title>page</title><link rel=stylesheet href=style.css>
<script type=module src=main.mjs></script><img id=img src=red.png><p id=p>text</p>"""

SITE = {
    "index.html": PAGE,
    "style.css": b"@font-face { font-family: Served; src: url(font.ttf) } #p { color: rgb(1, 2, 3); font-family: Served }",
    "main.mjs": b"import { value } from './lib/dep.js'; const more = await import('./lib/more.js');\n"
    b"window.result = [value, more.default, (await (await fetch('data.json')).json()).n];",
    "lib/dep.js": b"export const value = 'dep';",
    "lib/more.js": b"export default 'more';",
    "data.json": b'{"n": 5}',
    "red.png": png(),
    "add.wasm": ADD_WASM,
    "sw.js": b"self.addEventListener('install', () => self.skipWaiting());\n"
    b"self.addEventListener('activate', event => event.waitUntil(clients.claim()));\n"
    b"self.addEventListener('fetch', event => { if (event.request.url.endsWith('/made-up')) event.respondWith(new Response('made up'));\n"
    b"  else if (event.request.url.includes('/data.json')) event.respondWith(fetch(event.request)); });",
}


def run_async(browser, code, *arguments):
    return browser.script(f"return (async () => {{ {code} }})()", *arguments)


@functools.cache
def browser():
    return Browser()


@contextlib.contextmanager
def serve_site():
    files = dict(SITE)
    fonts = sorted(glob.glob("/usr/share/fonts/**/*.ttf", recursive=True), key=os.path.getsize)
    if fonts:
        files["font.ttf"] = open(fonts[0], "rb").read()
    with make_folder(files) as folder:
        make_wav(os.path.join(folder, "long.wav"), 180)
        with Server(folder) as server:
            server.has_font = bool(fonts)
            server.base = f"http://localhost:{server.port}/"
            browser().open(server.base)
            yield server


def test_browser_loads_a_page_of_modules():
    with serve_site() as server:
        tap.wait_for(lambda: browser().script("return window.result"), "the modules")
        tap.equal(browser().script("return window.result"), ["dep", "more", 5])
        tap.equal(browser().script("return getComputedStyle(document.querySelector('#p')).color"), "rgb(1, 2, 3)")
        tap.equal(browser().script("return document.querySelector('#img').naturalWidth"), 4)
        if server.has_font:
            found = run_async(browser(), "await document.fonts.load('16px Served'); return [...document.fonts].map(f => f.status)")
            tap.equal(found, ["loaded"])


def test_browser_compiles_wasm_while_it_loads():
    with serve_site():
        code = "const { instance } = await WebAssembly.instantiateStreaming(fetch('add.wasm')); return instance.exports.add(2, 3)"
        tap.equal(run_async(browser(), code), 5)


def test_browser_seeks_in_media():
    with serve_site() as server:
        code = """
          const audio = document.createElement('audio');
          audio.preload = 'metadata';
          const until = name => new Promise((done, fail) => { audio.addEventListener(name, done); audio.onerror = () => fail(audio.error.message); });
          audio.src = 'long.wav';
          document.body.append(audio);
          await until('loadedmetadata');
          const duration = audio.duration;
          for (const second of [170, 60, 120, 1]) { const seeked = until('seeked'); audio.currentTime = second; await seeked; }
          return [duration, audio.currentTime];
        """
        tap.equal(run_async(browser(), code), [180, 1])
        parts = [line for line in wait_lines(server, "/long.wav") if line["status"] == 206]
        assert len(parts) >= 2, parts
        assert all(line["reason"] == "partial" for line in parts), parts


def test_browser_seeks_in_video():
    with serve_site() as server:
        # The browser paints the pictures, each in a colour of its own.
        paint = """
          const canvas = document.createElement('canvas'), context = canvas.getContext('2d');
          canvas.width = canvas.height = 64;
          return [...Array(60).keys()].map(n => {
            context.fillStyle = `rgb(${n * 4}, 128, ${240 - n * 4})`; context.fillRect(0, 0, 64, 64);
            return canvas.toDataURL('image/webp', 0.9);
          });
        """
        pictures = [base64.b64decode(url.partition(",")[2]) for url in browser().script(paint)]
        make_webm(os.path.join(server.first["folder"], "film.webm"), [keyframe_of_webp(picture) for picture in pictures], 64)
        play = """
          const video = document.createElement('video'), canvas = document.createElement('canvas');
          video.preload = 'metadata'; video.muted = true;
          canvas.width = canvas.height = 64;
          const until = name => new Promise((done, fail) => {
            video.addEventListener(name, done, {once: true}); video.onerror = () => fail(video.error.message); });
          document.body.append(video);
          video.src = 'film.webm';
          await until('loadedmetadata');
          const colours = [];
          for (const second of [55, 10, 40, 2]) {
            const seeked = until('seeked'); video.currentTime = second + 0.5; await seeked;
            canvas.getContext('2d').drawImage(video, 0, 0);
            colours.push(canvas.getContext('2d').getImageData(32, 32, 1, 1).data[0]);
          }
          return [video.duration, video.videoWidth, colours];
        """
        duration, width, colours = run_async(browser(), play)
        tap.equal((duration, width), (60, 64))
        assert all(abs(got - 4 * second) < 16 for got, second in zip(colours, (55, 10, 40, 2))), colours
        parts = [line for line in wait_lines(server, "/film.webm") if line["status"] == 206]
        assert len(parts) >= 2, parts


def wait_lines(server, target):
    """What the log says of one target; a line of something else ends it."""
    server.ask("/end-of-log", method="HEAD")
    lines = []
    while (line := server.line())["target"] != "/end-of-log":
        lines.append(line)
    return [line for line in lines if line["target"] == target]


def test_browser_ranges_in_fetch():
    with serve_site():
        code = """
          const r = await fetch('long.wav', {headers: {Range: 'bytes=8-11'}});
          const again = await fetch('data.json', {cache: 'no-cache'});
          return [r.status, await r.text(), r.headers.get('Content-Range'), again.status];
        """
        size = 180 * 44_100 * 4 + 44
        tap.equal(run_async(browser(), code), [206, "WAVE", f"bytes 8-11/{size}", 200])


def test_browser_service_worker():
    with serve_site():
        code = """
          await navigator.serviceWorker.register('sw.js');
          await navigator.serviceWorker.ready;
          if (!navigator.serviceWorker.controller)
            await new Promise(done => navigator.serviceWorker.addEventListener('controllerchange', done));
          const made = await (await fetch('made-up')).text(), served = (await (await fetch('data.json')).json()).n;
          await (await navigator.serviceWorker.ready).unregister();
          return [made, served];
        """
        tap.equal(run_async(browser(), code), ["made up", 5])


def test_browser_keeps_other_sites_out():
    """Another site may not embed what is served; another server on this computer may."""
    embed = """
      const load = (kind, url) => new Promise(done => { const e = document.createElement(kind); e.onload = () => done(true);
        e.onerror = () => done(false); if (kind == 'link') { e.rel = 'stylesheet'; e.href = url; } else e.src = url; document.body.append(e); });
      const base = arguments[0];
      const read = await fetch(base + 'data.json').then(() => true, () => false);
      return [await load('img', base + 'red.png'), await load('script', base + 'lib/classic.js'), read];
    """.replace("arguments[0]", "BASE")
    with serve_site() as server, make_folder({"index.html": b"<!doctype html><title>other</title>", "lib/classic.js": b""}) as folder:
        with open(os.path.join(server.first["folder"], "lib/classic.js"), "wb") as file:
            file.write(b"window.classic = 1;")
        with Server(folder) as other:
            code = embed.replace("BASE", json.dumps(server.base))
            # Same site, another port: embedding works, reading doesn't without CORS.
            browser().open(f"http://localhost:{other.port}/")
            tap.equal(run_async(browser(), code), [True, True, False])
            # Another site.
            browser().open(f"http://127.0.0.1:{other.port}/")
            tap.equal(run_async(browser(), code), [False, False, False])
            # Its link still leads here.
            browser().script("location.href = arguments[0]", server.base + "data.json")
            tap.wait_for(lambda: browser().script("return document.body && document.body.innerText") == '{"n": 5}', "the page of the link")


def test_browser_shows_a_listing_and_an_error():
    with make_folder({"x/<img src=q onerror=alert(1)>.txt": b"1", "x/b.txt": b"bb", "x/y/z.txt": b""}) as folder, Server(folder) as server:
        browser().open(f"http://localhost:{server.port}/x/")
        links = browser().script("return [...document.querySelectorAll('a[href^=\"./\"]')].map(a => a.textContent.trim())")
        assert any("<img src=q onerror=alert(1)>.txt" in link for link in links), links
        browser().click("a[href^='./b.txt']")
        tap.wait_for(lambda: browser().script("return document.body.innerText") == "bb", "the file")
        browser().open(f"http://localhost:{server.port}/x/<script>alert(1)</script>")
        tap.equal(browser().script("return document.scripts.length"), 0)


def test_browser_ends():
    browser().close()


tap.run()
