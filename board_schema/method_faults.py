"""Checks of a method beyond its types: missing translations, unknown ids, ids used twice.

A fault is a path in the file (`.rounds[2].lanes`) and what to write instead. What may not live here: line numbers
(`method_file`).
"""

from typing import Final, get_args, get_type_hints

from board_schema.board import Leader, Role
from board_schema.commands import characters
from board_schema.cycle_faults import faults_of_cycle
from board_schema.deck_faults import faults_of_decks, faults_of_round_cards
from board_schema.follow_faults import faults_of_follow
from board_schema.forms import FORMS, MADE, form_of
from board_schema.forms.scales import Faults
from board_schema.handing_faults import faults_of_handing
from board_schema.keep_faults import faults_of_keep
from board_schema.kind_faults import faults_of_lanes, may_be_up
from board_schema.link_faults import (
    faults_of_answer_links,
    faults_of_links,
    faults_of_round_links,
    never_linked,
)
from board_schema.mark_faults import (
    faults_of_example_marks,
    faults_of_marks,
    faults_of_round_marks,
    faults_of_rows,
    never_set,
)
from board_schema.method import GRANTS, Example, Grants, Lane, Method, Part, Round, Sheet
from board_schema.need_faults import faults_of_lane_needs
from board_schema.over_faults import faults_of_over
from board_schema.text_faults import repeated, untranslated

GRANTING: Final = tuple(name for name, kind in get_type_hints(Round, include_extras=True).items() if kind == Grants)
MOST_GROUPS: Final = 50  # that op `groups` makes
_BESIDE_PICKS: Final = tuple(name for name in GRANTING if name != "pick")


def faults_of(method: Method) -> Faults:
    """All faults of a method: untranslated texts, unknown and repeated ids, contradicting fields."""
    faults = _unknown_forms(method)
    if faults:
        return faults
    for name in (
        "title",
        "pitch",
        "asks",
        "unless",
        "heading",
        "leader_question",
        "leader_part",
        "leader_listen",
        "leader_told",
    ):
        faults += untranslated(f".{name}", getattr(method, name))
    for i, text in enumerate(method.before):
        faults += untranslated(f".before[{i}]", text)
    if not method.rounds:
        faults.append((".rounds", "write at least one [[rounds]]"))
    for answer in get_args(Leader):
        if method.rounds and not method.plan(answer):
            faults.append((".rounds[0].when_leader", f"no round is played with the leader answer `{answer}`"))
    faults += repeated(".sheets", [sheet.id for sheet in method.sheets])
    faults += repeated(".rounds", [item.id for item in method.rounds]) + _faults_of_picks(method)
    faults += _faults_of_answers(method) + faults_of_handing(method) + faults_of_lane_needs(method)
    faults += parts_faults(method) + faults_of_keep(method) + faults_of_cycle(method) + _faults_of_ahead(method)
    for i, sheet in enumerate(method.sheets):
        faults += _faults_of_about(f".sheets[{i}]", sheet, method) + faults_of_over(f".sheets[{i}]", sheet, method)
        faults += _sheet_faults(f".sheets[{i}]", sheet) + _faults_of_examples(f".sheets[{i}]", sheet, method)
        faults += faults_of_marks(f".sheets[{i}]", sheet) + faults_of_links(f".sheets[{i}]", sheet)
    faults += _scale_faults(method)
    for i, item in enumerate(method.rounds):
        faults += _round_faults(f".rounds[{i}]", item, method)
    faults += faults_of_decks(method) + faults_of_rows(method)
    # Last: a kind misspelt in a round is said to be that.
    faults += [] if faults else faults_of_answer_links(method) + never_set(method) + never_linked(method)
    low, high = method.group_size
    if not 1 <= low <= high:
        faults.append((".group_size", "write [smallest, largest], such as [2, 4]"))
    if method.groups is not None and not 2 <= method.groups[0] <= method.groups[1] <= method.groups[2] <= MOST_GROUPS:
        faults.append((".groups", f"write [fewest, usual, most], such as [2, 4, 8], at most {MOST_GROUPS}"))
    return faults


