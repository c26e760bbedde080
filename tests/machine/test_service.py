"""README's systemd recipe without systemd: a program folder that is root's, set up once, and served by another user.

What may not live here: the recipes' texts alone (test_recipes.py).
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.machine.several import free_ports
from tests.machine.test_recipes import CONTAINER, ROOT, recipe
from tests.machine.waiting import read_until

PYTHON = "/usr/bin/python3"  # the one of the unit
USER = "nobody"  # in place of the user that the recipe makes
RESTRICTED = ("--clear-groups", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all")


@dataclass
class Service:
    """A program folder and a data folder, as the recipe makes them, and the settings of its environment file."""

    program: Path
    data: Path
    settings: Path
    environ: dict[str, str]

    @property
    def port(self) -> int:
        return int(self.environ["PORT"])

    def files(self) -> dict[str, tuple[int, int, int]]:
        """Every file of the program: its owner, its mode, and when it was written."""
        found = {path.relative_to(self.program).as_posix(): path.lstat() for path in self.program.rglob("*")}
        return {name: (at.st_uid, at.st_mode, at.st_mtime_ns) for name, at in found.items()}

    @contextlib.contextmanager
    def running(self, *, read_only: bool) -> Iterator[subprocess.Popen[bytes]]:
        """The unit's command with its user, rights, folder and environment. Ended as systemd does (KillMode=mixed)."""
        (command,) = re.findall(r"^ExecStart=(.*)$", recipe("systemd"), re.MULTILINE)
        words = ["setpriv", f"--reuid={USER}", "--regid=nogroup", *RESTRICTED, *shlex.split(command)]
        if read_only:
            folder = shlex.quote(str(self.program))
            mount = f"mount --bind {folder} {folder} && mount -o remount,ro,bind {folder} && cd {folder}"
            words = ["unshare", "--mount", "sh", "-c", f"{mount} && exec {shlex.join(words)}"]
        with subprocess.Popen(
            words,
            cwd=self.program,
            env={"PATH": "/usr/bin:/bin:/usr/sbin", "LANG": "C.UTF-8", **self.environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            try:
                read_until(process, "  Stop  ")
                yield process
            finally:
                process.send_signal(signal.SIGTERM)

    def command(self, *words: str) -> str:
        """What README's `tavle` prints, given by root in a folder that the user may not enter."""
        script = recipe("sh", "runuser").replace("-u tavle", f"-u {USER}")
        script = script.replace("/etc/tavle.env", str(self.settings)).replace("/opt/tavle", str(self.program))
        with tempfile.TemporaryDirectory() as closed:
            done = subprocess.run(
                ["sh", "-c", script, "tavle", *words], cwd=closed, env={"PATH": os.environ["PATH"]}, capture_output=True
            )
        return (done.stdout + done.stderr).decode()


def _lacking() -> str:
    """Why this computer cannot try the recipe; empty if it can."""
    if sys.platform != "linux" or os.getuid() != 0:
        return "only root on Linux can make a folder that is root's and run as another user"
    for program in (PYTHON, "setpriv", "runuser"):
        if shutil.which(program) is None:
            return f"{program} is not here"
    check = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))"
    if subprocess.run([PYTHON, "-c", check], capture_output=True).returncode:
        return f"{PYTHON} is too old, or has no venv"
    return ""


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """What a clone holds, as far as the container's image has it too, set up by root."""
    if why := _lacking():
        pytest.skip(why)
    ignored = {Path(line).name for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").split()}
    # The built screens are taken along: making them again would need Node.
    left_out = shutil.ignore_patterns(*(ignored - {"lib"}), ".*_cache", "*.egg-info")
    with tempfile.TemporaryDirectory(prefix="tavle-service-", dir="/tmp") as made:
        folder = Path(made)
        folder.chmod(0o755)
        program, data = folder / "program", folder / "data"
        shutil.copytree(ROOT, program, ignore=left_out)
        data.mkdir()
        shutil.chown(data, USER, "nogroup")
        setup = subprocess.run([PYTHON, "server", "setup"], cwd=program, capture_output=True, text=True)
        assert setup.returncode == 0, setup.stdout + setup.stderr
        (port,) = free_ports(1)
        lines = recipe("sh", "TAVLE_DATA=").replace("/var/lib/tavle", str(data)) + f"PORT={port}\n"
        settings = folder / "tavle.env"
        settings.write_text(lines, encoding="utf-8")
        settings.chmod(0o600)
        yield Service(program, data, settings, dict(line.split("=", 1) for line in lines.split()))


@pytest.mark.parametrize("read_only", [False, True], ids=["roots", "read-only"])
def test_another_user_serves_a_program_folder_of_roots_and_writes_nothing_into_it(
    service: Service, read_only: bool
) -> None:
    if read_only and subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    assert "KillMode=mixed\n" in recipe("systemd"), "only the supervisor may be told to stop, as it is here"
    before = service.files()
    assert {owner for owner, _, _ in before.values()} == {0}
    with service.running(read_only=read_only) as process:
        with urllib.request.urlopen(f"http://127.0.0.1:{service.port}/ready", timeout=20) as answer:
            assert answer.status == 200
        assert Path(f"/proc/{process.pid}").stat().st_uid == service.data.stat().st_uid != 0
        process.send_signal(signal.SIGTERM)
        assert process.stdout is not None
        said = process.stdout.read().decode().strip()
        assert said == "Tavle has stopped.", "the store was gone before the web processes had closed"
    assert process.returncode == 0
    assert service.files() == before
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in service.data.rglob("*")} == {0}


def test_root_gives_commands_with_the_services_settings_and_rights(service: Service) -> None:
    with service.running(read_only=False):
        key = service.command("key").strip()
        assert re.fullmatch(r"(?:[2-9A-Z]{4}-){3}[2-9A-Z]{4}", key), key
        assert service.command("boards") == "There are no workshops.\n"
        assert service.command("key").strip() == key
        file = service.data / "today.backup"
        assert service.command("backup", str(file)).startswith("0 workshops are in")
        assert file.stat().st_uid == service.data.stat().st_uid
        assert "Permission denied" in service.command("backup", str(service.program / "x"))


def test_the_containers_health_is_asked_as_its_recipe_says(service: Service) -> None:
    text = (CONTAINER / "Containerfile").read_text(encoding="utf-8")
    (words,) = re.findall(r"HEALTHCHECK .*?CMD (\[.*?\])$", text, re.DOTALL | re.MULTILINE)
    python, *rest = (str(word).replace(":8000", f":{service.port}") for word in json.loads(words))
    assert python == "python3"
    asking = [PYTHON, *rest]
    assert subprocess.run(asking, capture_output=True).returncode != 0
    with service.running(read_only=False):
        assert subprocess.run(asking, capture_output=True).returncode == 0
