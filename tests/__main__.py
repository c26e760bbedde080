"""`python3 tests [part ...] [pytest's words]`: sets up, then runs the checks and the tests.

Parts: lint, rules, machine, screens, house; all of them when none is named. `bench` measures, and `casts` has simulated
people play each method 200 times (`--help` after them tells more); both only when named, and the last of the parts.
Ends with one line a check, and exit code 1 when any of them failed. Tests of real processes run
beside others on few cores; one that failed there is run once more, alone, and both are told.

What may not live here: a test, an import from outside the standard library before .venv is
ready, and a syntax that an old Python cannot read.
"""

import contextlib
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# Not tests/ itself: its folders must not hide other packages.
sys.path[:] = [ROOT] + [place for place in sys.path if place != os.path.join(ROOT, "tests")]

from server.__main__ import PYTHON, VENV, CannotSetUp, hand_over, prepare  # noqa: E402
from server.__main__ import say as say_in_both  # noqa: E402

# The runs of a stage go side by side: most tests wait for a server or a browser, and there are two cores at least.
STAGES = [
    [
        [("machine", "tests/machine/test_[a-h]*.py")],
        [("machine", "tests/machine/test_[!a-h]*.py")],
        [("machine", "tests/machine/chaos"), ("house", "tests/test_house.py tests/test_layers.py")],
        [("rules", "tests/rules")],
    ],
    [
        [("screens", "tests/screens/test_[a-g]*.py")],
        [("screens", "tests/screens/test_[!a-g]*.py")],
    ],
]
# Parts whose tests wait for real processes or browsers: up to so many failures of a lane are tried once more, alone.
AGAIN = ["machine", "screens"]
MOST_AGAIN = 3
PARTS = ["lint", "rules", "machine", "screens", "house"]
ALONE = ["bench", "casts"]  # take minutes, and the words after them
# Where the tests look for a browser; set it to use another one.
CHROMIUM = "TAVLE_CHROMIUM"
# The same Chromium without a window of its own, which takes a third of the whole one's time.
SHELL = "chromium-headless-shell"
BROWSERS = [
    SHELL,
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/usr/bin/chromium",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
]


def say(line):  # type: (str) -> None
    """Print a line, which is the same in every language."""
    say_in_both(line, line)


class Checks:
    """Runs programs at the root, and remembers how each went."""

    def __init__(self):
        self.results = []
        self.shaky = []  # tests that failed beside others and passed alone

    def run(self, name, command):
        """Run one, with its output shown."""
        say("\n== %s" % name)
        start = time.monotonic()
        code = subprocess.call(command, cwd=ROOT)
        self.note(name, trouble(code), time.monotonic() - start)

    @contextlib.contextmanager
    def beside(self, name, command):
        """Run one while the body runs others; its output is shown when it has ended. It stops with the body's end."""
        start = time.monotonic()
        with tempfile.TemporaryFile() as output:
            running = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
            try:
                yield
                code = running.wait()
            finally:
                running.kill()
                running.wait()
            say("\n== %s" % name)
            output.seek(0)
            say(output.read().decode("utf-8", "replace"))
        self.note(name, trouble(code), time.monotonic() - start)

    def again(self, name, command, failed):
        """Run what failed in the check `name` once more, alone; what passes now is told and is no failure."""
        self.run(name + ", again", command)
        if not self.results.pop()[1]:
            place, (_, _, seconds) = next((i, r) for i, r in enumerate(self.results) if r[0] == name and r[1])
            self.results[place] = (name, "", seconds)
            self.shaky += failed

    def note(self, name, problem, seconds=0.0):
        """Remember a result; an empty problem means that all is well."""
        self.results.append((name, problem, seconds))

    def summary(self):
        """Print a line a check; give the exit code."""
        say("\n== summary")
        for name, problem, seconds in self.results:
            say("%-14s %6.1f s  %s" % (name, seconds, "FAILED: " + problem if problem else "ok"))
        for test in self.shaky:
            say("failed beside other tests, passed alone: " + test)
        return 1 if any(problem for _, problem, _ in self.results) or not self.results else 0


def trouble(code):
    """What an exit code says; empty when all is well."""
    return "" if code == 0 else "exit code %d" % code


def find_browser():
    """Chromium's path: the named one, the system's, or one that we may install; else None."""
    named = os.environ.get(CHROMIUM)
    if named:
        return named
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found and (os.path.basename(found) == SHELL or os.geteuid() != 0):
        return found
    return next(filter(None, map(installed, [SHELL, "chromium"])), None) or found


def installed(package):
    """The path of the program of this name, installed with apt-get if that can be; else None."""
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0:
        words = [apt]
    elif apt and shutil.which("sudo") and subprocess.call(["sudo", "-n", "true"], stderr=subprocess.DEVNULL) == 0:
        words = ["sudo", "-n", apt]
    else:
        return None
    say("Installing %s for the screens' tests ..." % package)
    quiet = {"stdout": subprocess.DEVNULL, "env": dict(os.environ, DEBIAN_FRONTEND="noninteractive")}
    words += ["-o", "Acquire::http::Timeout=20", "-o", "Acquire::Retries=0"]
    wanted = [*words, "install", "-y", "--no-install-recommends", package]
    # Without the lists of packages, or with old ones, the first try fails.
    if subprocess.call(wanted, stderr=subprocess.DEVNULL, **quiet) != 0:
        subprocess.call([*words, "update"], **quiet)
        subprocess.call(wanted, **quiet)
    return shutil.which(package)


