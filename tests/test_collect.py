"""Collecting from the web and from archives: politely, once each, and on from where a killed run stopped."""

import gzip
import json
import random
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from web import Site

from exeunt.collect import Skipped, documents_from, documents_of
from exeunt.collect.fetch import Fetcher
from exeunt.collect.gather import gather
from exeunt.collect.guard import is_public
from exeunt.collect.manners import Manners
from exeunt.collect.store import Store
from exeunt.errors import AddressError, FetchError, InputError
from exeunt.read import read_document

FILINGS = Path(__file__).parent / "filings"
EXAMPLES = Path(__file__).parent.parent / "examples"
POLITE = Manners(private=True, delay=0, timeout=2, total=5, tries=3, backoff=0.02)
SENTENCES = [
    "Jane Calloway resigned as finance chief of {} on Monday after eleven years with the company.",
    "The board of {} named Mark Ellison to succeed her until a permanent successor is found.",
    "Shares of {} closed unchanged; analysts said that the step had been expected for some time.",
]


def article(name, day="2024-08-07", extra=""):
    text = "".join(f"<p>{s.format(name)}</p>" for s in SENTENCES)
    return f'<html lang="en"><head><title>Calloway leaves {name}</title><meta property="article:published_time" content="{day}"></head><body><article><h1>Calloway leaves {name}</h1>{text}{extra}</article></body></html>'.encode()


def rss(*links, summary=""):
    items = "".join(
        f"<item><title>T {i}</title><link>{link}</link><pubDate>Wed, 07 Aug 2024 09:00:00 +0900</pubDate><description>{summary}</description></item>"
        for i, link in enumerate(links)
    )
    return (200, {"Content-Type": "application/rss+xml"}, f'<?xml version="1.0"?><rss version="2.0"><channel><title>Feed</title>{items}</channel></rss>'.encode())  # fmt: skip


@pytest.fixture
def site():
    server = Site({})
    yield server
    server.shutdown()
    server.server_close()


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


