"""The house rules: what may stand where, who may import whom, and that no text is missing.

Read from the files themselves; nothing here starts the program.
"""

import ast
import json
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from board_schema import commands, method_file, wire

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


# Who may import whom


def test_the_rules_know_nothing_of_the_machine() -> None:
    forbidden = (
        "server", "asyncio", "time", "random", "secrets", "os", "redis", "starlette", "uvicorn", "websockets", "socket",
        "threading", "subprocess", "logging", "pathlib", "datetime", "uuid",
    )  # fmt: skip
    for path in RULES:
        for name in imports(path):
            assert name.split(".")[0] not in forbidden, f"{named(path)} imports {name}"


def test_the_rules_do_no_input_and_no_output() -> None:
    for path in RULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("open", "print", "input", "eval", "exec"), f"{named(path)}:{node.lineno}"
            assert not isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.Global), named(path)


@pytest.mark.parametrize(
    ("package", "homes"),
    [
        ("msgpack", {"board_schema/wire.py"}),
        (
            "redis",
            {"server/store/", "server/process/embedded.py", "server/process/probe.py"},
        ),
        ("starlette", {"server/app.py", "server/web/", "server/connections/"}),
        ("websockets", {"server/connections/", "server/demo/client.py"}),
        ("server.app", {"server/process/worker.py"}),
        ("server.demo.client", {"server/demo/"}),
    ],
)
def test_a_package_is_imported_only_in_its_room(package: str, homes: set[str]) -> None:
    strangers = {name for name in importers(package, RULES + SERVER) if not name.startswith(tuple(homes))}
    assert strangers == set()


# From the bottom up: a package may import what stands before it, and nothing that stands after.
LAYERS = (
    "log tasks settings metrics", "store export", "doors", "boards", "connections", "web", "app", "demo",
    "process",
)  # fmt: skip


def layer(module: str) -> int:
    """Where a module of server/ stands in LAYERS."""
    name = module.split(".")[1]
    return next(i for i, names in enumerate(LAYERS) if name in names.split())


def modules(paths: list[Path]) -> dict[str, Path]:
    """Module names to files."""
    return {
        ".".join(path.relative_to(TOP).with_suffix("").parts).removesuffix(".__init__"): path for path in paths
    }  # fmt: skip


def test_no_package_of_the_server_imports_one_above_it() -> None:
    known = modules(SERVER)
    for name, path in known.items():
        if name in ("server", "server.__main__"):
            continue
        for other in imports(path) & known.keys() - {"server"}:
            assert layer(other) <= layer(name), f"{named(path)} imports {other}"


def cycle(arrows: dict[str, set[str]]) -> list[str]:
    """Names that lead back to the first of them, or an empty list."""
    done: set[str] = set()

    def walk(name: str, way: list[str]) -> list[str]:
        if name in way:
            return [*way[way.index(name) :], name]
        if name in done:
            return []
        found = next((hit for other in sorted(arrows.get(name, ())) if (hit := walk(other, [*way, name]))), [])
        done.add(name)
        return found

    return next((hit for name in sorted(arrows) if (hit := walk(name, []))), [])


def test_no_modules_import_one_another_in_a_circle() -> None:
    known = modules(RULES + SERVER)
    arrows = {name: imports(path) & known.keys() - {name} for name, path in known.items()}
    # `from a.b import c` is an import of a.b; where a.b.c is a module too, of that one alone.
    for name, found in arrows.items():
        arrows[name] = {
            other
            for other in found
            if not (known[other].name == "__init__.py" and _only_for_a_module(name, other, known))
        }
    assert cycle(arrows) == []
    scripts = {named(path).removeprefix("static/"): path for path in SCRIPTS}
    assert (
        cycle({name: {script_target(path, to) for to in static_imports(path)} for name, path in scripts.items()}) == []
    )