def _sheet_faults(path: str, sheet: Sheet) -> Faults:
    faults = untranslated(f"{path}.title", sheet.title)
    faults += repeated(f"{path}.lanes", [lane.id for lane in sheet.lanes])
    if sheet.lane(MADE) and form_of(sheet).makes_lanes(sheet):
        faults.append((f"{path}.lanes", f"`{MADE}` in a round means the lanes of the scale: give this lane another id"))
    ids = {lane.id for lane in sheet.lanes}
    for j, lane in enumerate(sheet.lanes):
        at = f"{path}.lanes[{j}]"
        faults += untranslated(f"{at}.title", lane.title)
        if lane.hint:
            faults += untranslated(f"{at}.hint", lane.hint)
        for other in lane.after:
            if other not in ids:
                faults.append((f"{at}.after", f"there is no lane `{other}` on this sheet"))
        if lane.id in _waited_for(sheet, lane):
            faults.append((f"{at}.after", "this lane waits for itself, and so would never open"))
        faults += _field_faults(at, lane)
        if lane.place and not form_of(sheet).places:
            faults.append((f"{at}.place", f"a {sheet.form} has no places: leave it out"))
    return faults + [(path + field, problem) for field, problem in form_of(sheet).faults(sheet)]


def _faults_of_about(path: str, sheet: Sheet, method: Method) -> Faults:
    """R43: sheets that are named and that are none, or of which every group has its own."""
    faults: Faults = []
    for j, lane in enumerate(sheet.lanes):
        for name in lane.about:
            there = method.sheet(name)
            if there is None:
                faults.append((f"{path}.lanes[{j}].about", f"there is no sheet `{name}`"))
            elif there.per_group:
                what = f"every group has a `{name}` of its own: name a sheet that all share, or leave it out"
                faults.append((f"{path}.lanes[{j}].about", what))
    return faults


def _scale_faults(method: Method) -> Faults:
    """A board keeps where one scale begins and ends: sheets whose scales need that have the same."""
    kept = [(i, sheet) for i, sheet in enumerate(method.sheets) if form_of(sheet).scale(sheet)]
    faults: Faults = []
    for i, sheet in kept[1:]:
        above = kept[0][1]
        if sheet.scale != above.scale:
            faults.append(
                (f".sheets[{i}].scale", f'a sheet above has scale = "{above.scale}": write the same, or stages')
            )
            continue
        for name, here, there in (
            ("from", sheet.first, above.first),
            ("to", sheet.last, above.last),
            ("step", sheet.step, above.step),
            ("back", sheet.back, above.back),
        ):
            if here != there:
                value = f'"{there}"' if isinstance(there, str) else there
                faults.append((f".sheets[{i}].{name}", f"a workshop has one line: write {name} = {value}, as above"))
    return faults


def _field_faults(path: str, lane: Lane) -> Faults:
    faults = repeated(f"{path}.fields", [field.id for field in lane.fields])
    for k, field in enumerate(lane.fields):
        at = f"{path}.fields[{k}]"
        faults += untranslated(f"{at}.title", field.title)
        faults += repeated(f"{at}.options", [option.id for option in field.options])
        for n, option in enumerate(field.options):
            faults += untranslated(f"{at}.options[{n}].title", option.title)
        if (field.kind == "choice") != (len(field.options) > 1):
            faults.append((f"{at}.options", 'write two or more options where kind = "choice", and none elsewhere'))
        if field.none_word:
            faults += untranslated(f"{at}.none_word", field.none_word)
            if field.kind != "date":
                faults.append((f"{at}.none_word", "is what people say for no date: leave it out of other kinds"))
    return faults


def _faults_of_examples(path: str, sheet: Sheet, method: Method) -> Faults:
    faults: Faults = []
    form = form_of(sheet)
    if sheet.examples and not form.makes_lanes(sheet):
        what = "are for lanes that the form makes, such as years: write them under a [[sheets.lanes]]"
        faults.append((f"{path}.examples", what))
    places: list[tuple[str, tuple[Example, ...], int]] = [(path, sheet.examples, method.limit)]
    places += [(f"{path}.lanes[{j}]", each.examples, each.limit or method.limit) for j, each in enumerate(sheet.lanes)]
    for at, examples, limit in places:
        for k, example in enumerate(examples):
            here = f"{at}.examples[{k}]"
            faults += untranslated(here, {"da": example.da, "en": example.en})
            if max(characters(example.da), characters(example.en)) > limit:
                faults.append((here, f"is longer than the {limit} characters that a note has there: shorten it"))
            faults += faults_of_example_marks(here, example, sheet)
    return faults


def _unknown_forms(method: Method) -> Faults:
    known = ", ".join(FORMS)
    return [
        (f".sheets[{i}].form", f"`{sheet.form}` may not stand here; write one of: {known}")
        for i, sheet in enumerate(method.sheets)
        if sheet.form not in FORMS
    ]