def lint(checks, node):
    """Style, types in Python, types in the browser's code."""
    checks.run("ruff check", [PYTHON, "-m", "ruff", "check", "."])
    checks.run("ruff format", [PYTHON, "-m", "ruff", "format", "--check", "."])
    checks.run("mypy", [PYTHON, "-m", "mypy"])
    checks.run("tsc", [node, "static/node_modules/typescript/bin/tsc", "-p", "static"])


def bench(checks, words):
    """The measurements, which take minutes and so run only when asked for."""
    own = os.path.join("tests", "bench", "__main__.py")
    if os.path.exists(os.path.join(ROOT, own)):
        checks.run("bench", [PYTHON, "-m", "tests.bench", *words])
    else:
        checks.run("bench", [PYTHON, "-m", "pytest", "-s", "tests/bench", *words])


def places(lane, parts):
    """Where pytest finds what this lane of a stage runs of these parts."""
    words = [word for part, where in lane if part in parts for word in where.split()]
    return [found for word in words for found in (sorted(glob.glob(os.path.join(ROOT, word))) or [word])]


def tests_of(checks, parts, words):
    """The tests of these parts, a stage at a time; then those that failed beside others."""
    lanes = {}  # what pytest is called with in each lane, by the check's name
    with tempfile.TemporaryDirectory() as folder:
        for stage in STAGES:
            runs = []
            for lane in stage:
                where = places(lane, parts)
                if where:
                    own = [part for part, _ in lane if part in parts]
                    name = "pytest, %s (%d)" % (" and ".join(own), len(lanes) + 1)
                    cache = os.path.join(folder, str(len(lanes)))
                    command = [PYTHON, "-m", "pytest", "-o", "cache_dir=" + cache, *where, *words]
                    runs.append((name, command))
                    lanes[name] = (own, cache, command)
            with contextlib.ExitStack() as others:
                for name, command in runs[1:]:
                    others.enter_context(checks.beside(name, command))
                if runs:
                    checks.run(*runs[0])
        for name, problem, _ in list(checks.results):
            own, cache, command = lanes.get(name, ([], "", []))
            failed = failures(cache) if problem == trouble(1) and set(own) & set(AGAIN) else []
            if 0 < len(failed) <= MOST_AGAIN:
                checks.again(name, [*command, "--last-failed"], failed)


def failures(cache):
    """The tests that failed in a run of pytest with this cache folder."""
    try:
        with open(os.path.join(cache, "v", "cache", "lastfailed")) as file:
            return sorted(json.load(file))
    except (OSError, ValueError):
        return []


def run_parts(parts, words):
    """Run the named parts inside .venv; give the exit code."""
    from static.build import BuildFailed, build, find_node

    checks = Checks()
    try:
        build(force=not os.path.isdir(os.path.join(ROOT, "static", "node_modules", "typescript")))
        node = find_node()[0]
    except BuildFailed as problem:
        sys.stderr.write("%s\n" % problem)
        return 1
    os.environ["PATH"] = os.pathsep.join([os.path.dirname(PYTHON), os.path.dirname(node), os.environ.get("PATH", "")])
    if "lint" in parts:
        lint(checks, node)
    if "screens" in parts:
        browser = find_browser()
        if browser:
            os.environ[CHROMIUM] = browser
        else:
            parts.remove("screens")
            checks.note("screens", "they need Chromium: install it, or name one in " + CHROMIUM)
        files = sorted(glob.glob(os.path.join(ROOT, "tests", "screens", "*.test.mjs")))
        if files:
            checks.run("node --test", [node, "--test", *files])
    tests_of(checks, parts, words)
    if "bench" in parts:
        bench(checks, words)
    if "casts" in parts:
        checks.run("casts", [PYTHON, "-m", "tests.rules.cast", *words])
    return checks.summary()


def main():
    """Set up and step into .venv, then run what was asked for."""
    words = sys.argv[1:]
    if words and words[0] in ("-h", "--help"):
        say(__doc__.strip())
        return 0
    parts = []
    while words and words[0] in PARTS + ALONE:
        parts.append(words.pop(0))
    if os.path.realpath(sys.prefix) != os.path.realpath(VENV):
        try:
            prepare("requirements-tests.lock", with_node=True)
        except CannotSetUp as problem:
            sys.stderr.write("%s\n" % problem)
            return 1
        hand_over([os.path.join(ROOT, "tests", "__main__.py"), *sys.argv[1:]])
    return run_parts(parts or list(PARTS), words)


if __name__ == "__main__":
    sys.exit(main())
