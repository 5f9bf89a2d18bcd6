"""A PostgreSQL server of its own for the tests: what the machine has, else Debian's package where we are root, else a loud skip."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest


def _binaries():
    """The folder of initdb and pg_ctl, or None."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).parent if found else None


def _install():
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "postgresql"],
    ):
        subprocess.run(
            command, check=False, capture_output=True, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        )


def start():
    """(URL, folder, stop) of a fresh server that listens on a socket only; skips loudly, in CI fails, where none can be had."""
    folder = _binaries()
    if folder is None:
        _install()
        folder = _binaries()
    if folder is None:
        message = "PostgreSQL is not installed and cannot be: apt-get install postgresql; its tests are SKIPPED"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    home = Path(tempfile.mkdtemp(prefix="exeunt-pg-"))
    user = _user(home)
    run = lambda *command: subprocess.run([*user, *map(str, command)], check=True, capture_output=True, cwd="/")  # noqa: E731
    run(folder / "initdb", "-D", home / "data", "-U", "exeunt", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    options = f"-k {home} -c listen_addresses='' -c fsync=off -c max_connections=30"
    run(folder / "pg_ctl", "-D", home / "data", "-o", options, "-l", home / "log", "-w", "start")

    def stop():
        run(folder / "pg_ctl", "-D", home / "data", "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)

    return (
        f"postgresql://exeunt@/postgres?host={home}",
        stop,
        lambda *c: run(folder / "pg_ctl", "-D", home / "data", *c),
    )


def _user(home):
    """PostgreSQL refuses to run as root: then as the user that Debian's package made, or nobody."""
    if os.geteuid() != 0:
        return []
    import pwd

    names = {p.pw_name for p in pwd.getpwall()}
    name = "postgres" if "postgres" in names else "nobody"
    shutil.chown(home, name)
    return ["setpriv", f"--reuid={name}", f"--regid={pwd.getpwnam(name).pw_gid}", "--clear-groups"]