# --- addresses and manners ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1", "255.255.255.255",
     "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "nonsense"],
)  # fmt: skip
def test_closed_addresses(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700:4700::1111", "64:ff9b::5db8:d822"])
def test_open_addresses(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{}/", "http://localhost:{}/", "http://[::ffff:127.0.0.1]:{}/", "http://2130706433:{}/", "http://0x7f.1:{}/", "http://127.1:{}/"]
)  # fmt: skip
def test_this_machine_is_not_asked_without_leave(site, url):
    site.pages["/"] = b"secret"
    with (
        Fetcher(Manners(delay=0, robots=False, tries=1, timeout=2)) as fetcher,
        pytest.raises(AddressError, match="private"),
    ):
        fetcher.fetch(url.format(site.server_port))
    assert not site.asked


def test_a_name_that_answers_differently_the_second_time(site, monkeypatch):
    """DNS rebinding: the address that was looked at is the one that is used."""
    import socket

    answers = iter(["93.184.216.34", "127.0.0.1", "127.0.0.1"])
    asked, connected = [], []

    def resolve(host, port, *args, **kwargs):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(address, *args, **kwargs):
        connected.append(address[0])
        raise OSError("no network here")

    monkeypatch.setattr("exeunt.collect.guard.socket.getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with Fetcher(Manners(delay=0, robots=False, tries=1)) as fetcher, pytest.raises(FetchError):
        fetcher.fetch("http://rebind.example/")
    with Fetcher(Manners(delay=0, robots=False, tries=1)) as fetcher, pytest.raises(AddressError):
        fetcher.fetch("http://rebind.example/")
    assert connected == ["93.184.216.34"]


@pytest.mark.parametrize("url", ["ftp://example.com/", "file:///etc/passwd", "https://", "https://a:b@example.com/", "http://example.com:99999/", "https://no-such-host.invalid/"])  # fmt: skip
def test_no_web_address(url):
    with pytest.raises(AddressError):
        list(documents_from(url, Manners(robots=False, tries=1)))


def test_redirects_are_looked_at_again(site):
    site.pages["/"] = (302, {"Location": "http://169.254.169.254/latest/meta-data/"}, b"")
    closed = Manners(private=True, delay=0, robots=False, tries=1, timeout=1, total=2)
    with Fetcher(closed) as fetcher:
        fetcher._guard.private = True
        first = fetcher._ask(site.url(), {}, 1000)
        assert first == "http://169.254.169.254/latest/meta-data/"
        fetcher._guard.private = False
        with pytest.raises(AddressError, match=r"169\.254"):
            fetcher.fetch("http://169.254.169.254/latest/meta-data/")


def test_robots_are_asked_first_and_obeyed(site):
    site.pages.update(
        {"/robots.txt": b"User-agent: *\nDisallow: /private\n", "/private/a": article("Acme"), "/a": article("Acme")}
    )
    with Fetcher(POLITE) as fetcher:
        assert fetcher.fetch(site.url("/a")).data
        with pytest.raises(FetchError, match=r"robots\.txt"):
            fetcher.fetch(site.url("/private/a"))
        assert [path for path, _ in site.asked] == ["/robots.txt", "/a"]
    with Fetcher(Manners(private=True, robots=False, delay=0)) as fetcher:
        assert fetcher.fetch(site.url("/private/a")).data


def test_robots_out_of_order_close_the_site(site):
    site.pages.update({"/robots.txt": (500, {}, b""), "/a": article("Acme")})
    with Fetcher(POLITE) as fetcher, pytest.raises(FetchError, match=r"robots\.txt"):
        fetcher.fetch(site.url("/a"))


def test_who_asks_and_how_often(site):
    site.pages.update({f"/{i}": article("Acme") for i in range(4)})
    begin = time.monotonic()
    with Fetcher(Manners(private=True, delay=0.2, contact="desk@example.com")) as fetcher:
        for i in range(4):
            fetcher.fetch(site.url(f"/{i}"))
    assert time.monotonic() - begin >= 0.8  # robots.txt and four pages
    agent = site.asked[0][1]["User-Agent"]
    assert agent.startswith("exeunt/") and "desk@example.com" in agent


def test_tries_again_after_a_failure_that_passes(site):
    answers = iter([(503, {"Retry-After": "0"}, b""), (429, {}, b""), (200, {}, article("Acme"))])
    site.pages["/a"] = lambda _: next(answers)
    with Fetcher(POLITE) as fetcher:
        assert b"Calloway" in fetcher.fetch(site.url("/a")).data
        with pytest.raises(FetchError, match="404"):
            fetcher.fetch(site.url("/none"))
    assert [p for p, _ in site.asked].count("/none") == 1


def test_charset_of_the_header(site):
    body = (
        "<html><body><article><p>"
        + "北辰電機の佐藤花子常務は6月30日付で退任した。後任は未定。" * 8
        + "</p></article></body></html>"
    )
    for charset in ("Shift_JIS", "EUC-JP", "ISO-2022-JP", "utf-16"):
        site.pages["/a"] = (200, {"Content-Type": f"text/html; charset={charset}"}, body.encode(charset))
        [document] = documents_from(site.url("/a"), POLITE)
        assert "佐藤花子常務" in document.text
    site.pages["/a"] = (200, {"Content-Type": "text/html; charset=iso-8859-1"}, body.encode())  # the server lies
    [document] = documents_from(site.url("/a"), POLITE)
    assert "佐藤花子常務" in document.text


# --- feeds --------------------------------------------------------------------------------------------------------


def test_a_feed_is_collected_once(site, tmp_path):
    site.pages.update(
        {
            "/feed": rss(site.url("/a?utm_source=rss"), site.url("/b"), site.url("/gone")),
            "/a": article("Acme Tools"),
            "/b": article("Borealis Systems", day="2024-08-06"),
        }
    )
    out = tmp_path / "docs.ndjson"
    for new, same in ((2, 0), (0, 0)):
        with Store(out) as store:
            report = gather([site.url("/feed")], store, POLITE)
        assert (report.documents, report.unchanged) == (new, same)
    documents = {d["title"]: d for d in lines(out)}
    assert documents["Calloway leaves Acme Tools"]["published_from"] == "meta"
    assert documents["Calloway leaves Acme Tools"]["outlet"] == "Feed"
    assert [p for p, _ in site.asked].count("/b") == 1
    site.pages["/feed"] = rss(site.url("/c"), site.url("/b"))
    site.pages["/c"] = article("Corvane Foods")
    with Store(out) as store:
        assert gather([site.url("/feed")], store, POLITE).documents == 1


def test_conditional_get(site, tmp_path):
    def answer(handler):
        if handler.headers.get("If-None-Match") == '"v1"':
            return (304, {"ETag": '"v1"'}, b"")
        status, headers, body = rss(site.url("/a"))
        return (status, {**headers, "ETag": '"v1"', "Last-Modified": "Wed, 07 Aug 2024 00:00:00 GMT"}, body)

    site.pages.update({"/feed": answer, "/a": article("Acme")})
    for _ in range(2):
        with Store(tmp_path / "d") as store:
            report = gather([site.url("/feed")], store, POLITE)
    assert report.unchanged == 1
    assert site.asked[-1][1]["If-Modified-Since"] == "Wed, 07 Aug 2024 00:00:00 GMT"


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ja"><title>人事</title><entry><title>佐藤氏退任</title><link href="/x"/>
<published>2024-08-06T16:00:00Z</published><content type="html">&lt;p&gt;{}&lt;/p&gt;</content></entry></feed>""".format(
    "北辰電機の佐藤花子常務が退任した。" * 40
)
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>速報</title></channel><item><title>退任</title><link>https://e.example/1</link><dc:date>2024-08-07T09:00:00+09:00</dc:date><description>佐藤花子氏が退任。</description></item></rdf:RDF>"""
JSON_FEED = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [{"id": "1", "url": "https://e.example/j", "title": "x", "content_html": "<p>Jane left.</p>" * 60, "date_published": "2024-08-07T01:00:00Z", "authors": [{"name": "Ann Lee"}]}]})  # fmt: skip
SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://e.example/s</loc>
<news:news><news:publication><news:name>Daily</news:name><news:language>en</news:language></news:publication><news:publication_date>2024-08-07</news:publication_date><news:title>Leaves</news:title></news:news></url></urlset>"""


@pytest.mark.parametrize(
    ("data", "published", "outlet", "whole"),
    [(ATOM, "2024-08-07", "人事", True), (RDF, "2024-08-07", "速報", False), (JSON_FEED, "2024-08-07", "J", True), (SITEMAP, "2024-08-07", "Daily", False)],
    ids=["atom", "rdf", "json", "sitemap"],
)  # fmt: skip
def test_kinds_of_feeds(data, published, outlet, whole):
    from exeunt.collect import media
    from exeunt.collect.feeds import entries
    from exeunt.collect.origin import Origin

    data = data.encode()
    [entry] = entries(data, media.sniff(data, "feed"), Origin("feed", url="https://e.example/feed"))
    assert (entry.published, entry.outlet, entry.whole) == (published, outlet, whole)
    assert entry.url.startswith("https://e.example/")


def test_a_list_of_feeds(site, tmp_path):
    site.pages.update(
        {"/f1": rss(site.url("/a")), "/f2": rss(site.url("/b")), "/a": article("Acme"), "/b": article("Borealis")}
    )
    (tmp_path / "feeds.toml").write_text(
        f'delay = 0\n[[feed]]\nurl = "{site.url("/f1")}"\n[[feed]]\nurl = "{site.url("/f2")}"\noutlet = "Two"\n[[feed]]\nurl = "{site.url("/none")}"\n'
    )
    with Store(tmp_path / "d") as store:
        report = gather([str(tmp_path / "feeds.toml")], store, POLITE)
    assert report.documents == 2
    assert ["404" in reason for reason, *_ in report.reasons()] == [True]
    (tmp_path / "bad.toml").write_text("[[feed]]\nname = 1\n")
    with Store(tmp_path / "d") as store, pytest.raises(InputError, match="no list of feeds"):
        gather([str(tmp_path / "bad.toml")], store, POLITE)


# --- archives -----------------------------------------------------------------------------------------------------


def warc(pages, zipped=True):
    out = b""
    for url, (kind, body) in pages.items():
        http = b"HTTP/1.1 200 OK\r\nContent-Type: " + kind.encode() + b"\r\n\r\n" + body
        record = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: " + url.encode() + b"\r\nWARC-Date: 2024-08-08T01:02:03Z\r\nWARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: " + str(len(http)).encode() + b"\r\n\r\n" + http + b"\r\n\r\n"  # fmt: skip
        out += gzip.compress(record) if zipped else record
    return out


@pytest.mark.parametrize("zipped", [True, False])
def test_warc(tmp_path, zipped):
    path = tmp_path / ("c.warc.gz" if zipped else "c.warc")
    path.write_bytes(warc({"https://e.example/a": ("text/html", article("Acme")), "https://e.example/p.png": ("image/png", b"\x89PNG"), "https://e.example/2024/08/05/b": ("text/html; charset=utf-8", article("Borealis"))}, zipped))  # fmt: skip
    found = list(documents_of(path))
    assert [d.title for d in found if not isinstance(d, Skipped)] == [
        "Calloway leaves Acme",
        "Calloway leaves Borealis",
    ]
    assert [d.reason for d in found if isinstance(d, Skipped)] == ["media type image/png"]
    assert found[0].fetched_at == "2024-08-08T01:02:03Z" and found[0].url == "https://e.example/a"


def test_wet(tmp_path):
    body = "Menu\nCalloway leaves Acme\nJane Calloway resigned as finance chief of Acme on Monday.\n© 2024\n".encode()
    record = b"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://e.example/2024/08/07/a\r\nWARC-Date: 2024-08-08T00:00:00Z\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n" % (len(body), body)  # fmt: skip
    (tmp_path / "c.wet.gz").write_bytes(gzip.compress(record))
    [document] = documents_of(tmp_path / "c.wet.gz")
    assert document.text == "Jane Calloway resigned as finance chief of Acme on Monday."
    assert document.published == "2024-08-07" and document.notes


def test_folder_zip_mail_and_lines(tmp_path):
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "a.html").write_bytes(article("Acme"))
    (folder / "n.md").write_text("# Head\n\nJane Calloway left Borealis Systems in June.\n")
    (folder / ".hidden").write_text("no")
    with zipfile.ZipFile(folder / "z.zip", "w") as archive:
        archive.writestr("inner/c.html", article("Corvane"))
    message = "From: Moves <moves@news.example>\nSubject: =?utf-8?b?5Lq65LqL?=\nDate: Wed, 07 Aug 2024 08:00:00 +0900\nMessage-ID: <1>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nJane Calloway left Delphin Foods in June.\n"
    (folder / "m.eml").write_text(message)
    (folder / "box.mbox").write_text(
        "".join(
            f"From a@b.example Wed Aug  7 08:00:00 2024\n{message.replace('Delphin', name)}\n"
            for name in ("Epsom", "Farrow")
        )
    )
    (folder / "l.ndjson").write_text(
        '{"id": "7", "text": "Jane Calloway left Gault in June.", "published": "2024-08-07"}\n{"text": 5}\n'
    )
    with Store(tmp_path / "out") as store:
        report = gather([str(folder)], store, POLITE)
    assert report.documents == 7 and len(report.reasons()) == 1
    kept = [json.loads(p.read_text()) for p in (tmp_path / "out").glob("*.json")]
    assert {d["title"] for d in kept if "title" in d} >= {
        "人事",
        "Head",
        "Calloway leaves Acme",
        "Calloway leaves Corvane",
    }
    mail = next(d for d in kept if "Epsom" in d["text"])
    assert (mail["published"], mail["published_from"], mail["outlet"]) == ("2024-08-07", "mail", "Moves")
    assert any(d["id"] == "7" for d in kept)
    with Store(tmp_path / "out") as store:
        again = gather([str(folder)], store, POLITE)
    assert (again.documents, again.unchanged) == (0, 6)


# --- filings and transcripts -----------------------------------------------------------------------------------------


def claims(path):
    [document] = [d for d in documents_of(path) if not isinstance(d, Skipped)][:1]
    return document, read_document(document).moves


def test_8k():
    document, moves = claims(FILINGS / "8k.htm")
    assert document.details == {
        "company": "Acme Robotics, Inc.",
        "cik": "1234567",
        "report_date": "2024-08-05",
        "form": "8-K",
        "items": "5.02",
    }
    assert (document.published, document.published_from) == ("2024-08-07", "filing")
    assert "Appointment of Chief Financial Officer\n(c)" in document.text and "Exhibit" not in document.text
    assert moves[0].person == "Jane Q. Calloway" and moves[0].evidence[0].place == "Item 5.02(b)"


def test_submission():
    filing, release = documents_of(FILINGS / "submission.txt")
    assert filing.details["company"] == "TALLGRASS INSTRUMENTS, INC." and filing.details["cik"] == "98765"
    assert "Under Item 5.02 of this Current Report nothing else is reported.\n(d) On August 6" in filing.text
    assert [p.label for p in filing.places] == ["Item 5.02", "Item 5.02(b)", "Item 5.02(d)", "Item 8.01"]
    assert release.published == "2024-08-07" and "Dana Whitfield joined its board" in release.text


@pytest.mark.parametrize(
    ("path", "company", "day", "sentences"),
    [
        (EXAMPLES / "notice-ja.pdf", "株式会社北辰精機", "2024-05-10", ["佐藤一郎氏は、代表取締役社長から代表取締役会長に就任する。", "田中花子氏は、取締役副社長から代表取締役社長に就任する。", "山本次郎氏は、2024年6月25日付で取締役を退任する。", "高橋三郎氏は、2024年6月25日付で社外取締役を退任する。"]),
        (FILINGS / "ja-list.pdf", "かもめ海運株式会社", "2025-03-14", ["望月綾氏は、令和7年4月1日付で常務執行役員から専務執行役員に昇格する。", "五十嵐学氏は、令和7年3月31日付で監査役を辞任する。"]),
    ],
)  # fmt: skip
def test_disclosure(path, company, day, sentences):
    document, moves = claims(path)
    assert (document.details["company"], document.published) == (company, day)
    for sentence in sentences:
        assert sentence in document.text
    assert "代表者名" not in document.text
    evidence = moves[-1].evidence[0]
    assert (
        evidence.place.startswith("page 1, table row") and "退任" in evidence.original
    ) or "辞任" in evidence.original
    assert evidence.link.endswith(f"{path.name}#page=1")


ROLLING = """WEBVTT

