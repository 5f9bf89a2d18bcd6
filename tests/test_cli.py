"""The commands as a user runs them: real processes, real files."""

import json
import re
import signal
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


def test_deep_nesting_is_one_bad_line():
    deep = b'{"text":"x","x":' + b"[" * 5000 + b"]" * 5000 + b"}"
    result = run("read", "--ndjson", "-", stdin=deep + b"\n" + json.dumps({"id": "2", "text": JA}).encode())
    assert [("error" in json.loads(line)) for line in result.stdout.splitlines()] == [True, False]
    assert b"Traceback" not in result.stderr


def test_stream_with_a_byte_order_mark():
    result = run("read", "--ndjson", "-", stdin=b"\xef\xbb\xbf" + json.dumps({"id": "1", "text": JA}).encode())
    assert result.returncode == 0


def test_options_of_single_texts_are_refused_with_a_stream():
    result = run("read", "--ndjson", "-", "--published", "2024-08-07", stdin=b"")
    assert (result.returncode, b"from each record" in result.stderr) == (2, True)


def test_several_files_as_json_are_one_array(tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(JA, encoding="utf-8")
    answers = json.loads(run("read", str(tmp_path / "a.txt"), str(tmp_path / "b.txt"), "--json").stdout)
    assert [a["id"] for a in answers] == [str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]


def test_the_page_never_overwrites_its_text(tmp_path):
    text = tmp_path / "a.txt"
    text.write_text(JA, encoding="utf-8")
    result = run("read", str(text), "--html", str(text))
    assert result.returncode == 2
    assert text.read_text(encoding="utf-8") == JA


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_full_disk_and_a_closed_pipe(options):
    command = f"{EXEUNT} read {ROOT / 'examples/departures-ja.md'} {' '.join(options)}"
    full = subprocess.run(["bash", "-c", f"{command} > /dev/full"], capture_output=True, text=True, check=False)
    assert (full.returncode, full.stderr.count("\n")) == (2, 1)
    assert "cannot be written" in full.stderr
    gone = subprocess.run(
        ["bash", "-c", f"{command} | true; exit ${{PIPESTATUS[0]}}"], capture_output=True, text=True, check=False
    )
    assert gone.returncode in (0, 128 + signal.SIGPIPE)
    assert gone.stderr == ""


def test_a_console_that_knows_no_japanese(tmp_path):
    result = subprocess.run(
        [EXEUNT, "read", str(ROOT / "examples/departures-ja.md")],
        env={"PYTHONIOENCODING": "ascii", "PATH": "/usr/bin:/bin"}, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert result.returncode == 0
    assert b"Traceback" not in result.stderr


def test_text_cannot_steer_the_terminal():
    out = run(
        "read",
        "-",
        stdin="# \033[31mred\n\nJane Calloway\033]0;x\007 left Acme Corp in June.".replace("\033", "\u009b").encode(),
    ).stdout
    assert "\u009b" not in out.decode()


@pytest.mark.parametrize(
    "gold",
    [
        b'{"id": 5}',
        b"[" * 100_000,
        b'{"id":"a-1","language":"fr"}',
        b"\xff",
        b'{"id":"a-1","language":"en","genre":"x","text":"x","moves":[{}],"traps":[]}',
    ],
)
def test_evaluate_names_the_broken_document(gold, tmp_path):
    (tmp_path / "a.json").write_bytes(gold)
    result = run("evaluate", str(tmp_path))
    assert (result.returncode, b"is not an annotated document" in result.stderr) == (2, True)


def test_evaluate_with_an_unknown_split():
    assert b"give train, dev, check or other" in run("evaluate", str(ROOT / "eval/gold"), "--split", "foo").stderr


def test_module_and_version():
    result = subprocess.run([sys.executable, "-m", "exeunt", "--version"], capture_output=True, text=True, check=False)
    assert result.stdout.startswith("exeunt ")


@pytest.mark.parametrize("arguments", [["read", "--nope"], ["nope"], ["read"], ["evaluate", "a", "--split"]])
def test_wrong_usage_is_one_line(arguments):
    result = run(*arguments)
    assert result.returncode == 2
    assert b"exeunt --help tells more" in result.stderr
    assert result.stderr.count(b"\n") == 1


def test_without_arguments_the_help_is_shown():
    result = run()
    assert result.returncode == 2
    assert b"Traceback" not in result.stderr
    assert b"read" in result.stdout + result.stderr


def test_what_is_installed_declares_what_it_imports():
    """Every third-party module that the package imports is named in its dependencies."""
    imported = set()
    for path in (ROOT / "exeunt").rglob("*.py"):
        imported |= set(re.findall(r"^(?:from|import) (\w+)", path.read_text(encoding="utf-8"), re.M))
    third = imported - set(sys.stdlib_module_names) - {"exeunt"}
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("[project.optional-dependencies]")[0]
    called = {"PIL": "pillow"}  # modules that are not called as their package is
    assert {m for m in third if f'"{called.get(m, m)}' not in declared} == set()