def _waited_for(sheet: Sheet, lane: Lane) -> set[str]:
    """All lanes that must hold a note before this one may, directly (`after`) or through other lanes."""
    found: set[str] = set()
    ask = list(lane.after)
    while ask:
        name = ask.pop()
        if name not in found:
            found.add(name)
            there = sheet.lane(name)
            ask += there.after if there else ()
    return found


def _round_faults(path: str, item: Round, method: Method) -> Faults:
    faults = untranslated(f"{path}.title", item.title) + untranslated(f"{path}.instruction", item.instruction)
    if item.say:
        faults += untranslated(f"{path}.say", item.say)
    if item.pad:
        faults += untranslated(f"{path}.pad", item.pad)
        if not method.scribe:
            faults.append((f"{path}.pad", "is read by scribes only: write scribe = true above the first [[sheets]]"))
    if item.ask_all and not item.questions:
        faults.append((f"{path}.ask_all", "there are no questions for everybody: write questions = […]"))
    for k, question in enumerate(item.questions):
        faults += untranslated(f"{path}.questions[{k}]", question)
    for field in GRANTING:
        faults += grants_faults(f"{path}.{field}", getattr(item, field), method)
    for field in ("mark", "link"):
        for kind, grants in getattr(item, field).items():
            faults += grants_faults(f"{path}.{field}.{kind}", grants, method)
    faults += _prompts_faults(path, item, method)
    if not item.sheet:
        about = (*GRANTING, "lanes", "beside", "needs", "show_groups", "mark", "link", "fixed", "version")
        needs = next((field for field in about if getattr(item, field)), None)
        if item.cycle and (needs or item.see != "own"):
            what = "is about one sheet, and a round with `cycle` about all: leave it out"
            faults.append((f"{path}.{needs or 'see'}", what))
        elif needs or item.see != "own":
            faults.append((f"{path}.sheet", f"is missing: write sheet = …, which `{needs or 'see'}` is about"))
        return faults
    sheet = method.sheet(item.sheet)
    if sheet is None:
        return [*faults, (f"{path}.sheet", f"there is no sheet `{item.sheet}`")]
    faults += faults_of_lanes(f"{path}.lanes", sheet, item.lanes)
    faults += _faults_of_beside(f"{path}.beside", item, method)
    faults += _faults_of_needs(f"{path}.needs", item, sheet, method)
    if item.set and not any(lane.fields for lane in sheet.lanes):
        faults.append((f"{path}.set", f"no lane of the sheet `{sheet.id}` has [[sheets.lanes.fields]]: leave it out"))
    faults += faults_of_round_marks(path, item, sheet, method) + faults_of_round_links(path, item, sheet)
    if item.gather and not form_of(sheet).gathers:
        faults.append((f"{path}.gather", f"notes of a {sheet.form} are not gathered: leave gather out"))
    if item.see == "own" and item.reveal != "none":
        faults.append((f"{path}.reveal", 'with see = "own" nothing is raised: write reveal = "none"'))
    if item.reveal == "on_turn" and item.turn == "none":
        faults.append((f"{path}.turn", 'reveal = "on_turn" needs a turn: people, in_group or groups'))
    if form_of(sheet).places and (item.reveal not in ("none", "on_write") or item.place):
        field = "place" if item.place else "reveal"
        what = 'what is written on a map is up at once: write reveal = "on_write", or nothing of it'
        faults.append((f"{path}.{field}", what))
    faults += faults_of_round_cards(path, item, sheet) + _faults_of_version(path, item, sheet, method)
    faults += faults_of_follow(path, item, sheet, [each.id for each in method.rounds])
    if item.turn == "in_group" and not item.group:
        faults.append((f"{path}.group", 'turn = "in_group" needs group = true'))
    return faults


def _faults_of_version(path: str, item: Round, sheet: Sheet, method: Method) -> Faults:
    """R44: a round is about the latest version of a map, and what is written in it names elements of that."""
    shown = method.sheet(item.version)
    if not item.version:
        return []
    if shown is None or not form_of(shown).places:
        maps = ", ".join(each.id for each in method.sheets if form_of(each).places) or "none: this method has no map"
        return [(f"{path}.version", f"there is no map `{item.version}`; write one of: {maps}")]
    if not any(item.version in lane.about for lane in sheet.lanes):
        what = f'nothing on `{sheet.id}` is about it: write about = ["{item.version}"] in a lane of `{sheet.id}`'
        return [(f"{path}.version", what)]
    return []