00:00:00.000 --> 00:00:02.000 align:start position:0%
jane<00:00:00.500><c> calloway</c> has

00:00:02.000 --> 00:00:02.010
jane calloway has

00:00:02.010 --> 00:00:04.000
jane calloway has
left<00:00:02.500><c> tallgrass</c>

00:00:04.000 --> 00:00:06.000
left tallgrass
for good
"""
SPEAKERS = """1
00:00:01,000 --> 00:00:03,000
>> Jane Calloway left Tallgrass Instruments in June.

2
00:01:05,500 --> 00:01:08,000
>> 佐藤: 北辰電機を
退社しました。
"""


@pytest.mark.parametrize(
    ("name", "data", "text", "labels"),
    [
        ("a.vtt", ROLLING, "jane calloway has left tallgrass for good", ["0:00", "0:02", "0:04"]),
        ("a.srt", SPEAKERS, "Jane Calloway left Tallgrass Instruments in June.\n佐藤: 北辰電機を退社しました。", ["0:01", "1:05"]),
        ("b.vtt", "WEBVTT - Show\n\n01:00:00.000 --> 01:00:02.000\n<v Ann Lee>No. No. <i>No</i> &amp; no.\n\n01:00:02.000 --> 01:00:03.000\nNo. No.\n", "Ann Lee: No. No. No & no. No. No.", ["1:00:00", "1:00:02"]),
    ],
)  # fmt: skip
def test_captions(tmp_path, name, data, text, labels):
    (tmp_path / name).write_text(data, encoding="utf-8")
    [document] = documents_of(tmp_path / name)
    assert document.text == text
    assert [p.label for p in document.places] == labels


def test_a_moment_in_a_recording(tmp_path):
    said = "1\n00:01:05,500 --> 00:01:08,000\nJane Calloway left\n\n2\n00:01:08,000 --> 00:01:12,000\nTallgrass Instruments in June.\n"
    (tmp_path / "a.srt").write_text(said, encoding="utf-8")
    _, moves = claims(tmp_path / "a.srt")
    assert [(e.place, e.link) for e in moves[0].evidence] == [("1:05", f"{tmp_path / 'a.srt'}#t=65")]


# --- nothing lost, nothing doubled -------------------------------------------------------------------------------------


def big_warc(path, count):
    rng = random.Random(7)
    with path.open("wb") as file:
        for i in range(count):
            words = " ".join(f"w{rng.randrange(10**6)}" for _ in range(60))
            file.write(warc({f"https://e.example/{i}": ("text/html", article(f"Firm {i}", extra=f"<p>{words}.</p>"))}))


def collect(*args, **kwargs):
    return subprocess.Popen(
        [sys.executable, "-m", "exeunt", "collect", *map(str, args)],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        **kwargs,
    )


@pytest.mark.parametrize("target", ["out.ndjson", "out"])
def test_killed_and_resumed(tmp_path, target):
    big_warc(tmp_path / "c.warc.gz", 400)
    whole = collect(tmp_path / "c.warc.gz", "--out", tmp_path / f"whole-{target}")
    assert whole.wait(120) == 0
    rng = random.Random(3)
    for _ in range(6):
        run = collect(tmp_path / "c.warc.gz", "--out", tmp_path / target)
        time.sleep(rng.uniform(0.8, 2.0))
        run.send_signal(signal.SIGKILL if rng.random() < 0.7 else signal.SIGINT)
        run.wait(20)
    last = collect(tmp_path / "c.warc.gz", "--out", tmp_path / target)
    assert last.wait(120) == 0, last.stderr.read()

    def kept(out):
        if out.is_dir():
            return sorted(p.read_text() for p in out.glob("*.json"))
        return sorted(out.read_text().splitlines())

    assert kept(tmp_path / target) == kept(tmp_path / f"whole-{target}")
    assert len(kept(tmp_path / target)) == 400


def test_two_runs_at_once(tmp_path):
    with Store(tmp_path / "out"), pytest.raises(InputError, match="another run"):
        Store(tmp_path / "out")


def test_a_file_of_someone_else_is_not_overwritten(tmp_path):
    (tmp_path / "mine.ndjson").write_text("{}\n")
    with pytest.raises(InputError, match="not written by exeunt collect"):
        Store(tmp_path / "mine.ndjson")
    assert (tmp_path / "mine.ndjson").read_text() == "{}\n"


def test_a_full_disk(tmp_path):
    """On a file system of one megabyte: an error that says so, and no damage."""
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full")
    big_warc(tmp_path / "c.warc.gz", 30)
    code = f"""
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
sys.argv = ["exeunt", "collect", {str(tmp_path / "c.warc.gz")!r}, "--out", {str(tmp_path / "o.ndjson")!r}]
from exeunt.cli import main
main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2 and "Traceback" not in done.stderr, done.stderr
    assert "written" in done.stderr
    assert collect(tmp_path / "c.warc.gz", "--out", tmp_path / "o.ndjson").wait(60) == 0
    assert len(lines(tmp_path / "o.ndjson")) == 30