def _only_for_a_module(name: str, package: str, known: dict[str, Path]) -> bool:
    """Whether everything that a module imports from a package is one of the package's modules."""
    for node in ast.walk(ast.parse(known[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import) and any(alias.name == package for alias in node.names):
            return False
        if isinstance(node, ast.ImportFrom) and node.module == package:
            return all(f"{package}.{alias.name}" in known for alias in node.names)
    return True


def test_the_folders_of_the_screens_import_one_way() -> None:
    order = ("sync", "notes", "forms", "board", "pages")
    for path in SCRIPTS:
        inside = path.relative_to(TOP / "static" / "js").parts
        if len(inside) == 1:
            continue
        for name in script_imports(path):
            target = script_target(path, name).split("/")
            if target[0] == "js" and len(target) > 2:
                assert order.index(target[1]) <= order.index(inside[0]), f"{named(path)} imports {name}"


def test_a_session_is_a_conversation_without_sockets_or_clocks() -> None:
    assert not {"asyncio", "time", "socket"} & imports(TOP / "server" / "boards" / "session.py")


def test_the_export_imports_only_the_rules_and_itself() -> None:
    for path in (TOP / "server" / "export").rglob("*.py"):
        for name in imports(path):
            assert not name.startswith("server.") or name.startswith("server.export"), f"{named(path)} imports {name}"


def test_no_screen_names_a_form_outside_the_forms() -> None:
    outside = [path for path in SCRIPTS if path.relative_to(TOP / "static" / "js").parts[0] != "forms"]
    assert hits(r"['\"`](?:timeline|columns|grid)['\"`]|\bsheet\)?\??\.form\s*[!=]==", outside) == []


def test_every_import_in_the_browser_is_a_file_of_ours() -> None:
    for path in SCRIPTS:
        for name in script_imports(path):
            assert name.startswith("."), f"{named(path)} imports {name}: no bare names, no other host"
            target = script_target(path, name)
            built = target.startswith("lib/")
            exists = (TOP / "static" / target).exists() or (TOP / "static" / target).with_suffix(".d.ts").exists()
            assert built or exists, f"{named(path)} imports {name}, which is not there"


@pytest.mark.parametrize(
    ("target", "homes"),
    [
        ("lib/msgpack.js", {"static/js/sync/wire.js"}),
        ("js/sync/wire.js", {"static/js/sync/connection.js", "static/js/main.js"}),
        ("js/sync/connection.js", {"static/js/main.js"}),
        ("js/main.js", set()),
    ],
)
def test_a_browser_module_is_imported_only_where_it_may_be(target: str, homes: set[str]) -> None:
    users = {named(p) for p in SCRIPTS for name in script_imports(p) if script_target(p, name) == target}
    assert users <= homes


def test_the_store_of_a_screen_and_the_wire_touch_no_dom() -> None:
    quiet = [
        TOP / "static" / "js" / name
        for name in (
            "sync/store.js", "sync/wire.js", "text.js", "notes/measure.js", "notes/flow.js", "notes/facedown.js",
            "notes/query.js", "forms/widths.js", "forms/grid/fold.js", "forms/timeline/axis.js",
            "forms/timeline/beside.js", "forms/timeline/pack.js",
        )
    ]  # fmt: skip
    assert hits(r"\b(document|window|HTMLElement|localStorage|sessionStorage|lit-html)\b", quiet) == []


def test_only_the_connection_opens_a_socket() -> None:
    where = {hit.split(":")[0] for hit in hits(r"\bnew\s+(WebSocket|EventSource|WebTransport)\b", SCRIPTS)}
    assert where == {"static/js/sync/connection.js"}


# Methods are data


def test_M2_no_code_asks_for_a_methods_id() -> None:
    ids = [path.stem for path in METHODS]
    code = [p for p in RULES + SERVER + SCRIPTS if p.parent.name != "demo"]
    assert hits(r"method\.id\s*(==|!=|===|!==|\bin\b)", code) == []
    assert hits("|".join(ids), code) == []


@pytest.mark.parametrize("path", METHODS, ids=lambda path: path.stem)
def test_M1_the_bundled_methods_parse(path: Path) -> None:
    assert method_file.parse(path.read_text(encoding="utf-8"), file=path.name).id == path.stem


# Strict pages


def test_nothing_writes_markup_or_runs_text() -> None:
    bad = (
        r"\b(innerHTML|outerHTML|insertAdjacentHTML|unsafeHTML|unsafeSVG|srcdoc)\b|document\.write|\beval\s*\("
        r"|new\s+Function\b|javascript:|setAttribute\(\s*['\"]style|\bset(?:Timeout|Interval)\(\s*['\"`]"
    )
    assert hits(bad, SCRIPTS + PAGES) == []


def test_no_style_and_no_handler_stands_in_markup() -> None:
    assert hits(r"(?:^|[\s\"'`])style\s*=\s*[\"'$]", SCRIPTS + PAGES) == []
    assert hits(r"<style\b|\son[a-z]+\s*=\s*[\"']", PAGES) == []
    assert hits(r"\son(?:click|input|change|submit|keydown|load|error)\s*=\s*[\"'$]", SCRIPTS) == []
    for path in PAGES:
        for tag, body in re.findall(r"(<script\b[^>]*>)(.*?)</script>", path.read_text(encoding="utf-8"), re.DOTALL):
            assert not body.strip() or "application/json" in tag or "speculationrules" in tag, f"{path.name}: {tag}"


def test_pages_and_styles_fetch_nothing_from_another_host() -> None:
    styles = sorted((TOP / "static").glob("*.css")) + sorted((TOP / "static" / "css").glob("*.css"))
    found = hits(r"(?:src|href|url|import|fetch|action)\s*[=(]?\s*[(\"'`]\s*(?:https?:)?//", SCRIPTS + PAGES + styles)
    assert found == []


# Texts


def texts(lang: str) -> dict[str, object]:
    kept: dict[str, object] = {}
    for path in sorted((TOP / "static" / "text").glob("*.json")):
        if path.name == f"{lang}.json" or path.name.endswith(f".{lang}.json"):
            pairs = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=list)
            keys = [key for key, _ in pairs]
            assert len(keys) == len(set(keys)), f"{path.name}: a key twice: {[k for k in keys if keys.count(k) > 1]}"
            kept |= {key: dict(value) if isinstance(value, list) else value for key, value in pairs}
    return kept


def test_danish_and_english_have_the_same_texts() -> None:
    da, en = texts("da"), texts("en")
    assert sorted(set(da) ^ set(en)) == []
    for key, text in da.items():
        slots = [set(re.findall(r"\{(\w+)\}", str(side))) for side in (text, en[key])]
        assert slots[0] == slots[1], f"{key}: {slots}"
        for side in (text, en[key]):
            words = side.values() if isinstance(side, dict) else [side]
            assert all(isinstance(word, str) and word.strip() for word in words), f"{key} is empty"


def text_keys_used() -> Iterator[tuple[str, str]]:
    """Every string in the scripts that is written like a text's key, with where it stands."""
    rooms = {key.split(".")[0] for key in texts("da")}
    for path in SCRIPTS:
        for found in STRING.finditer(plain(path.read_text(encoding="utf-8"))):
            text = found.group(1) or found.group(2) or found.group(3) or ""
            if re.fullmatch(r"[a-z_]+(\.[a-z0-9_-]+)+", text) and text.split(".")[0] in rooms:
                yield text, named(path)


def test_every_text_used_in_a_script_is_there_in_both_languages() -> None:
    known = texts("da")
    files = re.compile(r"\.(js|css|json|svg|png|pdf|md|csv|html|woff2)$")
    missing = sorted(
        {f"{key} ({where})" for key, where in text_keys_used() if key not in known and not files.search(key)}
    )
    assert missing == []


def test_every_kind_of_text_asked_for_by_a_pattern_is_there() -> None:
    known = texts("da")
    missing = []
    for path in SCRIPTS:
        for found in re.finditer(r"\bt\(\s*`([a-z_]+\.[a-z0-9_.]*)\$\{", plain(path.read_text(encoding="utf-8"))):
            if not any(key.startswith(found.group(1)) for key in known):
                missing.append(f"{found.group(1)}… ({named(path)})")
    assert missing == []


def test_O1_every_refusal_has_a_text_that_says_what_to_do() -> None:
    da = texts("da")
    assert [reason for reason in commands.REASONS if f"refused.{reason}" not in da] == []


def test_H_every_error_of_the_pages_calls_has_a_text() -> None:
    listed = re.search(r"Reasons beside those of section 5: (.*?)\n\n", SPEC, re.DOTALL)
    assert listed is not None
    da = texts("da")
    assert [reason for reason in re.findall(r"`(\w+)`", listed.group(1)) if f"error.{reason}" not in da] == []


def test_P5_every_close_code_that_does_not_come_back_has_a_text() -> None:
    da = texts("da")
    final = [code.name.lower() for code in wire.Close if code >= 4500]
    assert [name for name in final if f"close.{name}" not in da] == []


# The tree


def test_the_top_level_holds_what_it_should() -> None:
    allowed = {
        "board_schema", "server", "static", "tests", "Procfile", "pyproject.toml", "README.md", "LICENSE",
        "requirements.lock", "requirements-tests.lock",
    }  # fmt: skip
    tops = {path.split("/")[0] for path in tracked()}
    assert {name for name in tops if not name.startswith(".")} == allowed


def map_lines() -> list[tuple[str, str]]:
    """The map in README: a fenced block of lines `path   meaning`."""
    readme = (TOP / "README.md").read_text(encoding="utf-8")
    for block in re.findall(r"^```[a-z]*\n(.*?)^```", readme, re.DOTALL | re.MULTILINE):
        lines = [re.match(r"(\S+)\s{2,}(\S.*)$", line) for line in block.splitlines() if line.strip()]
        if len(lines) > 10 and all(lines):
            return [(line.group(1), line.group(2)) for line in lines if line]
    pytest.fail("README.md has no map: a fenced block of lines `path   meaning`")


def test_every_path_in_the_readmes_map_exists() -> None:
    for path, _ in map_lines():
        assert list(TOP.glob(path.rstrip("/"))), f"{path} stands in the map and not in the tree"


def test_every_module_stands_in_the_readmes_map() -> None:
    paths = [path for path, _ in map_lines()]
    missing = []
    for file in (named(path) for path in RULES + SERVER + SCRIPTS):
        if file.endswith("__init__.py"):
            continue
        shown = any(file == path or file in {named(hit) for hit in TOP.glob(path.rstrip("/"))} for path in paths)
        in_folder = any(path.endswith("/") and file.startswith(path) for path in paths)
        if not shown and not in_folder:
            missing.append(file)
    assert missing == []


def test_every_module_says_what_it_is() -> None:
    for path in RULES + SERVER:
        said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        assert said, f"{named(path)} has no docstring"
    for path in SCRIPTS:
        assert path.read_text(encoding="utf-8").lstrip().startswith("/**"), f"{named(path)} has no opening comment"


def readable() -> Iterator[tuple[str, str]]:
    for name in tracked():
        try:
            yield name, (TOP / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def test_no_file_names_a_place_of_the_machine_it_was_made_on() -> None:
    homes = re.compile(r"(?<![\w.])/(?:root|work|Users|home/\w+|mnt|opt/pyenv)/(?!\*)")
    found = [
        f"{name}: {hit.group()}"
        for name, text in readable()
        if name != "tests/test_house.py"
        for hit in homes.finditer(text)
    ]
    assert found == []


def test_no_file_names_a_package_registry() -> None:
    registry = re.compile(
        r"https?://[^\s\"']*(?:regis"
        r"try|py"
        r"pi|npm"
        r"js|jfr"
        r"og|nex"
        r"us|artif"
        r"act|/sim"
        r"ple)[^\s\"']*|--(?:extra-)?index-url"
    )
    found = [f"{name}: {hit.group()[:60]}" for name, text in readable() for hit in registry.finditer(text)]
    assert [hit for hit in found if not hit.startswith("tests/test_house.py")] == []


# Words that a reader would have to guess, and the term of the field that says the same.
IDIOMS = {
    r"[Ss]tumbl": "raised an exception",
    r"came between": "append conflict",
    r"[Dd]oorbell|\b[Rr]ung\b": "pub/sub message, published",
    r"\b[Hh]ung (?:up|there)\b": "subscribed, registered",
    r"\b[Ss]ide door\b|\b[Ss]hort way\b": "the name of the other path",
    r"\bhanded in\b": "passed in",
    r"\b[Ll]et(?:s|ting)? go of\b": "closes, drops, releases",
    r"\bin (?:one's|their) hands\b": "that they may act for",
    r"\bmade anew\b": "made again, replaced",
    r"\b[Ll]eash": "ends with its parent",
    r"\b[Nn]othing here (?:knows|says|asks|tells|may)\b": "What may not live here: …",
}


@pytest.mark.parametrize("idiom", IDIOMS)
def test_comments_use_the_terms_of_the_field(idiom: str) -> None:
    docs = [TOP / "README.md", TOP / "board_schema" / "SPEC.md"]
    found = hits(idiom, [*RULES, *SERVER, *SCRIPTS, *docs], code_only=False)
    assert found == [], f"write: {IDIOMS[idiom]}"


# The page of rules


def spec_ids() -> set[str]:
    return set(re.findall(r"\*\*([MVROPSH]\d+)\*\*", SPEC))


def quoted() -> dict[str, set[str]]:
    """Ids that tests quote in their names: `test_V3_…`, and promises `V3_…`."""
    found: dict[str, set[str]] = {}
    for path in sorted((TOP / "tests").rglob("*")):
        if path.suffix not in (".py", ".mjs", ".js") or "node_modules" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        names = re.findall(r"def (\w+)\(", text) + re.findall(r"\btest\(\s*['\"`]([^'\"`]+)", text)
        for name in names:
            for one in re.findall(r"(?:^|[_ ,:])([MVROPSHI]\d{1,2})(?=[_ ,:])", name):
                found.setdefault(one, set()).add(named(path))
    return found


def test_every_id_a_test_quotes_stands_in_the_spec() -> None:
    ids = spec_ids() | {f"I{n}" for n in range(1, 16)}
    assert {one: where for one, where in quoted().items() if one not in ids} == {}


def test_ids_of_the_spec_are_given_once_and_without_gaps() -> None:
    given = re.findall(r"^- \*\*([MVROPSH]\d+)\*\*", SPEC, re.MULTILINE)
    assert len(given) == len(set(given))
    for letter in "MVROPSH":
        numbers = sorted(int(one[1:]) for one in given if one[0] == letter)
        assert numbers == list(range(1, len(numbers) + 1)), letter


def test_every_rule_of_the_spec_is_quoted_by_a_test() -> None:
    assert sorted(spec_ids() - set(quoted()), key=lambda one: (one[0], int(one[1:]))) == []
