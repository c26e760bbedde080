"""The texts of the demo: three workshops with examples from real ones.

Events, wishes, dilemmas, critique and dreams are from a Danish catalogue of workshop methods, shortened; years are
mostly invented. Texts marked "ours" are added so that a board is complete. All names are invented.

What may not live here: how the workshops are played (workshop.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Side = Literal["up", "down", "both"]
Fate = Literal["dissolved", "solved", "analysis", "paradox"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A participant: at the workshop, from home, or a leader who listens."""

    name: str
    remote: bool = False
    listens: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A note on the timeline, in a year or a lane beside the years."""

    lane: str
    side: Side
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A heading over some years."""

    first: int
    last: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dilemma:
    """A chosen dilemma: its notes by lane, and its fate."""

    text: str
    fate: Fate
    cells: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A history workshop. `groups` holds each group's notes by lane."""

    method: str
    title: str
    venue: str
    years: tuple[int, int]
    guests: tuple[Guest, ...]
    events: tuple[Event, ...]
    periods: tuple[Period, ...]
    groups: tuple[dict[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dilemmas:
    """A dilemma workshop: one chosen dilemma for each group, and those that were not chosen."""

    method: str
    title: str
    venue: str
    guests: tuple[Guest, ...]
    chosen: tuple[Dilemma, ...]
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Future:
    """A future workshop. Each step comes with the dream that it points at."""

    method: str
    title: str
    venue: str
    guests: tuple[Guest, ...]
    critique: tuple[str, ...]
    dreams: tuple[str, ...]
    steps: tuple[tuple[str, str], ...]


Script = History | Dilemmas | Future

HISTORY: Final = History(
    method="historievaerksted",
    title="Hvad har gjort en forskel for vores arbejdsmiljø gennem årene?",
    venue="Afsnit B4",
    years=(2016, 2027),
    guests=(
        Guest(name="Mette"),
        Guest(name="Jonas"),
        Guest(name="Amira"),
        Guest(name="Birthe"),
        Guest(name="Søren", remote=True),
        Guest(name="Fatima"),
        Guest(name="Kirsten"),
        Guest(name="Anders"),
        Guest(name="Ida", remote=True),
    ),
    events=(
        Event(lane="2016", side="down", text="Ny leder igen"),
        Event(lane="2017", side="down", text="Procedurer lavet om"),
        Event(lane="2018", side="down", text="Færre aktiviteter med beboere"),
        Event(lane="2018", side="down", text="Nye tunge patientgrupper"),
        Event(lane="2019", side="down", text="To afdelinger lagt sammen"),
        Event(lane="2019", side="both", text="Zonesystem, generalist før specialist"),
        Event(lane="2020", side="down", text="Covid-19"),
        Event(lane="2021", side="down", text="Leder længe sygemeldt"),
        Event(lane="2021", side="down", text="Patienter fra andre afdelinger (satellit)"),
        Event(lane="2022", side="down", text="Opsigelser og nye ledere"),
        Event(lane="2022", side="both", text="Ny strategi: ud-af-huset"),
        Event(lane="2022", side="down", text="Vagtplan laves om hele tiden"),
        Event(lane="2023", side="up", text="Ny ledergruppe beder om hjælp"),
        Event(lane="2023", side="up", text="To fremtidsværksteder"),
        Event(lane="2024", side="up", text="AMR valgt, TRIO i gang igen"),
        Event(lane="2024", side="up", text="Onsdagsmøde hver uge"),
        Event(lane="2025", side="both", text="Mange nye sygeplejersker"),
        Event(lane="2027", side="both", text="Flytning til supersygehus"),
        Event(lane="elsewhere", side="up", text="Nye ledere lyttede og fulgte op"),
    ),
    # Ours: the catalogue says that periods may get headings, not which.
    periods=(
        Period(first=2016, last=2019, text="Det ene nye efter det andet"),
        Period(first=2020, last=2022, text="Presset vokser"),
        Period(first=2023, last=2025, text="Vi kommer på fode igen"),
    ),
    groups=(
        {
            "strengths": ("Vi hjælper hinanden, når det brænder på",),  # ours
            "challenges": ("Vi hører om ændringer for sent",),  # ours
            "wishes": ("Sig forandringer i god tid", "Plads til at dele historien"),
        },
        {
            "strengths": ("Erfarne kolleger, der bliver",),  # ours
            "challenges": ("Mange nye på én gang",),  # ours
            "wishes": ("Aktiviteter med beboere igen", "Faste personalemøder"),
        },
        {
            "strengths": ("Vi er kommet i gang med at tale sammen",),  # ours
            "challenges": ("Vi ved ikke, hvad flytningen betyder for os",),  # ours
            "wishes": ("Gode vaner med i flytningen",),
        },
    ),
)

DILEMMAS: Final = Dilemmas(
    method="dilemmavaerksted",
    title="Hvilke dilemmaer står vi i, når vi gør vores arbejde?",
    venue="Hjemmeplejen, distrikt Nord",
    guests=(
        Guest(name="Lone"),
        Guest(name="Peter"),
        Guest(name="Yasmin"),
        Guest(name="Grethe"),
        Guest(name="Mikkel", remote=True),
        Guest(name="Hanne"),
        Guest(name="Omar"),
        Guest(name="Susanne"),
        Guest(name="Karen"),
        Guest(name="Thomas"),
        Guest(name="Ditte"),
    ),
    chosen=(
        Dilemma(
            text="Dokumentation er vigtig – men den tager tid fra kerneopgaven",
            fate="analysis",
            cells={
                "one": ("Dokumentation er vigtig",),
                "other": ("Den tager tid fra kerneopgaven",),
                "experience": ("Jeg skriver, mens borgeren gerne vil tale",),  # ours
                "context": (
                    "Krav udefra",
                    "It-systemer med faste trin",
                    "For lidt kontortid",
                    "Forventning om nærvær",
                ),
                "history": ("Registrering og tolkning ændres jævnligt", "Ledere vægter forskelligt"),
                "actions": ("Fast tid til at skrive", "Aftal, hvornår det er godt nok"),  # ours
            },
        ),
        Dilemma(
            text="Personalemødets dialog – eller tiden hos borgeren",
            fate="solved",
            cells={
                "one": ("Vi har brug for at tale sammen",),  # ours
                "other": ("Borgeren venter",),  # ours
                "experience": ("Vi går midt i det vigtige",),  # ours
                "context": ("Mødet ligger i den travle time",),  # ours
                "history": ("Mødet er blevet kortere år for år",),  # ours
                "actions": ("Ny mødestruktur",),
            },
        ),
        Dilemma(
            text="Følge instruksen – eller gøre det, situationen kræver",
            fate="paradox",
            cells={
                "one": ("Instruksen gør os trygge",),  # ours
                "other": ("Situationen er sjældent som i instruksen",),  # ours
                "experience": ("Uanset hvad jeg gør, kan det være forkert",),  # ours
                "context": ("Forskellige fag ser forskelligt på det",),  # ours
                "history": ("Der er kommet flere instrukser til",),  # ours
                "actions": ("Fast supervision",),
            },
        ),
        Dilemma(
            text="Kort overlevering – eller få det hele med",
            fate="dissolved",
            cells={
                "one": ("De mødte kan komme hurtigt i gang",),  # ours
                "other": ("Noget vigtigt kan gå tabt",),  # ours
                "experience": ("Jeg går hjem og er i tvivl",),  # ours
                "context": ("Nye og erfarne har brug for forskelligt",),
                "history": ("Vi har aldrig talt om, hvad der skal med",),  # ours
                "actions": ("Rolig overlevering i et fast rum",),
            },
        ),
    ),
    told=(
        "TRIO er uenig om, hvordan et belastende dilemma tackles",
        "Modsatte krav, som TRIO ikke kan løse (penge, rekruttering, organisering)",
        "Specialist og kontrol – eller service og synlighed",
        "Fleksibel bemanding – eller forudsigelig vagt",
        "Lette opgaver til mig – eller fælles ansvar for tunge patienter",
        "Patienten i centrum – men aflysninger og ventelister",
        "Hurtig handling – eller tid til fordybelse",
    ),
)

FUTURE: Final = Future(
    method="fremtidsvaerksted",
    title="Hvordan ser vores arbejdsplads ud, når den er bedst?",
    venue="Rygcentret",
    guests=(
        Guest(name="Lisbeth"),
        Guest(name="Rasmus"),
        Guest(name="Nadia"),
        Guest(name="Inger", remote=True),
        Guest(name="Bo"),
        Guest(name="Camilla"),
        Guest(name="Ahmed"),
        Guest(name="Tove"),
        Guest(name="Henrik (leder)", listens=True),
    ),
    critique=(
        "Vi bliver ikke hørt",
        "For lidt information fra ledelsen",
        "Aftaler holder ikke",
        "Aflyste operationer, fastende sendt hjem",
        "Patienterne svigtes, sloganet passer ikke",
        "Opgaver uden for vores speciale",
        "Ventelister og pres vokser",
        "Ingen synlig, fast leder",
        "Arbejdet afbrydes hele tiden",
    ),
    dreams=(
        "Flow i dagen",
        "Ro til at modtage patienter og familie",
        "Tid til spørgsmål og bekymringer",
        "Følge patienten hele vejen",
        "Stærkt fællesskab",
        "Gode vaner flytter med",
        "Ledere, der er til stede",
    ),
    # Which step belongs to which dream is ours.
    steps=(
        ("Færdigbehandlede udskrives til tiden", "Flow i dagen"),
        ("Stuegang planlægges bedre", "Flow i dagen"),
        ("Lægerne med i planlægningen", "Ro til at modtage patienter og familie"),
        ("Hjemmeplejen ringer selv og koordinerer", "Tid til spørgsmål og bekymringer"),
        ("Ledelsen svarer på hvert kritikpunkt", "Ledere, der er til stede"),
        ("Ugentligt møde til forslag", "Stærkt fællesskab"),
        ("Tal med de tværfaglige ledelsesudvalg", "Ledere, der er til stede"),
        ("Koordinering ved operationsplan", "Følge patienten hele vejen"),
        ("AMR vælges", "Stærkt fællesskab"),
    ),
)
