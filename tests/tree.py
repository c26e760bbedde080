"""The files of this repository, and what they import: for the tests that read them.

What may not live here: assertions.
"""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent
RULES = sorted((TOP / "board_schema").rglob("*.py"))
SERVER = sorted((TOP / "server").rglob("*.py"))
SCRIPTS = sorted((TOP / "static" / "js").rglob("*.js"))
PAGES = sorted((TOP / "static").glob("*.html"))
SPEC = (TOP / "board_schema" / "SPEC.md").read_text(encoding="utf-8")
METHODS = sorted((TOP / "board_schema" / "methods").glob("*.toml"))
STRING = re.compile(r"'((?:[^'\\\n]|\\.)*)'|\"((?:[^\"\\\n]|\\.)*)\"|`((?:[^`\\]|\\.)*)`", re.DOTALL)


def tracked() -> list[str]:
    """Every file git knows, as paths from the top; skips the test where this is no checkout."""
    if not (TOP / ".git").exists():
        pytest.skip("not a checkout")
    said = subprocess.run(["git", "ls-files"], cwd=TOP, capture_output=True, text=True, check=True)
    return [line for line in said.stdout.splitlines() if (TOP / line).exists()]


def named(path: Path) -> str:
    return path.relative_to(TOP).as_posix()


@cache
def imports(path: Path) -> set[str]:
    """Every module a Python file imports, wherever in the file; `from a import b` gives `a` and `a.b`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{named(path)}: write whole module names"
            found |= {str(node.module), *(f"{node.module}.{name.name}" for name in node.names)}
    return found


def importers(package: str, paths: list[Path]) -> set[str]:
    return {named(path) for path in paths if any(f"{name}.".startswith(f"{package}.") for name in imports(path))}


def plain(text: str) -> str:
    """JavaScript without its comments. Line numbers stay."""
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text, flags=re.DOTALL)
    return re.sub(r"(?m)(^|[\s;{},(])//[^\n]*", r"\1", text)


def script_imports(path: Path) -> Iterator[str]:
    code = plain(path.read_text(encoding="utf-8"))
    static = re.compile(
        r"^\s*(?:import|export)\b[^'\";]*?\bfrom\s*['\"]([^'\"]+)['\"]|^\s*import\s*['\"]([^'\"]+)['\"]", re.MULTILINE
    )
    for found in (*static.finditer(code), *re.finditer(r"\bimport\(\s*['\"]([^'\"]+)()['\"]", code)):
        yield found.group(1) or found.group(2)


def static_imports(path: Path) -> Iterator[str]:
    """What a script imports when it is read; `import()` while it runs makes no circle."""
    code = plain(path.read_text(encoding="utf-8"))
    lazy = {found.group(1) for found in re.finditer(r"\bimport\(\s*['\"]([^'\"]+)['\"]", code)}
    eager = re.compile(r"^\s*(?:import|export)\b[^'\";(]*?\bfrom\s*['\"]([^'\"]+)['\"]", re.MULTILINE)
    yield from {found.group(1) for found in eager.finditer(code)} | (set(script_imports(path)) - lazy)


def script_target(path: Path, name: str) -> str:
    return (path.parent / name).resolve().relative_to(TOP / "static").as_posix()


def hits(pattern: str, paths: list[Path], *, code_only: bool = True) -> list[str]:
    """Where a pattern stands: `file:line: text`."""
    found = []
    for path in paths:
        text = path.read_text(encoding="utf-8")
        if code_only and path.suffix == ".js":
            text = plain(text)
        for number, line in enumerate(text.split("\n"), 1):
            if re.search(pattern, line):
                found.append(f"{named(path)}:{number}: {line.strip()[:100]}")
    return found