def test_copies_are_one_story(tmp_path):
    texts = [SENTENCES[i].format("Acme Tools") for i in range(3)]
    wire = " ".join(texts)
    records = [{"id": str(i), "text": t, "published": "2024-08-07"} for i, t in enumerate([wire, f"LONDON (Agency) - {wire} Reporting by Ann Lee.", wire.replace("Monday", "Friday").replace("eleven", "nine")])]  # fmt: skip
    (tmp_path / "in.ndjson").write_text("".join(json.dumps(r) + "\n" for r in records))
    with Store(tmp_path / "out.ndjson") as store:
        report = gather([str(tmp_path / "in.ndjson")], store, POLITE)
    assert (report.documents, report.copies) == (3, 1)
    assert [d["story"] for d in lines(tmp_path / "out.ndjson")] == ["0", "0", "2"]


def test_the_command_line(site, tmp_path):
    site.pages.update({"/a": article("Acme Tools")})
    run = collect(
        site.url("/a"), tmp_path / "missing", "--out", tmp_path / "d", "--allow-private", "--json", "--delay", "0"
    )
    out, _ = run.communicate(timeout=60)
    report = json.loads(out)
    assert run.returncode == 1 and report["documents"] == 1
    assert report["skipped"][0]["reason"].startswith("it does not exist")
    nothing = collect(tmp_path / "missing", "--out", tmp_path / "d2")
    assert nothing.wait(60) == 2


def test_reading_an_address(site):
    site.pages["/a"] = article("Acme Tools")
    command = [sys.executable, "-m", "exeunt", "read", site.url("/a"), "--json"]
    closed = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert closed.returncode == 2 and "--allow-private" in closed.stderr
    done = subprocess.run([*command, "--allow-private"], capture_output=True, text=True, timeout=60, check=False)
    answer = json.loads(done.stdout)
    assert answer["moves"][0]["person"] == "Jane Calloway" and answer["moves"][0]["date"] == "2024-08-05"
