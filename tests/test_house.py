"""The house rules: files, texts in both languages, words, and the ids of SPEC.

Read from the files themselves; nothing here starts the program.
"""

import ast
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from board_schema import commands, method_file, wire
from tests.tree import METHODS, PAGES, RULES, SCRIPTS, SERVER, SPEC, STRING, TOP, hits, named, plain, tracked

# Methods are data


def test_M2_no_code_asks_for_a_methods_id() -> None:
    ids = [path.stem for path in METHODS]
    code = [p for p in RULES + SERVER + SCRIPTS if p.parent.name != "demo"]
    assert hits(r"method\.id\s*(==|!=|===|!==|\bin\b)", code) == []
    assert hits("|".join(ids), code) == []


@pytest.mark.parametrize("path", METHODS, ids=lambda path: path.stem)
def test_M1_the_bundled_methods_parse(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    folder = TOP / "board_schema" / "decks"
    decks = [method_file.parse_deck(deck.read_text(encoding="utf-8"), file=deck.name) for deck in folder.glob("*.toml")]
    whole = method_file.with_decks(text, decks) if method_file.has_deck(text) else text
    assert method_file.parse(whole, file=path.name).id == path.stem


# Files of one matter each

LONGEST = 500  # lines; what needs more holds two matters


def test_no_file_of_code_is_long() -> None:
    code = [name for name in tracked() if name.endswith((".py", ".js", ".mjs", ".css", ".html", ".toml"))]
    assert len(code) > 300
    lines = {name: len((TOP / name).read_text(encoding="utf-8").splitlines()) for name in code}
    assert {name: count for name, count in lines.items() if count > LONGEST} == {}


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


def test_general_texts_name_no_workshop_and_none_of_its_things() -> None:
    """What heads a row, or what a text is linked to, is called as the method's file calls it (M2)."""
    things = re.compile(
        r"dilemma|drøm|dream|kritik|critique|historie\b|fremtid|fortid|perspektiv|overlever|hand-over", re.I
    )
    found = [
        f"{key}: {text}" for lang in ("da", "en") for key, text in texts(lang).items() if things.search(f"{key} {text}")
    ]
    assert found == []


def test_danish_quotes_the_danish_way() -> None:
    """»So«, and nowhere by the marks that English or another language uses."""
    danish = [TOP / "static/text/da.json", TOP / "static/text/room.da.json", *(TOP / "server/docs").glob("*.da.md")]
    lines = [f"{named(path)}: {line}" for path in danish for line in path.read_text(encoding="utf-8").splitlines()]
    for path in sorted((TOP / "board_schema").glob("*/*.toml")):
        said = re.findall(r'\bda = "([^"]*)"', path.read_text(encoding="utf-8"))
        lines += [f"{named(path)}: {line}" for line in said]
    assert [line for line in lines if re.search("[“”„«»]", re.sub("»[^«»]*«", "", line))] == []


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


def test_what_a_call_is_refused_with_is_not_written_again_where_it_is_said_as_of_an_op() -> None:
    """`fill` in static/js/text.js says `refused.X` for an `error.X` that has no text."""
    da, en = texts("da"), texts("en")
    pairs = [(key, f"refused.{key[6:]}") for key in da if key.startswith("error.") and f"refused.{key[6:]}" in da]
    assert [key for key, op in pairs if (da[key], en[key]) == (da[op], en[op])] == []


def test_P5_every_close_code_that_does_not_come_back_has_a_text() -> None:
    da = texts("da")
    final = [code.name.lower() for code in wire.Close if code >= 4500]
    assert [name for name in final if f"close.{name}" not in da] == []


def test_the_rules_of_SPEC_stand_in_the_order_of_their_numbers() -> None:
    """But for P, whose rules stand with the frames and the lines that they are about."""
    ids = re.findall(r"^- \*\*([A-Z])(\d+)\*\*", SPEC, re.MULTILINE)
    assert len(ids) > 100
    for letter in sorted({letter for letter, _ in ids} - {"P"}):
        numbers = [int(number) for other, number in ids if other == letter]
        assert numbers == list(range(1, len(numbers) + 1)), letter


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


def test_the_readmes_map_stands_in_the_order_of_its_paths() -> None:
    paths = [path for path, _ in map_lines()]
    assert [pair for pair in pairwise(paths) if pair[0] >= pair[1]] == [], "one after the other"


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
    return set(re.findall(r"\*\*([MVRDOPSH]\d+)\*\*", SPEC))


def quoted() -> dict[str, set[str]]:
    """Ids that tests quote in their names: `test_V3_…`, and promises `V3_…`."""
    found: dict[str, set[str]] = {}
    for path in sorted((TOP / "tests").rglob("*")):
        if path.suffix not in (".py", ".mjs", ".js") or "node_modules" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        names = re.findall(r"def (\w+)\(", text) + re.findall(r"\btest\(\s*['\"`]([^'\"`]+)", text)
        for name in names:
            for one in re.findall(r"(?:^|[_ ,:])([MVRDOPSHI]\d{1,2})(?=[_ ,:])", name):
                found.setdefault(one, set()).add(named(path))
    return found


def test_every_id_a_test_quotes_stands_in_the_spec() -> None:
    ids = spec_ids() | {f"I{n}" for n in range(1, 16)}
    assert {one: where for one, where in quoted().items() if one not in ids} == {}


def test_every_id_that_code_and_readme_quote_stands_in_the_spec() -> None:
    """In brackets, as `(R28)` or `(V16, R31)`, after the word SPEC, or at the start of a docstring's line."""
    wrong = []
    for path in [*RULES, *SERVER, *SCRIPTS, TOP / "README.md", *sorted((TOP / "tests").rglob("*.py"))]:
        for line in path.read_text(encoding="utf-8").split("\n"):
            for one in re.findall(r"(?:SPEC |\((?:SPEC )?|\d, |\d-|\d: |\"\"\")([MVRDOPSH]\d{1,2})(?=[-),:.; ])", line):
                if one not in spec_ids():
                    wrong.append(f"{named(path)}: {one}")
    assert wrong == []


def test_ids_of_the_spec_are_given_once_and_without_gaps() -> None:
    given = re.findall(r"^- \*\*([MVRDOPSH]\d+)\*\*", SPEC, re.MULTILINE)
    assert len(given) == len(set(given))
    for letter in "MVRDOPSH":
        numbers = sorted(int(one[1:]) for one in given if one[0] == letter)
        assert numbers == list(range(1, len(numbers) + 1)), letter


def test_every_rule_of_the_spec_is_quoted_by_a_test() -> None:
    assert sorted(spec_ids() - set(quoted()), key=lambda one: (one[0], int(one[1:]))) == []


# The threat model

MARK = re.compile(r"\b([MVRDOPSH]\d+)\b")
SHAPE = re.compile(r"#+|- |\d+\. |\*\*|")


def threat_model(lang: str) -> list[str]:
    """The lines of the page that are not empty."""
    text = (TOP / "server" / "docs" / f"threat-model.{lang}.md").read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line]


def shape(line: str) -> str:
    """What a line is: a heading, an item, a label, or words."""
    found = SHAPE.match(line)
    return "" if found is None else found[0]


def test_the_threat_model_says_the_same_in_both_languages_and_names_rules_that_there_are() -> None:
    danish, english = threat_model("da"), threat_model("en")
    assert len(danish) == len(english)
    for one, other in zip(danish, english, strict=True):
        assert shape(one) == shape(other), (one, other)
        assert MARK.findall(one) == MARK.findall(other), (one, other)
        assert set(MARK.findall(one)) <= spec_ids(), one


@pytest.mark.parametrize(("lang", "never"), [("da", "**Kan ikke**"), ("en", "**Cannot**")])
def test_everything_that_nobody_can_do_by_the_threat_model_names_its_rule(lang: str, never: str) -> None:
    lines, under, found = threat_model(lang), "", 0
    for line in lines:
        under = line if line.startswith(("**", "#")) else under
        if under == never and line.startswith("- "):
            found += 1
            assert MARK.search(line), line
    assert found > 20
