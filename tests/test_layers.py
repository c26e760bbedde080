"""Who may import whom: the layers of the server, of the rules and of the screens, and no import circles."""

import ast
from pathlib import Path

import pytest

from tests.tree import (
    RULES,
    SCRIPTS,
    SERVER,
    TOP,
    hits,
    importers,
    imports,
    named,
    script_imports,
    script_target,
    static_imports,
)

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
        ("unicodedata", {"board_schema/composing.py"}),  # which caps lengths before it normalises
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
    "log tasks terminal settings vitals outages metrics", "store export", "doors", "boards", "rehearsal",
    "connections", "web",
    "app", "demo", "process",
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
            "sync/store.js", "sync/wire.js", "text.js", "notes/measure.js", "notes/facedown.js",
            "notes/query.js", "forms/papers.js", "forms/parts.js", "forms/grid/columns.js", "forms/timeline/line.js",
            "forms/timeline/overview.js", "forms/timeline/paper.js", "forms/timeline/parts.js",
            "forms/timeline/periods.js",
        )
    ]  # fmt: skip
    assert hits(r"\b(document|window|HTMLElement|localStorage|sessionStorage|lit-html)\b", quiet) == []


def test_only_the_connection_opens_a_socket() -> None:
    where = {hit.split(":")[0] for hit in hits(r"\bnew\s+(WebSocket|EventSource|WebTransport)\b", SCRIPTS)}
    assert where == {"static/js/sync/connection.js"}
