"""WARC to documents against trafilatura alone on the same pages, and memory over a large archive.

python benchmarks/archive.py                  ratio of times, side by side in one run
python benchmarks/archive.py --gigabyte       memory while an archive of one gigabyte is read
"""

import argparse
import random
import resource
import tempfile
import time
from pathlib import Path

import trafilatura
from fastwarc.warc import ArchiveIterator, WarcRecordType

from exeunt.collect.files import documents_of

PAGES = sorted((Path(__file__).parent.parent / "tests/pages").glob("*/*.html"))
ROUNDS = 5


def record(url: str, body: bytes) -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2024-08-08T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        f"WARC-Target-URI: {url}\r\nContent-Type: application/http\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def write(path: Path, size: int, comments: int = 20) -> int:
    """An archive of the pages of the tests, each with words of its own, of about `size` bytes; how many pages."""
    pages = [p.read_bytes() for p in PAGES]
    rng, count = random.Random(1), 0
    with path.open("wb") as file:
        while file.tell() < size:
            body = pages[count % len(pages)]
            filler = "".join(f"<!-- {rng.random()} -->" for _ in range(comments)).encode()
            file.write(record(f"https://e.example/{count}", body + filler if b"<html" in body[:400] else body))
            count += 1
    return count


def alone(path: Path) -> int:
    """Trafilatura with its metadata on every page of the archive."""
    found = 0
    with path.open("rb") as stream:
        for entry in ArchiveIterator(stream, record_types=WarcRecordType.response, parse_http=True):
            found += (
                trafilatura.bare_extraction(entry.reader.read(), with_metadata=True, include_comments=False) is not None
            )
    return found


def ours(path: Path) -> int:
    return sum(1 for _ in documents_of(path))


def clock(work, path: Path) -> float:
    begin = time.process_time()
    work(path)
    return time.process_time() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gigabyte", action="store_true")
    gigabyte = parser.parse_args().gigabyte
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pages.warc"
        count = write(path, 1_000_000_000, 3000) if gigabyte else write(path, 3_000_000)
        if gigabyte:
            for number, _ in enumerate(documents_of(path)):
                if number % 2000 == 0:
                    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                    print(f"{number:7} of {count} pages  peak {peak:.0f} MB", flush=True)
            return
        clock(alone, path), clock(ours, path)
        times = [(clock(alone, path), clock(ours, path)) for _ in range(ROUNDS)]
        ratios = sorted(b / a for a, b in times)
        print(f"{count} pages; trafilatura alone {min(a for a, _ in times) / count * 1000:.1f} ms a page,")
        print(
            f"exeunt {min(b for _, b in times) / count * 1000:.1f} ms; ratio {ratios[ROUNDS // 2]:.2f}, median of {ROUNDS}"
        )


if __name__ == "__main__":
    main()