def _faults_of_ahead(method: Method) -> Faults:
    """R37: the round that people may write for before the day is one of private notes."""
    if not method.ahead:
        return []
    item = next((item for item in method.rounds if item.id == method.ahead), None)
    if item is None:
        return [(".ahead", f"there is no round `{method.ahead}`: write the id of one, or leave it out")]
    if not item.private or not item.sheet:
        what = f'in `{item.id}` nobody writes for themselves: name a round with write = ["own"] that reveals later'
        return [(".ahead", what)]
    return []


def _faults_of_beside(path: str, item: Round, method: Method) -> Faults:
    """V17: lanes that cannot stay in sight, and those in which nobody could see anything by then."""
    faults: Faults = []
    named = [each.sheet for each in item.beside]
    for k, each in enumerate(item.beside):
        at = f"{path}[{k}]"
        sheet = method.sheet(each.sheet)
        if sheet is None:
            faults.append((f"{at}.sheet", f"there is no sheet `{each.sheet}`"))
            continue
        problem = ""
        if sheet.id == item.sheet:
            problem = f"the round is about `{sheet.id}`, which is in sight: name another sheet, or leave this out"
        elif sheet.id in named[:k]:
            problem = f"`{sheet.id}` stands here twice: write its lanes in one list"
        elif sheet.per_group:
            problem = f"every group has a `{sheet.id}` of its own: name a sheet that all share, or leave this out"
        elif not form_of(sheet).stays_beside:
            problem = f"a note of a {sheet.form} says nothing away from it: name a sheet of another form"
        if problem:
            faults.append((f"{at}.sheet", problem))
        for name in () if problem else each.lanes:
            if sheet.lane(name) is None:
                known = ", ".join(lane.id for lane in sheet.lanes) or "none: it declares no lanes"
                faults.append((f"{at}.lanes", f"sheet `{sheet.id}` has no lane `{name}`; write one of: {known}"))
            elif not may_be_up(method.rounds[: method.rounds.index(item)], sheet, name):
                what = f"before this round nothing in `{name}` is seen by others than its writer: leave it out"
                faults.append((f"{at}.lanes", what))
    return faults


def _faults_of_needs(path: str, item: Round, sheet: Sheet, method: Method) -> Faults:
    """R31: lanes that a round needs and that nobody can have filled by then, so that nobody could leave it; with
    whichever answer to the leader question, on which it depends which rounds are played.
    """
    plans = (method.plan(leader) for leader in item.when_leader or get_args(Leader))
    return next((found for plan in plans if (found := _needed_in(path, item, sheet, plan))), [])


def _needed_in(path: str, item: Round, sheet: Sheet, plan: tuple[Round, ...]) -> Faults:
    faults: Faults = []
    so_far = [each for each in plan[: plan.index(item) + 1] if each.sheet == sheet.id]
    raises = [each for each in so_far if each.place or each.reveal in ("by_facilitator", "on_round")]
    writes = [each for each in so_far if each.write and each.reveal == "on_write"]
    moves = [each for each in so_far if each.move and (raises or writes)]
    for name in item.needs:
        lane = sheet.lane(name)
        fills = [each for each in (*raises, *writes, *moves) if not each.lanes or name in each.lanes]
        if lane is None or (item.lanes and name not in item.lanes):
            faults.append((path, f"`{name}` is not among the lanes of this round: write one that is"))
        elif not fills:
            what = 'write write = ["facilitator"] and reveal = "on_write" in it, or leave this out'
            faults.append((path, f"nobody can leave this round: no note can be up in `{name}` by then; {what}"))
        elif any(f.required for f in lane.fields) and not (raises or moves or any(each.set for each in so_far)):
            what = 'write set = ["facilitator"] in it, or leave `required` out'
            faults.append((path, f"nobody can leave this round: nobody may answer what `{name}` requires; {what}"))
    return faults


def _faults_of_picks(method: Method) -> Faults:
    """R29: one sheet of columns that all share, on which nothing lies but what is picked."""
    sheet = method.picks
    if sheet is None:
        return []
    at = method.sheets.index(sheet)
    faults: Faults = []
    if sheet.per_group or not form_of(sheet).takes_picks:
        what = 'holds what is picked: write form = "columns", and leave per_group out'
        faults.append((f".sheets[{at}].form", what))
    for i, item in enumerate(method.rounds):
        if item.pick and item.sheet != sheet.id:
            faults.append((f".rounds[{i}].sheet", f"what is picked lies on one sheet: write `{sheet.id}`"))
        for name in (*_BESIDE_PICKS, "mark", "link") if item.sheet == sheet.id else ():
            if getattr(item, name):
                what = f"only picked notes lie on `{sheet.id}`, and `pick` says who changes them: leave it out"
                faults.append((f".rounds[{i}].{name}", what))
    return faults


