"""Labels of exports in both languages.

What may not live here: texts of methods (in their files), and texts of screens (static/text).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final, Literal

Lang = Literal["da", "en"]

_MONTHS: Final[dict[Lang, tuple[str, ...]]] = {
    "da": (
        *("januar", "februar", "marts", "april", "maj", "juni"),
        *("juli", "august", "september", "oktober", "november", "december"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}

_WORDS: Final[dict[str, dict[Lang, str]]] = {
    "fate": {"da": "Udfald", "en": "Outcome"},
    "group": {"da": "Gruppe", "en": "Group"},
    "chosen": {"da": "valgt", "en": "chosen"},
    "made_of": {"da": "ud fra {n} sedler", "en": "from {n} notes"},
    "comment": {"da": "Kommentar", "en": "Comment"},
    "periods": {"da": "Perioder", "en": "Periods"},
    "continued": {"da": "fortsat", "en": "continued"},
    "about": {"da": "Handler om", "en": "About"},
    "circles": {"da": "Cirkler", "en": "Circles"},
    "circles_gone": {"da": "Navne på cirkler, der ikke er der nu", "en": "Names of circles that are not there now"},
    "circle": {"da": "Cirkel", "en": "Circle"},
    "not_sorted": {"da": "Ikke sorteret endnu: {n}", "en": "Not sorted yet: {n}"},
    "until": {"da": "til {day}", "en": "until {day}"},
    "and_more": {"da": "og {n} mere", "en": "and {n} more"},
    "circle_on": {"da": "som {leads}", "en": "which {leads}"},
    "circle_again": {"da": "som igen {leads}", "en": "which again {leads}"},
    "circle_more": {"da": "Med i cirklen er også: {texts}", "en": "Also in the circle: {texts}"},
    # As static/text says them of versions on screens.
    "change_added": {"da": "Nyt: {text}", "en": "New: {text}"},
    "change_gone": {"da": "Ikke med længere: {text}", "en": "Not there any more: {text}"},
    "change_reworded": {
        "da": "Sagt på en ny måde: {text} (før: {before})",
        "en": "Put differently: {text} (before: {before})",
    },
    "change_moved": {"da": "Flyttet fra {lane} til {to}: {text}", "en": "Moved from {lane} to {to}: {text}"},
    "change_linked": {"da": "Ny forbindelse: {text} {how} {other}", "en": "New link: {text} {how} {other}"},
    "change_unlinked": {
        "da": "Ikke længere forbundet: {text} {how} {other}",
        "en": "No longer linked: {text} {how} {other}",
    },
    "quoted": {"da": "»{text}«", "en": "“{text}”"},
    "report": {"da": "Rapport over forløbet", "en": "Report on the programme"},
    "report_leader": {"da": "Forløbet, fortalt til ledelsen", "en": "The programme, told to the leaders"},
    "report_days": {
        "da": "Begyndt {began}. Som det stod {changed}.",
        "en": "Began on {began}. As it stood on {changed}.",
    },
    "report_where": {"da": "Her er vi", "en": "Where we are"},
    "report_coming": {"da": "Det næste", "en": "What comes next"},
    "report_until": {"da": "vi ser på det {day}", "en": "we look at it on {day}"},
    "report_version": {"da": "Udgave {n}, {day}", "en": "Version {n}, {day}"},
    "report_now": {"da": "Som den står nu", "en": "As it stands now"},
    "report_not_shown": {"da": "Den er ikke vist for kolleger endnu.", "en": "Colleagues have not been shown it yet."},
    "report_changes": {"da": "Det er anderledes end før", "en": "What is different from before"},
    "report_picture": {
        "da": "Billede: {title}. Det står med ord nedenfor.",
        "en": "Picture: {title}. It is told in words below.",
    },
    "report_links": {"da": "Andre forbindelser", "en": "Other links"},
    "report_answers": {"da": "Det svarede kolleger", "en": "What colleagues answered"},
    "report_said": {"da": "Det sagde kolleger", "en": "What colleagues said"},
    "report_before": {"da": "Før det", "en": "Before that"},
    "report_from": {"da": "Kommer fra", "en": "Comes from"},
    "lift_to": {"da": "Til {whom}", "en": "To: {whom}"},
    "lift_asked": {"da": "Det tager vi op", "en": "What we raise"},
    "lift_about": {"da": "Det handler om", "en": "What it is about"},
    "kind_circle": {"da": "cirkel", "en": "circle"},
    "empty": {"da": "Der står ingen sedler her.", "en": "There are no notes here."},
    "no_names": {"da": "Viser ikke, hvem der skrev hvad", "en": "Does not show who wrote what"},
    "deleted": {"da": "Slettes fra Tavle senest {day}", "en": "Deleted from Tavle by {day}"},
    "page": {"da": "Side {number} af {pages}", "en": "Page {number} of {pages}"},
    "kind_note": {"da": "seddel", "en": "note"},
    "kind_heading": {"da": "overskrift", "en": "heading"},
    "kind_row": {"da": "række", "en": "row"},
    "kind_gathering": {"da": "samling", "en": "gathering"},
    "csv_sheet": {"da": "ark", "en": "sheet"},
    "csv_lane": {"da": "felt", "en": "lane"},
    "csv_row": {"da": "række/gruppe", "en": "row/group"},
    "csv_marks": {"da": "mærke", "en": "mark"},
    "csv_kind": {"da": "slags", "en": "kind"},
    "csv_text": {"da": "tekst", "en": "text"},
    "csv_under": {"da": "samlet under", "en": "gathered under"},
    "csv_links": {"da": "forbundet med", "en": "linked to"},
    "csv_fate": {"da": "udfald", "en": "outcome"},
    "csv_answers": {"da": "svar", "en": "answers"},
    "csv_comments": {"da": "kommentarer", "en": "comments"},
    "csv_count": {"da": "antal sedler", "en": "notes"},
}


NO_DATE: Final = "none"  # the answer "no date" (SPEC R31)


def say(key: str, lang: Lang, **values: object) -> str:
    """The word for `key` in `lang`, with `values` filled in. Raises KeyError."""
    return _WORDS[key][lang].format(**values)


def made_of(count: int, lang: Lang) -> str:
    """Of how many notes a picked one is made; "" for one or none."""
    return say("made_of", lang, n=count) if count > 1 else ""


def day_of(milliseconds: int, *, offset: int | None = None) -> date | None:
    """The date of a time where clocks are `offset` minutes ahead of UTC (None: where this computer is).

    None for 0, which means never. Exports hold dates only, never times of day.
    """
    if milliseconds <= 0:
        return None
    zone = None if offset is None else timezone(timedelta(minutes=offset))
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC).astimezone(zone).date()


def spell(day: date, lang: Lang) -> str:
    """A date as text: "23. november 2026", "23 November 2026"."""
    dot = "." if lang == "da" else ""
    return f"{day.day}{dot} {_MONTHS[lang][day.month - 1]} {day.year}"
