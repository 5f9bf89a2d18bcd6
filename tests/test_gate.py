"""The quality gate, and what it lets through."""

import importlib.util
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def _gate():
    spec = importlib.util.spec_from_file_location("gate", ROOT / "eval/gate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reader_keeps_its_floors_and_the_gold_is_unchanged():
    result = subprocess.run(
        [sys.executable, str(ROOT / "eval/gate.py")], capture_output=True, text=True, timeout=600, check=False
    )
    assert result.returncode == 0, result.stderr


def test_a_fall_is_named():
    assert _gate().falls({"ja_f1": 0.30}, {"ja_f1": 0.41}) == ["ja_f1 fell to 0.300; its floor is 0.410"]
    assert _gate().falls({"ja_f1": 0.409}, {"ja_f1": 0.41}) == []


def test_a_changed_annotation_changes_the_hash(tmp_path):
    source = next((ROOT / "eval/gold").glob("en-*.json"))
    copy = tmp_path / source.name
    copy.write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    before = _gate().gold_hash(tmp_path)
    copy.write_text(source.read_text(encoding="utf-8").replace('"out"', '"in"'), encoding="utf-8")
    assert _gate().gold_hash(tmp_path) != before


def test_every_figure_has_a_floor():
    floors = tomllib.loads((ROOT / "eval/floors.toml").read_text(encoding="utf-8"))
    assert {"ja_f1", "en_f1", "ja_precision", "en_precision", "status", "date", "evidence_verbatim"} <= set(
        floors["dev"]
    )


def test_gold_documents_are_well_formed():
    folders = [str(p) for p in (ROOT / "eval/gold", ROOT / "eval/gold/train")]
    result = subprocess.run(
        [sys.executable, str(ROOT / "eval/check_gold.py"), *folders], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout
