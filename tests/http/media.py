# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound and video made without any tool: just enough for a browser to play and to seek in."""

import random
import struct
import wave


def make_wav(path, seconds):
    with wave.open(path, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44_100)
        for _ in range(seconds):
            file.writeframes(random.Random(1).randbytes(44_100 * 4))


def keyframe_of_webp(data):
    """A lossy WebP picture is one key frame of VP8 in a RIFF file."""
    assert data[:4] == b"RIFF" and data[8:12] == b"WEBP", data[:12]
    at = 12
    while at + 8 <= len(data):
        kind, size = data[at : at + 4], struct.unpack("<I", data[at + 4 : at + 8])[0]
        if kind == b"VP8 ":
            return data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    raise AssertionError("no VP8 in this picture")


def element(identifier, content):
    """One element of EBML, its size in eight bytes."""
    if isinstance(content, int):
        content = struct.pack(">Q", content)
    elif isinstance(content, float):
        content = struct.pack(">d", content)
    elif isinstance(content, str):
        content = content.encode()
    return bytes.fromhex(identifier) + struct.pack(">Q", len(content) | 1 << 56) + content


def make_webm(path, pictures, size, padding=500_000):
    """One second for each picture, which are key frames of VP8. Between them is padding, so that seeking means to ask
    for another part of the file."""
    info = element("1549a966", element("2ad7b1", 1_000_000) + element("4489", 1000.0 * len(pictures)) + element("4d80", "x") + element("5741", "x"))
    video = element("e0", element("b0", size) + element("ba", size))
    track = element("ae", element("d7", 1) + element("73c5", 1) + element("83", 1) + element("86", "V_VP8") + video)
    tracks = element("1654ae6b", track)
    clusters = []
    for n, picture in enumerate(pictures):
        block = element("a3", b"\x81\x00\x00\x80" + picture)
        clusters.append(element("1f43b675", element("e7", n * 1000) + block) + element("ec", bytes(padding)))

    def cues(begin):
        points, at = b"", begin
        for n, cluster in enumerate(clusters):
            points += element("bb", element("b3", n * 1000) + element("b7", element("f7", 1) + element("f1", at)))
            at += len(cluster)
        return element("1c53bb6b", points)

    # All numbers take eight bytes, so where the clusters begin doesn't change what the cues take.
    front = info + tracks
    front += cues(len(front) + len(cues(0)))
    header = element("4286", 1) + element("42f7", 1) + element("42f2", 4) + element("42f3", 8)
    header += element("4282", "webm") + element("4287", 4) + element("4285", 2)
    with open(path, "wb") as file:
        file.write(element("1a45dfa3", header) + element("18538067", front + b"".join(clusters)))
