"""Watching, with real servers on the loopback interface as feed and as receivers: what is new is told once, and taken back when it no longer holds."""

import hashlib
import hmac
import json
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import select
from test_ledger import told
from web import Site

from exeunt.collect import Manners
from exeunt.errors import InputError
from exeunt.keeping import add, ask, check, forget_document, forget_person, judge
from exeunt.keeping.deliveries import GIVES_UP, LONGEST, pause_after
from exeunt.keeping.watch import Manner, one_round
from exeunt.keeping.watchfile import read_watch_file
from exeunt.ledger import Ledger
from exeunt.ledger.tables import alert, delivery
from exeunt.model import Evidence
from exeunt.tell.alerts import alert_text, alert_words, sentence

ROOT = Path(__file__).parent.parent
NOON = datetime(2024, 8, 20, 12, tzinfo=UTC)
SECRET = "of-the-hook"


class Hook(ThreadingHTTPServer):
    """A receiver that keeps what is posted; `status` is what it answers."""

    daemon_threads = True

    def __init__(self):
        self.got, self.status, self.delay = [], 200, 0.0
        super().__init__(("127.0.0.1", 0), _Post)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/in"

    def told(self):
        return [json.loads(body) for _, body in self.got]


class _Post(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.status == 200:
            self.server.got.append((dict(self.headers), body))
        time.sleep(self.server.delay)
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def hook():
    server = Hook()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def ledger(tmp_path):
    with Ledger.open(str(tmp_path / "ledger.db")) as opened:
        yield opened


def config(tmp_path, hook, watch="", receiver="", head=""):
    path = tmp_path / "watch.toml"
    path.write_text(
        f'{head}\n[[watch]]\nname = "all"\nto = ["hook"]\n{watch}\n[receivers.hook]\nwebhook = "{hook.url}"\nsecret = "{SECRET}"\n{receiver}\n',
        encoding="utf-8",
    )
    return read_watch_file(path)


@pytest.fixture
def settled(tmp_path, hook, ledger):
    """A watch that has looked once, with a move in the ledger before."""
    add(ledger, [told("old", "2024-08-01", "Ada Young", "Acme", date="2024-07-30")])
    found = config(tmp_path, hook)
    first = one_round(ledger, found, lambda: NOON)
    assert (first.began, first.alerts, first.sent) == (["all"], 0, 0)
    return found


NEW = told("new", "2024-08-19", "Bo Reyes", "Acme", kind="resigned", date="2024-08-18", outlet="The Wire")


def rows(ledger, table):
    with ledger.reading() as connection:
        return [dict(r) for r in connection.execute(select(table)).mappings()]


def at(moment):
    return lambda: moment


def test_nothing_old_is_told_and_what_is_new_once(settled, ledger, hook):
    add(ledger, [NEW])
    assert one_round(ledger, settled, at(NOON)).sent == 1
    for later in (1, 60, 60 * 24 * 3):
        again = one_round(ledger, settled, at(NOON + timedelta(minutes=later)))
        assert (again.alerts, again.sent, again.problems) == (0, 0, [])
    (said,) = hook.told()
    assert said["sentence"] == "Bo Reyes resigned from Acme. Date: 2024-08-18."
    assert said["quotes"][0]["outlet"] == "The Wire" and said["quotes"][0]["published"] == "2024-08-19"
    assert check(ledger) == []


def test_the_signature_proves_the_body(settled, ledger, hook):
    add(ledger, [NEW])
    one_round(ledger, settled, at(NOON))
    ((headers, body),) = hook.got
    signed = headers["X-Exeunt-Timestamp"].encode() + b"." + body
    assert headers["X-Exeunt-Signature"] == hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert (
        headers["X-Exeunt-Id"]
        == json.loads(body)["id"]
        == next(r["id"] for r in rows(ledger, alert) if r["sort"] == "move")
    )
    assert abs(int(headers["X-Exeunt-Timestamp"]) - time.time()) < 60


def test_a_claim_that_joins_a_move_makes_no_second_alert(settled, ledger, hook):
    add(ledger, [NEW])
    one_round(ledger, settled, at(NOON))
    for n in range(6):  # one of them has an id below that of the first: the move is called otherwise then
        add(ledger, [told(f"more{n}", "2024-08-20", "Bo Reyes", "Acme", kind="resigned", date="2024-08-18")])
        assert one_round(ledger, settled, at(NOON)).alerts == 0
    with ledger.reading() as connection:
        least = min(next(m for m in ask.moves(connection) if len(m["claims"]) == 7)["claims"])
    assert least != next(r["subject"] for r in rows(ledger, alert) if r["sort"] == "move")
    assert len(hook.got) == 1


def test_a_rumour_is_told_as_one_and_its_end_too(settled, ledger, hook):
    rumour = told("r", "2024-08-18", "Cy Field", "Acme", status="reported", outlet="Gossip")
    add(ledger, [rumour])
    one_round(ledger, settled, at(NOON))
    add(ledger, [told("d", "2024-08-19", "Cy Field", "Acme", status="denied", outlet="Acme News")])
    one_round(ledger, settled, at(NOON))
    first, *others = hook.told()
    assert first["sentence"] == "Reported by Gossip, not confirmed: departure of Cy Field from Acme."
    by_sort = {s["sort"]: s["sentence"] for s in others}
    assert by_sort["status"] == "Denied by Acme News: departure of Cy Field from Acme. Before: reported, not confirmed."
    assert by_sort["conflict"].startswith("Sources disagree on Cy Field · Acme")


def test_a_denial_travels_with_the_fact_that_it_denies(settled, ledger, hook):
    add(ledger, [told(k, "2024-08-18", "Di Moss", "Acme", words=f"other words {k} " * 9) for k in ("a", "b")]
        + [told("n", "2024-08-17", "Di Moss", "Acme", status="denied", outlet="Acme News")])  # fmt: skip
    one_round(ledger, settled, at(NOON))
    said = next(s for s in hook.told() if s["sort"] == "move")
    row = next(r for r in rows(ledger, alert) if r["sort"] == "move")
    assert said["denied"] and (said["status"] == "denied" or said["denials"][0]["outlet"] == "Acme News")
    assert "Acme News" in alert_text(row["id"], "move", json.loads(row["told"]), "en")


def test_what_is_doubtful_is_not_told(settled, ledger, hook):
    add(ledger, [told("x", "2024-08-19", "Ed Poole", "Acme", doubtful=True)])
    assert one_round(ledger, settled, at(NOON)).alerts == 0 and hook.got == []


def _reject(ledger):
    claim = next(json.loads(r["told"])["claims"][0] for r in rows(ledger, alert) if r["sort"] == "move")
    judge(ledger, "reject", claim, None, "misread", "me")


def _forget(ledger):
    forget_document(ledger, "new", "asked to")


def _forget_person(ledger):
    with ledger.reading() as connection:
        (who,) = ask.find(connection, "Bo Reyes", "person")
    forget_person(ledger, who, "asked to")


def _otherwise(ledger):
    add(
        ledger,
        [
            told(
                f"o{n}",
                "2024-08-20",
                "Bo Reyes",
                "Acme",
                kind="dismissed",
                date="2024-08-18",
                words=f"{n} own words " * 9,
            )
            for n in range(3)
        ],
    )


@pytest.mark.parametrize(("change", "because", "names_the_person"), [(_reject, "rejected", True), (_forget, "erased", False), (_forget_person, "erased", False), (_otherwise, "otherwise", True)])  # fmt: skip
def test_what_no_longer_holds_is_taken_back_once(settled, ledger, hook, change, because, names_the_person):
    add(ledger, [NEW])
    one_round(ledger, settled, at(NOON))
    change(ledger)
    for _ in range(3):
        assert one_round(ledger, settled, at(NOON + timedelta(days=1))).problems == []
    first, *others = hook.told()
    (back,) = [s for s in others if s["sort"] == "correction"]
    assert (back["of"], back["because"]) == (first["id"], because)
    assert (
        back["sentence"].startswith("The alert of 2024-08-20") and ("Bo Reyes" in back["sentence"]) == names_the_person
    )
    if because == "erased":
        assert not any("Bo Reyes" in r["told"] for r in rows(ledger, alert))


def test_what_was_rejected_before_it_was_sent_is_not_sent(tmp_path, settled, ledger, hook):
    hook.status = 500
    add(ledger, [NEW])
    assert one_round(ledger, settled, at(NOON)).failed == 1
    _reject(ledger)
    hook.status = 200
    one_round(ledger, settled, at(NOON + timedelta(hours=1)))
    assert hook.got == []
    assert [d["outcome"] for d in sorted(rows(ledger, delivery), key=lambda d: d["tried_at"])] == ["failed", "given_up"]


def test_a_dead_receiver_gets_it_later_with_growing_pauses(settled, ledger, hook):
    hook.status = 503
    add(ledger, [NEW])
    first = one_round(ledger, settled, at(NOON))
    assert first.problems == [("receiver hook", "answers 503")]
    assert one_round(ledger, settled, at(NOON + timedelta(seconds=59))).failed == 0
    assert one_round(ledger, settled, at(NOON + timedelta(seconds=61))).failed == 1
    assert one_round(ledger, settled, at(NOON + timedelta(seconds=150))).waiting == 1
    hook.status = 200
    assert one_round(ledger, settled, at(NOON + timedelta(seconds=200))).sent == 1
    assert [d["outcome"] for d in sorted(rows(ledger, delivery), key=lambda d: d["tried_at"])] == [
        "failed",
        "failed",
        "sent",
    ]
    assert (
        pause_after(1) == timedelta(minutes=1)
        and pause_after(5) == timedelta(minutes=16)
        and pause_after(40) == LONGEST
    )


def test_after_two_days_it_is_given_up(settled, ledger, hook):
    hook.status = 500
    add(ledger, [NEW])
    one_round(ledger, settled, at(NOON))
    one_round(ledger, settled, at(NOON + GIVES_UP))
    hook.status = 200
    assert one_round(ledger, settled, at(NOON + GIVES_UP * 2)).sent == 0
    assert {d["outcome"] for d in rows(ledger, delivery)} == {"failed", "given_up"}


@pytest.mark.parametrize(
    ("receiver", "held", "sent"),
    [
        ('quiet = "22:00-07:00"\ntimezone = "Asia/Tokyo"', [NOON.replace(hour=13), NOON.replace(hour=21, minute=59)], NOON.replace(hour=22)),
        ('quiet = "11:00-13:00"', [NOON, NOON.replace(hour=12, minute=59)], NOON.replace(hour=13)),
        ('digest = "daily 08:00"\ntimezone = "Asia/Tokyo"', [NOON, NOON.replace(hour=22, minute=59)], NOON.replace(hour=23)),
    ],
)  # fmt: skip
def test_quiet_hours_and_digests_hold_alerts_back(tmp_path, settled, ledger, hook, receiver, held, sent):
    found = config(tmp_path, hook, receiver=receiver)
    add(ledger, [NEW, told("two", "2024-08-19", "Flo Grant", "Acme", date="2024-08-17")])
    for moment in held:
        done = one_round(ledger, found, at(moment))
        assert (done.sent, done.waiting) == (0, 2)
    assert one_round(ledger, found, at(sent)).sent == 2
    if "digest" in receiver:
        (bundle,) = hook.told()
        assert len(bundle["alerts"]) == 2 and hook.got[0][0]["X-Exeunt-Id"] == bundle["id"]
    else:
        assert len(hook.got) == 2
    assert one_round(ledger, found, at(sent + timedelta(days=1))).sent == 0


def test_two_watchers_send_one_alert(tmp_path, settled, ledger, hook):
    add(ledger, [NEW, told("two", "2024-08-19", "Flo Grant", "Acme", date="2024-08-17")])
    hook.delay = 0.2
    url = str(tmp_path / "ledger.db")

    def watcher():
        with Ledger.open(url) as mine:
            one_round(mine, settled, at(NOON))

    threads = [threading.Thread(target=watcher) for _ in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(hook.got) == 2 and len({s["id"] for s in hook.told()}) == 2


def test_a_kill_while_sending_repeats_with_the_same_id(tmp_path, ledger, hook):
    """Killed after the receiver has it and before that is recorded: it comes once more, and can be known by its id."""
    found = config(tmp_path, hook)
    one_round(ledger, found, at(NOON))
    add(ledger, [NEW])
    hook.delay = 20
    arguments = [str(tmp_path / "watch.toml"), "--ledger", str(tmp_path / "ledger.db")]
    process = subprocess.Popen(
        [sys.executable, "-m", "exeunt", "watch", *arguments], cwd=ROOT, stderr=subprocess.DEVNULL
    )
    while not hook.got:
        assert process.poll() is None
        time.sleep(0.05)
    assert one_round(ledger, found).sent == 0  # another is sending it
    process.kill()
    process.wait()
    hook.delay = 0
    assert one_round(ledger, found).sent == 1
    first, second = (headers["X-Exeunt-Id"] for headers, _ in hook.got)
    assert first == second and [d["outcome"] for d in rows(ledger, delivery)] == ["sent"]


def test_a_fact_denied_while_it_waited_is_not_sent_without_the_denial(tmp_path, settled, ledger, hook):
    quiet = config(tmp_path, hook, receiver='quiet = "11:00-13:00"')
    add(ledger, [told(k, "2024-08-19", "Di Moss", "Acme", words=f"other words {k} " * 9) for k in ("a", "b")])
    assert one_round(ledger, quiet, at(NOON)).waiting == 1
    add(ledger, [told("n", "2024-08-18", "Di Moss", "Acme", status="denied", outlet="Acme News")])
    one_round(ledger, quiet, at(NOON + timedelta(hours=2)))
    said = next(s for s in hook.told() if s["sort"] == "move")
    assert said["status"] == "fact" and [d["outlet"] for d in said["denials"]] == ["Acme News"]


def test_a_locked_ledger_is_told_and_survived(tmp_path, hook, monkeypatch):
    monkeypatch.setattr("exeunt.ledger.dialect._WAIT", 50)
    with Ledger.open(str(tmp_path / "l.db")) as mine, Ledger.open(str(tmp_path / "l.db")) as other:
        found = config(tmp_path, hook)
        with other.writing():
            locked = one_round(mine, found, at(NOON))
        assert [what for what, _ in locked.problems] == ["ledger"]
        assert one_round(mine, found, at(NOON)).began == ["all"]


def test_numbers_that_disagree_are_told_with_their_sentences(settled, ledger, hook):
    add(ledger, [told(k, "2024-08-19", who, "Acme", date="2024-08-18", counts=(n,), words=f"own words of {k} " * 9)
                 for k, who, n in (("m", "Cy Field", 3), ("n", "Di Moss", 7))])  # fmt: skip
    one_round(ledger, settled, at(NOON))
    (said,) = [s for s in hook.told() if s["sort"] == "conflict"]
    assert said["sentence"] == "Sources disagree on Acme: how many."
    assert [(s["value"], [q["outlet"] for q in s["quotes"]]) for s in said["sides"]] == [("3", ["m"]), ("7", ["n"])]
    forget_document(ledger, "m", "asked to")
    assert one_round(ledger, settled, at(NOON)).sent >= 1
    assert any(s["sort"] == "correction" and s["of"] == said["id"] for s in hook.told())


def test_names_in_quotes_of_others_are_blacked_out(settled, ledger, hook):
    document, reading = told("both", "2024-08-19", "Cy Field", "Acme", date="2024-08-18")
    _, other = told("both", "2024-08-19", "Bo Reyes", "Acme", kind="resigned", date="2024-08-18")
    quote = "Cy Field left Acme, and Bo Reyes resigned."
    claims = tuple(replace(c, evidence=(Evidence(0, len(quote), quote),)) for c in (*reading.moves, *other.moves))
    add(ledger, [(replace(document, text=quote), replace(reading, moves=claims))])
    one_round(ledger, settled, at(NOON))
    _forget_person(ledger)
    assert not any("Reyes" in r["told"] for r in rows(ledger, alert)) and any(
        "Cy Field" in r["told"] for r in rows(ledger, alert)
    )


FEED = """<rss version="2.0"><channel><title>Acme Times</title><link>https://t.example/</link>{items}</channel></rss>"""
ITEM = "<item><title>{title}</title><link>https://t.example/{n}</link><pubDate>Mon, 19 Aug 2024 10:00:00 GMT</pubDate><description>{text}</description></item>"


def feed(*texts):
    items = "".join(ITEM.format(n=n, title=f"News {n}", text=t) for n, t in enumerate(texts))
    return 200, {"Content-Type": "application/rss+xml"}, FEED.format(items=items).encode()


HANA = "Hana Weber has resigned as chief financial officer of Orrin Bank, the company said on Monday."
IVAN = "Ivan Petrov has joined Tallgrass Foods as chief executive officer, the company said on Monday."


def test_a_feed_comes_in_and_a_dead_one_does_not_stop_the_rest(tmp_path, ledger, hook):
    site = Site({"/feed.xml": feed(HANA)})
    manner = Manner(Manners(private=True, robots=False, tries=1, delay=0), "rules")
    found = config(tmp_path, hook, head=f'sources = ["{site.url("/dead.xml")}", "{site.url("/feed.xml")}"]')
    first = one_round(ledger, found, at(NOON), manner)
    assert first.added.documents == 1 and [what for what, _ in first.problems] == [site.url("/dead.xml")]
    assert one_round(ledger, found, at(NOON), manner).alerts == 0
    site.pages["/feed.xml"] = feed(HANA, IVAN)
    assert one_round(ledger, found, at(NOON), manner).sent == 1
    assert (
        "Ivan Petrov joined Tallgrass Foods" in hook.told()[0]["sentence"] or "appointed" in hook.told()[0]["sentence"]
    )
    site.shutdown()


def run(*arguments, **more):
    command = [sys.executable, "-m", "exeunt", "watch", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False, **more)


def test_once_on_the_command_line_and_after_a_kill(tmp_path, hook):
    """Each --once is a process of its own; a long run is killed between rounds, and stopped politely."""
    site = Site({"/feed.xml": feed(HANA)})
    config(tmp_path, hook, head=f'every = "1s"\nsources = ["{site.url("/feed.xml")}"]')
    arguments = [
        str(tmp_path / "watch.toml"),
        "--ledger",
        str(tmp_path / "cli.db"),
        "--reader",
        "rules",
        "--allow-private",
        "--ignore-robots",
    ]
    assert run(*arguments, "--once").returncode == 0
    site.pages["/feed.xml"] = feed(HANA, IVAN)
    command = [sys.executable, "-m", "exeunt", "watch", *arguments]
    for sign, status in ((signal.SIGKILL, -signal.SIGKILL), (signal.SIGTERM, 0), (signal.SIGINT, 0)):
        process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
        assert "new documents" in process.stderr.readline()
        process.send_signal(sign)
        process.communicate(timeout=30)
        assert process.returncode == status
    assert run(*arguments, "--once").returncode == 0
    assert len(hook.got) == 1
    hook.status = 500
    del site.pages["/feed.xml"]
    failed = run(*arguments, "--once")
    assert failed.returncode == 1 and "feed.xml" in failed.stderr
    site.shutdown()


def test_an_apprise_receiver(tmp_path, ledger, hook):
    path = tmp_path / "watch.toml"
    path.write_text(
        f'language = "ja"\n[[watch]]\nname = "a"\nto = ["apprise"]\n[receivers.apprise]\nurl = "json://127.0.0.1:{hook.server_port}/x"\n'
    )
    found = read_watch_file(path)
    one_round(ledger, found, at(NOON))
    add(ledger, [NEW])
    hook.status = 500
    failed = one_round(ledger, found, at(NOON))
    assert failed.problems and "127.0.0.1" not in failed.problems[0][1]
    hook.status = 200
    assert one_round(ledger, found, at(NOON + timedelta(minutes=2))).sent == 1
    (said,) = hook.told()
    assert (
        said["title"].startswith("Bo ReyesがAcmeを辞任した。")
        and "The Wire" in said["message"]
        and "2024-08-19" in said["message"]
    )


def test_a_burst_is_told_once(tmp_path, hook, ledger):
    found = config(tmp_path, hook, watch='tell = ["burst"]\norganization = "Acme"')
    add(ledger, [told("q", "2018-01-01", "Ada Young", "Acme", date="2017-12-30"),
                 told("p", "2024-08-01", "Zed Young", "Acme", direction="in", kind="joined", date="2024-07-30")])  # fmt: skip
    one_round(ledger, found, at(NOON))
    names = ("Bo Reyes", "Cy Field", "Di Moss", "Ed Poole", "Flo Grant", "Gus Hale", "Hana Weber", "Ivan Petrov")
    add(ledger, [told(f"b{n}", "2024-08-19", who, "Acme", date="2024-08-18") for n, who in enumerate(names)])
    assert one_round(ledger, found, at(NOON)).alerts == 1
    assert one_round(ledger, found, at(NOON + timedelta(days=3))).alerts == 0
    (said,) = hook.told()
    assert said["sort"] == "burst" and said["seen"] == len(names) > said["high"]


BASE = '[[watch]]\nname = "a"\nto = ["h"]\n[receivers.h]\nwebhook = "https://x.example/"\nsecret = "s"\n'


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("evry = '1m'\n" + BASE, ("evry", "every")),
        (BASE.replace('to = ["h"]', 'to = ["g"]'), ("to", "receivers.g")),
        (BASE.replace('to = ["h"]', 'to = ["h"]\norg = "x"'), ("org", "organization")),
        (BASE.replace('to = ["h"]', 'to = ["h"]\ntell = ["moves"]'), ("tell", "moves")),
        ('every = "soon"\n' + BASE, ("every", "15m")),
        ('language = "fr"\n' + BASE, ("language", "fr")),
        (BASE + 'quiet = "25:00-07:00"\n', ("quiet", "22:00-07:00")),
        (BASE + 'digest = "weekly"\n', ("digest", "daily 08:00")),
        (BASE + 'timezone = "Tokio"\n', ("timezone", "Asia/Tokyo")),
        (BASE.replace('"s"', '"$NOT_SET_ANYWHERE"'), ("NOT_SET_ANYWHERE",)),
        (BASE.replace('secret = "s"\n', ""), ("secret",)),
        (BASE.replace("[[watch]]", "[[watch"), ("TOML",)),
    ],
)  # fmt: skip
def test_a_wrong_file_gets_one_line_that_names_the_key(tmp_path, text, named):
    path = tmp_path / "w.toml"
    path.write_text(text)
    with pytest.raises(InputError) as e:
        read_watch_file(path)
    assert "\n" not in str(e.value) and all(word in str(e.value) for word in named)


def test_both_languages_have_the_same_words():
    def keys(table, at=""):
        return {
            k for name, v in table.items() for k in (keys(v, f"{at}{name}.") if isinstance(v, dict) else {at + name})
        }

    assert keys(alert_words("en")) == keys(alert_words("ja"))


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("kind", list(alert_words("en")["facts"]))
@pytest.mark.parametrize("status", list(alert_words("en")["wrap"]))
def test_what_is_no_fact_never_reads_like_one(language, kind, status):
    move = {
        "person_name": "A",
        "organization_name": "B",
        "counterpart_name": None,
        "role": None,
        "date": None,
        "direction": "out",
        "kind": kind,
        "quotes": [{"outlet": "O"}],
    }
    fact, other = (sentence("move", {**move, "status": s}, language) for s in ("fact", status))
    assert fact.rstrip(".。").lower() not in other.lower() and (status == "planned" or "O" in other)
