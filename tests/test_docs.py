"""Every command that the two READMEs show does what they say."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent


def _commands():
    for name in ("README.md", "README.ja.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for block in re.findall(r"```(?:sh|console)\n(.*?)```", text, re.S):
            for line in block.splitlines():
                command = line.split("  #")[0].strip()
                if command and not command.startswith("make "):
                    yield pytest.param(command, id=f"{name}-{command[:50]}")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """One folder for all commands: some show what an earlier one wrote."""
    return tmp_path_factory.mktemp("docs")


@pytest.mark.parametrize("command", [*_commands()])
def test_commands_run(command, place):
    command = command.replace(".venv/bin/exeunt", shlex.quote(str(BIN / "exeunt")))
    for name in ("seen.html", "docs.ndjson", "my.db"):
        command = command.replace(name, str(place / name))
    result = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == 0, result.stderr
    assert (result.stdout + result.stderr).strip()


def test_both_readmes_show_the_same_commands():
    def commands(name):
        return re.findall(
            r"^(?:make|\.venv/bin/exeunt|echo).*?(?=  #|$)", (ROOT / name).read_text(encoding="utf-8"), re.M
        )

    assert [c.strip() for c in commands("README.md")] == [c.strip() for c in commands("README.ja.md")]


def test_make_targets_of_the_readme_exist():
    makefile = (ROOT / "Makefile").read_text()
    for name in ("README.md", "README.ja.md"):
        for target in re.findall(r"^make (\w+)", (ROOT / name).read_text(encoding="utf-8"), re.M):
            assert re.search(rf"^{target}:", makefile, re.M)
