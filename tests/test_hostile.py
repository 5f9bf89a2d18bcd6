"""Bad input: every file ends in documents, in a skip with its reason or in a clear error; none in a traceback, a hang or
memory beyond a gigabyte."""

import json
import re
import subprocess
import sys
import time

import pytest
from hostile import FILES, OK
from web import Site, raw_site

from exeunt.collect.fetch import Fetcher
from exeunt.collect.manners import Manners
from exeunt.errors import ExeuntError, FetchError

CHILD = """
import json, re, resource, sys, time, traceback
from pathlib import Path
from exeunt.collect import Skipped, documents_of
from exeunt.errors import ExeuntError
for name in sys.argv[1:]:
    begin, said, broken = time.monotonic(), [], None
    try:
        for found in documents_of(Path(name)):
            said.append(f"skipped: {found.reason}" if isinstance(found, Skipped) else f"document: {found.text[:200]}")
    except ExeuntError as e:
        said.append(f"error: {e}")
    except BaseException:
        broken = traceback.format_exc()
    # its own high-water mark: ru_maxrss of a new process begins with the size of the one that started it (here the test run)
    own = int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
    peak = max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) // 1024
    print(json.dumps([Path(name).name, said[:50], broken, time.monotonic() - begin, peak]), flush=True)
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """What became of every file: (what was said, traceback, seconds, peak memory in MB), all in one process."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, data in FILES.items():
        (folder / name).write_bytes(data)
    command = [sys.executable, "-c", CHILD, *(str(folder / name) for name in FILES)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert not (folder.parent / "escape.txt").exists()
    return {line[0]: line[1:] for line in map(json.loads, done.stdout.splitlines())}


REFUSED = {
    "empty.txt": "empty", "nul.txt": "zero bytes", "picture.html": "a picture", "office.docx": "Office file", "rtf.txt": "RTF",
    "fifty.html": "more than 10 MB|larger than 50 MB", "cut.html.gz": "breaks off", "bomb.txt.gz": "more than 50 MB", "thrice.gz": "unpack it",
    "cut.zip": "broken zip", "bomb.zip": "bomb", "encrypted.zip": "password", "nested.zip": "archive in an archive",
    "bomb.warc": "more than 50 MB", "no-text.pdf": "OCR", "encrypted.pdf": "password", "cut.pdf": "broken PDF",
    "no-cue.vtt": "no caption", "silent.vtt": "no caption", "no-body.eml": "without words", "no-item.htm": "Nothing",
    "no-8k.txt": "without a Form 8-K", "bad-feed.json": "broken JSON Feed", "cut.rss": "broken feed|only its address",
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_hostile_files(name, outcomes):
    said, broken, seconds, peak = outcomes[name]
    assert broken is None, broken
    assert said or name == "no-members.zip", "silence"
    assert seconds < 20
    assert peak < 1000
    assert not any("root:" in line for line in said)
    assert re.search(REFUSED.get(name, ""), "\n".join(said)), said


FAST = Manners(private=True, delay=0, timeout=1.5, total=4, tries=2, backoff=0.05, largest=3_000_000)


def drip(connection):
    connection.sendall(OK + b"\r\n\r\n")
    for _ in range(1000):
        connection.sendall(b"x")
        time.sleep(0.2)


def endless(connection):
    connection.sendall(OK + b"\r\n\r\n")
    for _ in range(100_000):
        connection.sendall(b"<p>x</p>" * 8192)


def slow_headers(connection):
    for _ in range(1000):
        connection.sendall(b"H")
        time.sleep(0.2)


def silent(connection):
    time.sleep(30)


SERVERS = {
    "lying-content-length": (OK + b"\r\nContent-Length: 99999\r\n\r\n<p>short</p>", "cannot be fetched"),
    "endless-body": (endless, "larger than 3 MB"),
    "dripping-body": (drip, "in time"),
    "dripping-headers": (slow_headers, "in time"),
    "silent": (silent, "in time"),
    "hangs-up": (b"", "cannot be fetched"),
    "no-http": (b"SSH-2.0-OpenSSH_9.2\r\n", "cannot be fetched"),
    "huge-header": (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 2_000_000 + b"\r\n\r\n", "cannot be fetched"),
    "bad-chunks": (OK + b"\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc", "cannot be fetched"),
    "gzip-that-is-none": (OK + b"\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", "compressed and broken"),
    "gzip-cut-off": (OK + b"\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", "breaks off"),
    "gzip-in-gzip": (OK + b"\r\nContent-Encoding: gzip, gzip\r\nContent-Length: 3\r\n\r\nabc", "not asked for"),
    "brotli-unasked": (OK + b"\r\nContent-Encoding: br\r\nContent-Length: 3\r\n\r\nabc", "not asked for"),
    "strange-status": (b"HTTP/1.1 999 Go Away\r\nContent-Length: 0\r\n\r\n", "999"),
    "redirect-to-file": (b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n", "no web address"),
    "redirect-to-script": (b"HTTP/1.1 302 Found\r\nLocation: javascript:alert(1)\r\nContent-Length: 0\r\n\r\n", "no web address|cannot be fetched"),
    "redirect-to-itself": (b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", "circle"),
}  # fmt: skip


@pytest.mark.parametrize("name", SERVERS)
def test_hostile_servers(name):
    from dataclasses import replace

    answer, said = SERVERS[name]
    listener, url = raw_site(answer)
    begin = time.monotonic()
    try:
        with (
            Fetcher(replace(FAST, robots=False)) as fetcher,
            pytest.raises(ExeuntError, match=said) as raised,
        ):
            fetcher.fetch(url)
    finally:
        listener.close()
    assert time.monotonic() - begin < 15
    assert "\n" not in str(raised.value)


def test_gzip_bomb_on_the_wire():
    import gzip

    body = gzip.compress(b"0" * 500_000_000, 9)
    site = Site({"/": (200, {"Content-Encoding": "gzip", "Content-Type": "text/html"}, body)})
    with Fetcher(FAST) as fetcher, pytest.raises(FetchError, match="larger than 3 MB"):
        fetcher.fetch(site.url())
    site.shutdown()


def test_chain_of_redirects_without_end():
    site = Site({})
    site.pages = _Chain()
    with Fetcher(FAST) as fetcher, pytest.raises(FetchError, match="circle of redirects"):
        fetcher.fetch(site.url("/1"))
    site.shutdown()


class _Chain(dict):
    def get(self, path):
        if path == "/robots.txt":
            return (404, {}, b"")
        return (302, {"Location": f"/{int(path[1:]) + 1}"}, b"")
