"""Opening a ledger, and the two ways to work with it: reading one state of it, and writing alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from platformdirs import user_data_path
from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DBAPIError, OperationalError

from exeunt.errors import LedgerError
from exeunt.ledger import dialect
from exeunt.ledger.migrations import CURRENT, migrate, version
from exeunt.ledger.tables import setting

_STATE = "state"


def usual_ledger() -> str:
    """EXEUNT_LEDGER, else a file in the user's data folder."""
    return os.environ.get("EXEUNT_LEDGER") or str(user_data_path("exeunt") / "ledger.db")


class Ledger:
    """A ledger at a URL (postgresql://…) or in an SQLite file.

    >>> with Ledger.open("sqlite://") as ledger, ledger.writing() as connection:
    ...     pass
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, url: str | None = None, create: bool = True) -> Ledger:
        """Open the ledger at `url` (or the usual one), made anew where there is none and `create` is True.

        Raises LedgerError when it cannot be opened, is older or newer than this program, or is not there.
        """
        url = url or usual_ledger()
        path = _file(url)
        if path is not None:
            if not create and not path.exists():
                raise LedgerError(f"there is no ledger at {path} yet: exeunt add … makes it")
            _make_folder(path)
        ledger = cls(dialect.engine_of(url))
        with _explained(url):
            with ledger.engine.connect() as connection:
                before = version(connection)
            if before == 0:
                with ledger.writing() as connection:
                    migrate(connection)
            elif before < CURRENT:
                raise LedgerError(
                    f"the ledger has schema {before}, this program needs {CURRENT}: run exeunt ledger migrate"
                )
            elif before > CURRENT:
                raise LedgerError(
                    f"the ledger has schema {before}, this program knows {CURRENT}: install a newer exeunt"
                )
        return ledger

    @classmethod
    def unchecked(cls, url: str | None = None) -> Ledger:
        """The ledger at `url`, whatever its schema: for bringing it up to date."""
        path = _file(url or usual_ledger())
        if path is not None and not path.exists():
            raise LedgerError(f"there is no ledger at {path} yet: exeunt add … makes it")
        return cls(dialect.engine_of(url or usual_ledger()))

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction in which nobody else writes: all of it lasts, or nothing."""
        with _explained(str(self.engine.url.render_as_string())), self.engine.connect() as connection:
            dialect.begin_writing(connection)
            try:
                yield connection
                dialect.replace(connection, setting, [{"name": _STATE, "value": uuid4().hex}])
            except BaseException:
                _end(connection, "rollback")
                raise
            _end(connection, "commit")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One state of the ledger, whatever others write meanwhile."""
        with _explained(str(self.engine.url.render_as_string())), self.engine.connect() as connection:
            dialect.begin_reading(connection)
            try:
                yield connection
            finally:
                _end(connection, "rollback")


def state_of(connection: Connection) -> str:
    """What changes with every writing: two readings with the same state see the same ledger."""
    return connection.execute(select(setting.c.value).where(setting.c.name == _STATE)).scalar() or ""


def _end(connection: Connection, how: str) -> None:
    if connection.dialect.name == "sqlite":
        if connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
            connection.exec_driver_sql(how)
    elif how == "commit":
        connection.commit()
    else:
        connection.rollback()


def _file(url: str) -> Path | None:
    if url.startswith("sqlite:///"):
        return Path(url.removeprefix("sqlite:///"))
    return Path(url).expanduser() if "://" not in url else None


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise LedgerError(f"{path.parent} cannot be made ({e.strerror}): name another place with --ledger") from e
    if path.is_dir():
        raise LedgerError(f"{path} is a folder: name a file, for example {path / 'ledger.db'}")


@contextmanager
def _explained(url: str) -> Iterator[None]:
    """What a database says, as one line with a way out."""
    try:
        yield
    except DBAPIError as e:
        words = str(e.orig).strip().splitlines()[0][:160] if e.orig and str(e.orig).strip() else type(e.orig).__name__
        where = url.split("@")[-1]
        if "not a database" in words or "malformed" in words:
            raise LedgerError(f"{where} is damaged or no ledger ({words}): restore it with exeunt ledger load") from e
        if "full" in words or "disk I/O" in words:
            raise LedgerError(f"{where} cannot be written ({words}): free some space; nothing was lost") from e
        if "locked" in words:
            raise LedgerError(f"{where} is being written by someone else: try again later") from e
        if isinstance(e, OperationalError):
            raise LedgerError(f"{where} does not answer ({words}): check that it runs and may be reached") from e
        raise LedgerError(f"{where} cannot do this ({words})") from e