def _faults_of_answers(method: Method) -> Faults:
    """R38: one lane beside the picked notes, for answers to those of other lanes there, which no round opens."""
    faults: Faults = []
    first = ""
    for i, sheet in enumerate(method.sheets):
        for j, lane in enumerate(sheet.lanes):
            at = f".sheets[{i}].lanes[{j}].answers"
            if not lane.answers:
                continue
            if method.picks is None or sheet.id != method.picks.id:
                where = (
                    f"write it in a lane of `{method.picks.id}`" if method.picks else "write a round with `pick` first"
                )
                faults.append((at, f"a leader answers what was picked: {where}, or leave it out"))
                continue
            if first:
                faults.append((at, f"one lane is enough for the leader's answers, and `{first}` is it: leave it out"))
            first = first or lane.id
            for name in lane.answers:
                if name == lane.id or sheet.lane(name) is None:
                    others = ", ".join(each.id for each in sheet.lanes if not each.answers)
                    faults.append((at, f"`{name}` may not stand here; write one of: {others}"))
            faults += [
                (f".rounds[{k}].{field}", f"`{lane.id}` is opened by the close, for the leader: take it out here")
                for k, item in enumerate(method.rounds)
                for field in ("lanes", "needs")
                if item.sheet == sheet.id and lane.id in getattr(item, field)
            ]
    return faults


def grants_faults(path: str, grants: Grants, method: Method) -> Faults:
    """Faults of a list of grants: words that are neither a kind of people nor a part of this method."""
    faults: Faults = []
    for k, grant in enumerate(grants):
        part = method.part(grant)
        if grant in GRANTS:
            continue
        if part is None:
            known = ", ".join((*GRANTS, *(each.id for each in method.parts)))
            faults.append((f"{path}[{k}]", f"`{grant}` may not stand here; write one of: {known}"))
        elif "write" not in part.may:
            what = f'part `{grant}` may not write: take it out here, or write may = ["write"] at the part'
            faults.append((f"{path}[{k}]", what))
    return faults


def parts_faults(method: Method) -> Faults:
    """Faults of the parts: such as one that nobody can hold."""
    faults = repeated(".parts", [part.id for part in method.parts])
    rest = [part.id for part in method.parts if part.rest]
    needed = sum(part.count[0] for part in method.parts if part.alone)
    for i, part in enumerate(method.parts):
        path = f".parts[{i}]"
        faults += untranslated(f"{path}.title", part.title)
        if part.say:
            faults += untranslated(f"{path}.say", part.say)
        if part.id in (*GRANTS, *get_args(Role)):
            faults.append((f"{path}.id", f"`{part.id}` is a kind of people already: write another id"))
        if part.rest and part.id != rest[0]:
            what = f"nobody can hold this part: everybody without a part has `{rest[0]}`; leave `rest` out"
            faults.append((f"{path}.rest", what))
        faults += _count_faults(path, part, method.people[1], needed)
        if "listen" in part.may and len(part.may) > 1:
            faults.append((f"{path}.may", 'who listens does nothing else: write may = ["listen"]'))
        if part.rest and "lead" in part.may:
            faults.append((f"{path}.may", "everybody without a part would go on to other rounds: leave `lead` out"))
    return faults


def _count_faults(path: str, part: Part, people: int, needed: int) -> Faults:
    low, high = part.count
    if part.rest:
        if part.count == (0, 1) and not part.hand and not part.alone:
            return []
        what = "everybody without a part has this one, it is handed to nobody: leave `count`, `hand`, `alone` out"
        return [(f"{path}.rest", what)]
    if high < 1:
        return [(f"{path}.count", "nobody can hold this part: write [least, most], such as [1, 1]")]
    if low > high:
        return [(f"{path}.count", "write [least, most], such as [1, 2]")]
    if max(low, needed if part.alone else 0) > people:
        return [(f"{path}.count", f"nobody can hold this part when {people} people come: write a smaller number")]
    return []


def _prompts_faults(path: str, item: Round, method: Method) -> Faults:
    faults: Faults = []
    for name, said in item.prompts.items():
        at = f"{path}.for.{name}"
        if method.part(name) is None:
            faults.append((f"{path}.for", f"there is no part `{name}`: write it as [[parts]], or take this out"))
        for field in ("instruction", "hint"):
            if text := getattr(said, field):
                faults += untranslated(f"{at}.{field}", text)
        for field in ("questions", "words"):
            for k, text in enumerate(getattr(said, field)):
                faults += untranslated(f"{at}.{field}[{k}]", text)
    return faults
