"""The tables of the ledger. Append-only: document, claim, judgement, erasure, forecast, alert, delivery. The others are derived from them,
but for two: `setting`, and `token`, which says who may write.

A row of an append-only table is inserted once and never changed; only an erasure takes the words out of a document and the claims
that hang on it, and leaves a tombstone. Derived tables can be dropped and built anew at any time, byte for byte.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    literal_column,
)
from sqlalchemy.dialects.postgresql import VARCHAR
from sqlalchemy.sql.expression import ColumnClause

metadata = MetaData()

document = Table(
    "document",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("content_hash", String(64), nullable=False),
    Column("published", String(10)),
    Column("fetched_at", String(32)),
    Column("url", Text),
    Column("outlet", Text),
    Column("title", Text),
    Column("language", String(2)),
    Column("body", Text, nullable=False),  # the whole document as JSON
    Column("known_at", String(10)),  # the day from which it could be known: published, else fetched; else unknown
    Column("added_at", String(32), nullable=False),  # when this ledger was told, UTC
)

claim = Table(
    "claim",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("document", String(200), ForeignKey("document.id"), nullable=False, index=True),
    Column("place", Integer, nullable=False),  # where its strongest evidence begins
    Column("person", Text, nullable=False),
    Column("organization", Text, nullable=False),
    Column("direction", String(8), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("role", Text),
    Column("counterpart", Text),
    Column("date", String(10)),
    Column("until", String(10)),
    Column("status", String(16), nullable=False),
    Column("source", String(16), nullable=False),
    Column("speaker", Text),
    Column("confidence", Float, nullable=False),
    Column("doubtful", Integer, nullable=False),  # 1: for review, in no move until someone confirms it
    Column("reader", Text, nullable=False),
    Column("detail", Text, nullable=False),  # inferred fields and evidence as JSON
)

count = Table(
    "count_claim",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("document", String(200), ForeignKey("document.id"), nullable=False, index=True),
    Column("organization", Text),
    Column("direction", String(8)),
    Column("said", Integer, nullable=False),
    Column("named", Integer, nullable=False),
    Column("total", Integer),
    Column("detail", Text, nullable=False),
)

judgement = Table(
    "judgement",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("sort", String(16), nullable=False),  # same, different, split, confirm, reject, settle, undo
    Column("kind", String(16), nullable=False),  # person, organization, claim, conflict, judgement
    Column("first", Text, nullable=False),
    Column("second", Text),
    Column("because", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("made_at", String(32), nullable=False),
)

erasure = Table(
    "erasure",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),  # document or person
    Column("subject", Text, nullable=False),  # the id of the document; of a person only a hash of the name
    Column("because", Text, nullable=False),
    Column("made_at", String(32), nullable=False),
)

forecast = Table(
    "forecast",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("statement", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("organization", Text, nullable=False),
    Column("event", String(16), nullable=False),  # leaves, returns, joins, takes_leave
    Column("by", String(10), nullable=False),
    Column("probability", Float, nullable=False),
    Column("low", Float),
    Column("high", Float),
    Column("as_of", String(10), nullable=False),  # the last day whose documents it was made from
    Column("author", Text, nullable=False),
    Column("basis", Text, nullable=False),  # how it came about, and the claims behind it, as JSON
    Column("made_at", String(32), nullable=False),
)

alert = Table(  # what a watch had to tell
    "alert",
    metadata,
    Column(
        "id", String(32), primary_key=True
    ),  # of the watch, the sort and what it is about: the same is never told twice
    Column("watch", Text, nullable=False),
    Column("sort", String(16), nullable=False),  # move, status, conflict, correction, burst
    Column("subject", Text, nullable=False),  # the least claim of the move, the conflict, the organisation
    Column("told", Text, nullable=False),  # what it said, and on which claims it rests, as JSON
    Column("made_at", String(32), nullable=False, index=True),
)

delivery = Table(  # one try to hand an alert to a receiver
    "delivery",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("alert", String(32), nullable=False, index=True),
    Column("receiver", Text, nullable=False),  # its name in the watch file, never its address: that may hold a secret
    Column("outcome", String(16), nullable=False),  # sent, failed, given_up
    Column("because", Text, nullable=False),
    Column("tried_at", String(32), nullable=False),
)

token = Table(  # who may write; only a hash of the secret is kept
    "token",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False),  # judge, add; with spaces between
    Column("hash", String(64), nullable=False, unique=True),
    Column("made_at", String(32), nullable=False),
    Column("ends_at", String(32)),  # from when on it is worth nothing
)

setting = Table(
    "setting", metadata, Column("name", String(40), primary_key=True), Column("value", Text, nullable=False)
)

APPEND_ONLY = (document, claim, count, judgement, erasure, forecast, alert, delivery)

# --- derived ------------------------------------------------------------------------------------------------------

story = Table(
    "story",
    metadata,
    Column("document", String(200), primary_key=True),
    Column("story", String(200), nullable=False, index=True),
    Column("day", String(10)),
    Column("corrects", Integer, nullable=False),  # 1: the document says that it corrects another
    Column("words", Text, nullable=False),  # its wording, for comparison
)

shingle = Table(
    "shingle",
    metadata,
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("day", String(10), primary_key=True),  # of publication; empty where it is not known
    Column("document", String(200), primary_key=True, index=True),
)

likeness = Table(  # two documents that were compared: the chance that they are copies of one
    "likeness",
    metadata,
    Column("first", String(200), primary_key=True),
    Column("second", String(200), primary_key=True),
    Column("chance", Float, nullable=False),
    Index("likeness_second", "second"),
)

profile = Table(  # one name as it occurs at one organisation: what is put together into identities
    "profile",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("norm", String(400), nullable=False),
    Column("at", String(400), nullable=False),  # the organisation's norm; empty for organisations
    Column("full", Integer, nullable=False),
    Column("identity", String(32), nullable=False),
    Index("profile_norm", "kind", "norm"),
    Index("profile_at", "kind", "at"),
    Index("profile_identity", "identity"),
)

profile_key = Table(  # keys under which profiles may be one
    "profile_key",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("profile", String(32), primary_key=True),
)

word = Table(  # the words of names, by whose beginnings a name is found while it is being typed
    "word",
    metadata,
    # by code point in both databases, so that what begins alike stands together
    Column("word", String(100).with_variant(VARCHAR(100, collation="C"), "postgresql"), primary_key=True),
    Column("profile", String(32), primary_key=True, index=True),
)

link = Table(  # two profiles that are one, or (score below 0) are not
    "link",
    metadata,
    Column("first", String(32), primary_key=True),
    Column("second", String(32), primary_key=True),
    Column("score", Float, nullable=False),
    Column("reasons", Text, nullable=False),
    Index("link_second", "second"),
)

about = Table(  # whom a claim is about
    "about",
    metadata,
    Column("claim", String(32), primary_key=True),
    Column("document", String(200), nullable=False, index=True),
    Column("person", String(32), nullable=False, index=True),
    Column("organization", String(32), nullable=False, index=True),
    Column("counterpart", String(32)),
    Column("person_profile", String(32), nullable=False, index=True),
    Column("organization_profile", String(32), nullable=False, index=True),
    Column("counterpart_profile", String(32), index=True),
    Column("there_profile", String(32), index=True),  # the person's profile at the counterpart
)

doubt = Table(  # two identities that may be one
    "doubt",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("first", String(32), nullable=False, index=True),  # profiles
    Column("second", String(32), nullable=False, index=True),
    Column("score", Float, nullable=False),
    Column("reasons", Text, nullable=False),
)

move = Table(
    "move",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("person", String(32), nullable=False, index=True),
    Column("organization", String(32), nullable=False, index=True),
    Column("direction", String(8), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("role", Text),
    Column("counterpart", String(32)),
    Column("date", String(10)),
    Column("until", String(10)),
    Column("status", String(16), nullable=False),
    Column("denied", Integer, nullable=False),
    Column("sources", Integer, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("first_known", String(10)),
    Column("claims", Text, nullable=False),  # ids, as JSON
    Index("move_date", "date"),
)

leaves = Index(  # leaves of absence are few, and asked for across all organisations
    "move_pause", move.c.person, sqlite_where=move.c.direction == "pause", postgresql_where=move.c.direction == "pause"
)

KNOWN: ColumnClause[str] = literal_column("coalesce(first_known, '')")
"""When a move became known, as the index of the newest has it; empty where no document has a day."""

newest = (
    Index("move_known", KNOWN, move.c.id),
    Index("move_kind_known", move.c.kind, KNOWN, move.c.id),
    Index("move_role", move.c.role),
)

conflict = Table(
    "conflict",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("person", String(32), index=True),
    Column("organization", String(32), nullable=False, index=True),
    Column("direction", String(8)),
    Column("field", String(16), nullable=False),
    Column("sides", Text, nullable=False),  # value, documents and claims of each side, as JSON
    Column("settled", Text),  # the judgement or correction that settles it
)

DERIVED = (story, shingle, likeness, profile, profile_key, word, link, about, doubt, move, conflict)
