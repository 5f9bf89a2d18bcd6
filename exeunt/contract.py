"""The JSON Schemas of the lines that go in and come out, generated from the types.

`python -m exeunt.contract FOLDER` writes them anew; a test compares them with what is committed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from exeunt.model import Document, Failure, Reading

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, dict[str, Any]]:
    """File name -> JSON Schema (draft 2020-12)."""
    return {
        "document.schema.json": {"$schema": _DRAFT, **msgspec.json.schema(Document)},
        "reading.schema.json": {"$schema": _DRAFT, **msgspec.json.schema(Reading)},
        "failure.schema.json": {"$schema": _DRAFT, **msgspec.json.schema(Failure)},
    }


def main(folder: Path) -> None:
    """Write every schema into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (folder / name).write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
