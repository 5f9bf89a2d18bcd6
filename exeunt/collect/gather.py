"""A collection run: files, archives, pages and feeds in, documents into a store, resumable at every point."""

from __future__ import annotations

import queue
import re
import sqlite3
import threading
import tomllib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from exeunt.collect import media
from exeunt.collect.address import canonical_address
from exeunt.collect.archives import folder_files
from exeunt.collect.feeds import Entry, entries, entry_document, entry_origin, further_sitemaps
from exeunt.collect.fetch import Fetched, Fetcher
from exeunt.collect.files import steps_of_file
from exeunt.collect.formats import documents_in, finished
from exeunt.collect.manners import Manners
from exeunt.collect.origin import Origin, Report, Skipped
from exeunt.collect.store import Store
from exeunt.errors import ExeuntError, FetchError, InputError
from exeunt.model import Document

_WORKERS = 6
_GONE = (404, 410, 451)
_WAITING = 64  # documents between those who fetch and the one who writes

Progress = Callable[[str, int, int | None], None]
"""(source, how far, of how much): bytes of a file, or entries of a feed."""


@dataclass(frozen=True)
class Feed:
    """A feed or page of a list of feeds. `outlet` stands in for one that it does not name itself."""

    url: str
    outlet: str | None = None


def read_feeds(path: Path) -> tuple[list[Feed], dict[str, object]]:
    """The feeds of a TOML file, and its settings (delay, contact). Raises InputError when it is none."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        feeds = [Feed(str(f["url"]), f.get("outlet")) for f in [*data.get("feed", []), *data.get("page", [])]]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as e:
        raise InputError(f'{path} is no list of feeds ({e}): write [[feed]] and under it url = "https://…"') from e
    except OSError as e:
        raise InputError(f"{path} cannot be read ({e.strerror}): check the spelling") from e
    if not feeds:
        raise InputError(f'{path} names no feed: write [[feed]] and under it url = "https://…"')
    settings: dict[str, object] = {k: data[k] for k in ("delay", "contact") if k in data}
    delay = settings.get("delay", 1.0)
    if not isinstance(delay, int | float) or delay < 0 or not isinstance(settings.get("contact", ""), str):
        raise InputError(f"{path}: delay is a number of seconds, contact a text")
    return feeds, settings


def gather(sources: list[str], store: Store, manners: Manners, progress: Progress = lambda *_: None) -> Report:
    """Collect every source into `store`; what was collected before is left alone.

    A source that cannot be read is reported as skipped, the others go on.
    """
    report = Report()
    try:
        _gather(sources, store, manners, report, progress)
        store.commit()
    except sqlite3.Error as e:
        raise InputError(
            f"{store.out} cannot be written ({e}): free some space and run it again; it goes on where it stopped"
        ) from e
    return report


def _gather(sources: list[str], store: Store, manners: Manners, report: Report, progress: Progress) -> None:
    web: list[Feed] = []
    for source in sources:
        if re.match(r"https?://", source, re.I):
            web.append(Feed(source))
        elif source.endswith(".toml"):
            feeds, settings = read_feeds(Path(source))
            web += feeds
            manners = replace(manners, **settings)  # type: ignore[arg-type]
        else:
            _files(Path(source), store, report, progress)
    if web:
        _web(web, store, manners, report, progress)


# --- files ------------------------------------------------------------------------------------------------------


def _files(path: Path, store: Store, report: Report, progress: Progress) -> None:
    if not path.exists():
        report.failed += 1
        report.skip(Skipped(str(path), "it does not exist: check the spelling"))
        return
    for file in folder_files(path) if path.is_dir() else [path]:
        if file.resolve().is_relative_to(store.out.resolve()):
            continue  # a collection is not a source of itself
        _file(file, store, report, progress)


def _file(file: Path, store: Store, report: Report, progress: Progress) -> None:
    name = str(file.resolve())
    try:
        state = file.stat()
        mark, size = f"{state.st_size}/{state.st_mtime_ns}", state.st_size
        position = store.position(name, mark)
        if position is None:
            report.unchanged += 1
            return
        reached = position
        for step in steps_of_file(file, position):
            _keep(step.found, store, report)
            if step.position > reached:
                # The step before is complete only when the next position is seen: several documents may share one.
                store.reached(name, mark, reached)
                reached = step.position
                store.breathe()
            progress(file.name, min(reached, size), size)
        store.reached(name, mark, reached, done=True)
        progress(file.name, size, size)
    except ExeuntError as e:
        report.failed += 1
        report.skip(Skipped(str(file), str(e).removeprefix(str(file)).strip(" :")))


def _keep(found: Document | Skipped, store: Store, report: Report) -> None:
    if isinstance(found, Skipped):
        report.skip(found)
        return
    kept = store.add(found)
    if kept is None:
        report.unchanged += 1
    else:
        report.documents += 1
        report.copies += kept.story != str(kept.id)


# --- the web ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Page:
    """A page that was asked for, with what came of it."""

    address: str
    found: list[Document | Skipped]
    etag: str | None = None
    modified: str | None = None
    again: bool = False
    unchanged: bool = False


def _web(feeds: list[Feed], store: Store, manners: Manners, report: Report, progress: Progress) -> None:
    """Fetch in several threads, one feed after the other in each; write in this one."""
    waiting: queue.Queue[Feed] = queue.Queue()
    for feed in feeds:
        waiting.put(feed)
    done: queue.Queue[_Page | None] = queue.Queue(_WAITING + _WORKERS)
    stop = threading.Event()
    lock = threading.Lock()
    problems: list[BaseException] = []

    def seen(address: str) -> tuple[str | None, str | None] | None:
        with lock:
            return store.page(address)

    with Fetcher(manners) as fetcher:

        def work() -> None:
            try:
                one_after_another()
            except BaseException as e:  # whatever it is, who writes must hear of it
                problems.append(e)
            finally:
                done.put(None)

        def one_after_another() -> None:
            while not stop.is_set():
                try:
                    feed = waiting.get_nowait()
                except queue.Empty:
                    break
                for page in _feed(feed, fetcher, seen, progress):
                    while not stop.is_set():
                        try:
                            done.put(page, timeout=0.2)
                            break
                        except queue.Full:
                            continue
                    if stop.is_set():
                        break

        workers = [threading.Thread(target=work, daemon=True) for _ in range(min(_WORKERS, len(feeds)))]
        for worker in workers:
            worker.start()
        try:
            left = len(workers)
            while left:
                page = done.get()
                if page is None:
                    left -= 1
                    continue
                with lock:
                    _settle(page, store, report)
            if problems:
                raise problems[0]
        finally:
            stop.set()


def _settle(page: _Page, store: Store, report: Report) -> None:
    report.unchanged += page.unchanged
    for found in page.found:
        _keep(found, store, report)
    if not page.again:
        first = next((str(d.id) for d in page.found if isinstance(d, Document)), None)
        store.fetched(page.address, page.etag, page.modified, first)
    store.breathe()


Seen = Callable[[str], tuple[str | None, str | None] | None]


def _feed(feed: Feed, fetcher: Fetcher, seen: Seen, progress: Progress) -> Iterator[_Page]:
    """The pages of one feed (or the one page that the address is)."""
    key = page_key(feed.url)
    try:
        answer = fetcher.fetch(feed.url, *(seen(key) or (None, None)))
        if answer.data is None:
            yield _Page(key, [], answer.etag, answer.modified, unchanged=True)
            return
        media_type = _sort(answer)
        origin = _origin(feed, answer)
        if media_type not in (media.FEED, media.JSON_FEED, media.SITEMAP):
            yield _page(key, answer, origin)
            return
        failed = False
        for page in _entries(answer, media_type, origin, fetcher, seen, progress):
            failed |= page.again
            yield page
        if not failed:  # else the feed is read whole again next time
            yield _Page(key, [], answer.etag, answer.modified)
    except ExeuntError as e:
        yield _Page(key, [Skipped(feed.url, _reason(e, feed.url))], again=True)


def _sort(answer: Fetched) -> str:
    assert answer.data is not None
    return media.sniff(answer.data[: media.HEAD], answer.url, answer.media_type)


def _origin(feed: Feed, answer: Fetched) -> Origin:
    return Origin(
        answer.url, url=answer.url, charset=answer.charset, media_type=answer.media_type, fetched_at=answer.fetched_at,
        outlet=feed.outlet,
    )  # fmt: skip


def page_key(url: str) -> str:
    """What tells pages apart: the canonical address without its scheme."""
    return canonical_address(url).split("://", 1)[-1]


def _entries(
    answer: Fetched, media_type: str, origin: Origin, fetcher: Fetcher, seen: Seen, progress: Progress
) -> Iterator[_Page]:
    assert answer.data is not None
    if media_type == media.SITEMAP:
        for further in further_sitemaps(answer.data, origin):
            try:
                yield from _sitemap(further, origin, fetcher, seen, progress)
            except ExeuntError as e:
                yield _Page(page_key(further), [Skipped(further, _reason(e, further))], again=True)
    found = list(entries(answer.data, media_type, origin))
    for number, entry in enumerate(found, 1):
        progress(origin.name, number, len(found))
        key = page_key(entry.url) if entry.url else f"{origin.name}#{entry.title}#{zlib.crc32(entry.text.encode())}"
        if seen(key) is None:
            yield _entry(key, entry, origin, fetcher)


def _sitemap(url: str, origin: Origin, fetcher: Fetcher, seen: Seen, progress: Progress) -> Iterator[_Page]:
    answer = fetcher.fetch(url)
    if answer.data is not None and _sort(answer) == media.SITEMAP:
        inner = replace(origin, name=answer.url, url=answer.url)
        for entry in entries(answer.data, media.SITEMAP, inner):
            if entry.url and seen(page_key(entry.url)) is None:
                yield _entry(page_key(entry.url), entry, inner, fetcher)


def _entry(key: str, entry: Entry, origin: Origin, fetcher: Fetcher) -> _Page:
    """The page of an entry; the words in the feed where they are the whole article, or where the page does not come."""
    told = entry_origin(entry, origin)
    if entry.whole or not entry.url:
        return _Page(
            key, [_in_feed(entry, told)] if entry.text else [Skipped(key, "an entry without words and address")]
        )
    try:
        answer = fetcher.fetch(entry.url)
        assert answer.data is not None
        given = replace(
            told, name=answer.url, url=answer.url, charset=answer.charset, media_type=answer.media_type,
            fetched_at=answer.fetched_at,
        )  # fmt: skip
        return _page(key, answer, given)
    except ExeuntError as e:
        again = not (isinstance(e, FetchError) and e.status in _GONE)  # all else may be otherwise next time
        return _Page(key, [Skipped(entry.url, _reason(e, entry.url))], again=again)


def _in_feed(entry: Entry, origin: Origin) -> Document:
    return finished(entry_document(entry), media.FEED, None, origin)


def _page(key: str, answer: Fetched, origin: Origin) -> _Page:
    assert answer.data is not None
    found: list[Document | Skipped] = []
    try:
        found += documents_in(answer.data, origin)
    except ExeuntError as e:
        found.append(Skipped(origin.name, _reason(e, origin.name)))
    return _Page(key, found, answer.etag, answer.modified)


def _reason(error: Exception, name: str) -> str:
    return str(error).replace(name, "the page").removeprefix("the page ").strip(" :")
