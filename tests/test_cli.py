"""The commands as a user runs them: real processes, real files."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

EXEUNT = str(Path(sys.executable).parent / "exeunt")
ROOT = Path(__file__).parent.parent
JA = "北辰電機の佐藤花子常務は6月30日付で退任した。"


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([EXEUNT, *arguments], input=stdin, capture_output=True, timeout=60, check=False)


def test_table():
    result = run("read", str(ROOT / "examples/departures-ja.md"), "--published", "2025-06-20")
    assert result.returncode == 0
    assert "長谷部千尋" in result.stdout.decode()


def test_json_from_standard_input():
    answer = json.loads(run("read", "-", "--json", "--published", "2024-08-07", stdin=JA.encode()).stdout)
    (move,) = answer["moves"]
    assert (move["person"], move["organization"], move["direction"], move["date"]) == (
        "佐藤花子",
        "北辰電機",
        "out",
        "2024-06-30",
    )
    assert "text" not in answer


def test_page_json_carries_the_text_that_its_offsets_count_in(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(
        f"<!doctype html><html><body><article>{f'<p>{JA}</p>' * 5}</article></body></html>", encoding="utf-8"
    )
    answer = json.loads(run("read", str(page), "--json", "--published", "2024-08-07").stdout)
    for move in answer["moves"]:
        for e in move["evidence"]:
            assert answer["text"][e["start"] : e["end"]] == e["text"]


def test_stream_keeps_order_and_goes_on_after_bad_lines():
    lines = [
        {"id": "a", "text": JA, "published": "2024-08-07"},
        "{broken",
        {"id": "c", "text": "x", "published": "2024-13-01"},
        {"id": "d"},
        {"id": 5, "text": ""},
        [1, 2],
        {"id": "g", "text": "Jane Calloway left Tallgrass Instruments.", "unknown": 1},
    ]
    stdin = "\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines).encode()
    result = run("read", "--ndjson", "-", stdin=stdin)
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.returncode == 1
    assert [a["id"] for a in answers] == ["a", None, "c", "d", 5, None, "g"]
    assert [("error" in a) for a in answers] == [False, True, True, True, False, True, False]
    assert answers[0]["moves"]
    assert answers[6]["moves"]
    assert all(a["line"] == i + 1 for i, a in enumerate(answers) if "error" in a)
    assert result.stderr == b""


def test_stream_answers_line_by_line():
    process = subprocess.Popen([EXEUNT, "read", "--ndjson", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps({"id": "1", "text": JA}).encode() + b"\n")
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["id"] == "1"
    process.stdin.close()
    assert process.wait(timeout=20) == 0


def test_html_page_is_self_contained_and_escaped(tmp_path):
    text = tmp_path / "a.txt"
    text.write_text(JA + "<script>alert(1)</script>", encoding="utf-8")
    out = tmp_path / "seen.html"
    assert run("read", str(text), "--published", "2024-08-07", "--html", str(out)).returncode == 0
    page = out.read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "http" not in page
    assert '<mark class="out"' in page


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["read", "none.txt"], "none.txt does not exist"),
        (["read", "/"], "is a folder"),
        (["read", "examples/departures-ja.md", "--published", "2024-13-01"], "is not a date: give it as YYYY-MM-DD"),
        (["read", "examples/departures-ja.md", "--language", "fr"], "give ja or en"),
        (["read", "examples/departures-ja.md", "--html", "/none/x.html"], "cannot be written"),
        (["read", "--ndjson", "none.ndjson"], "cannot be read"),
        (["evaluate", "none"], "holds no annotated documents"),
    ],
)
def test_errors_are_one_line_with_a_way_out(arguments, message):
    result = subprocess.run([EXEUNT, *arguments], capture_output=True, cwd=ROOT, timeout=60, check=False)
    assert result.returncode == 2
    assert message in result.stderr.decode()
    assert result.stderr.count(b"\n") == 1


def test_empty_text_is_a_warning():
    result = run("read", "-", stdin=b"  \n")
    assert result.returncode == 0
    assert "the text is empty" in result.stdout.decode()


def test_one_bad_file_among_several_does_not_stop_the_rest(tmp_path):
    (tmp_path / "a.txt").write_text(JA, encoding="utf-8")
    result = run("read", str(tmp_path / "none.txt"), str(tmp_path / "a.txt"), "--published", "2024-08-07")
    assert result.returncode == 1
    assert "佐藤花子" in result.stdout.decode()


def test_five_megabytes_without_a_full_stop_and_without_triggers(tmp_path):
    text = tmp_path / "long.txt"
    text.write_text("市場は静かで天気は晴れ、" * 420_000, encoding="utf-8")
    begin = time.monotonic()
    assert run("read", str(text), "--json").returncode == 0
    assert time.monotonic() - begin < 20


def test_evaluate_prints_every_split_with_n():
    out = run("evaluate", str(ROOT / "eval/gold"), "--split", "dev").stdout.decode()
    assert "dev: 95 documents" in out
    assert "evidence not verbatim: 0 of" in out
