"""Where a collection goes (a folder, or one NDJSON file) and what is remembered of it, so that a run can be cut off
and go on.

What is written and what is remembered are made one at every commit: the file is cut back to the last commit when the
next run begins, so that nothing is lost and nothing doubled whenever a run is killed.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO
from urllib.parse import quote

import msgspec

from exeunt.collect.stories import Stories
from exeunt.errors import InputError
from exeunt.model import Document

_SECONDS = 1.0  # between two commits
_SCHEMA = """
create table if not exists source (
    name text primary key, mark text, position integer not null, done integer not null
) without rowid;
create table if not exists page (address text primary key, etag text, modified text, document text) without rowid;
create table if not exists document (id text primary key) without rowid;
create table if not exists state (name text primary key, value integer not null) without rowid;
"""


class Store:
    """Documents that are kept once each, with their stories; sources and pages that were read before.

    Raises InputError when the place cannot be written or another run writes to it.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self._lines = out.suffix in (".ndjson", ".jsonl")
        try:
            (out.parent if self._lines else out).mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self._state_file(), timeout=0.2, isolation_level=None, check_same_thread=False)
            self._db.execute("pragma locking_mode = exclusive")
            self._db.execute("pragma synchronous = normal")
            self._db.executescript(_SCHEMA)
            self._db.execute("begin immediate")
            self.stories = Stories(self._db)
            if not self._db.in_transaction:  # executescript commits
                self._db.execute("begin immediate")
            self._file: BinaryIO | None = self._opened() if self._lines else None
        except sqlite3.OperationalError as e:
            if "locked" in str(e):
                raise InputError(f"another run is writing to {out}: wait for it, or write elsewhere") from e
            raise InputError(f"{out} cannot be written ({e}): name a place that exists and has room") from e
        except sqlite3.DatabaseError as e:
            raise InputError(f"{self._state_file()} is damaged ({e}): move it away to begin anew") from e
        except OSError as e:
            raise InputError(f"{out} cannot be written ({e.strerror}): name a place that exists and has room") from e
        self._committed = time.monotonic()

    def _state_file(self) -> Path:
        return self.out.with_name(self.out.name + ".state") if self._lines else self.out / ".collect.sqlite"

    def _opened(self) -> BinaryIO:
        row = self._db.execute("select value from state where name = 'size'").fetchone()
        if row and row[0] > (self.out.stat().st_size if self.out.exists() else 0):  # lost or cut: begin anew
            for table in ("source", "page", "document", "state", "wording", "shingle"):
                self._db.execute(f"delete from {table}")
            row = None if not self.out.exists() else (0,)
        if row is None and self.out.exists() and self.out.stat().st_size:
            raise InputError(f"{self.out} was not written by exeunt collect: name another file, so that it is not lost")
        if row is None:  # known as ours before there is anything in it
            self._db.execute("insert into state values ('size', 0)")
            self._db.execute("commit")
            self._db.execute("begin immediate")
        file = self.out.open("r+b" if self.out.exists() else "w+b")
        file.truncate(row[0] if row else 0)
        file.seek(0, os.SEEK_END)
        return file

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None or issubclass(kind, KeyboardInterrupt):
                self.commit()
        finally:
            with suppress(OSError):  # what a full disk did not take is cut off by the next run
                if self._file:
                    self._file.close()
            self._db.close()

    def add(self, document: Document) -> Document | None:
        """Keep `document`; returns it with its story, or None when it was there before."""
        key = f"{document.id}/{document.content_hash}"  # ids that others gave may clash
        if self._db.execute("select 1 from document where id = ?", (key,)).fetchone():
            return None
        document = msgspec.structs.replace(document, story=self.stories.story_of(document))
        self._write(document)
        self._db.execute("insert into document values (?)", (key,))
        return document

    def _write(self, document: Document) -> None:
        line = msgspec.json.encode(document)
        if self._file:
            self._file.write(line + b"\n")
            return
        name = quote(str(document.id), safe="")[:100]
        if _holds_another(self.out / f"{name}.json", document):
            name += f"-{(document.content_hash or '')[:8]}"
        path, half = self.out / f"{name}.json", self.out / f".{name}.half"
        half.write_bytes(msgspec.json.format(line, indent=2) + b"\n")
        half.replace(path)

    def breathe(self) -> None:
        """Commit when the last commit lies some time back."""
        if time.monotonic() - self._committed > _SECONDS:
            self.commit()

    def commit(self) -> None:
        """Make all that was added until now last."""
        if self._file:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._db.execute("replace into state values ('size', ?)", (self._file.tell(),))
        if self._db.in_transaction:
            self._db.execute("commit")
        self._db.execute("begin immediate")
        self._committed = time.monotonic()

    # --- what was read before -----------------------------------------------------------------------------------

    def position(self, name: str, mark: str) -> int | None:
        """Where to go on in the source `name`: 0 when it is new or no longer what it was, None when it is done.

        `mark` stands for its state (size and time of a file).
        """
        row = self._db.execute("select mark, position, done from source where name = ?", (name,)).fetchone()
        if row is None or row[0] != mark:
            return 0
        return None if row[2] else int(row[1])

    def reached(self, name: str, mark: str, position: int, done: bool = False) -> None:
        """Remember that the source `name` was read up to `position`, or to its end."""
        self._db.execute("replace into source values (?, ?, ?, ?)", (name, mark, position, int(done)))

    def page(self, address: str) -> tuple[str | None, str | None] | None:
        """ETag and Last-Modified of a page that was fetched before, or None."""
        row = self._db.execute("select etag, modified from page where address = ?", (address,)).fetchone()
        return (row[0], row[1]) if row else None

    def fetched(self, address: str, etag: str | None, modified: str | None, document: str | None) -> None:
        """Remember that a page was fetched."""
        self._db.execute("replace into page values (?, ?, ?, ?)", (address, etag, modified, document))


def _holds_another(path: Path, document: Document) -> bool:
    """Whether a file is of another document with the same id (one of a run that was cut off is of this one)."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Document).content_hash != document.content_hash
    except (OSError, msgspec.DecodeError):
        return False
