"""What two stories for tests are made of: points, links, circles with names, and places.

What may not live here: how they are put on a board (`story`).
"""

from __future__ import annotations

from typing import NamedTuple


class Points(NamedTuple):
    """Points on both sides; `rings`: those that lead to one another in a circle; `leads` and `slows`: chains.

    `names`: of a ring by its number, and which way people say it turns. `places`: x and y, of 1,000 each.
    """

    supports: list[str]
    strains: list[str]
    rings: list[list[str]]
    leads: list[list[str]]
    slows: list[list[str]]
    names: dict[str, tuple[int, str]]
    places: dict[str, tuple[int, int]]


CENTRES = ["Kommunikation, feedback og læring"]

TONE, LEAVE, BUSY, MEETINGS, QUARREL = (
    "Hård tone, »dem og os«", "Folk rejser", "Resten får travlt", "Teammøder aflyses", "Konflikter om dagens opgaver",
)  # fmt: skip
SUPERVISED, DARE, STAY = "Fast supervision", "Vi tør tale om det svære", "Nye falder til og bliver"
CHANGES, LEADERS, DEMANDS = "Mange forandringer på én gang", "Hyppige lederskift", "Høje følelsesmæssige krav"
PAIRS, FOCUS, COMPANY = "Makkerpar for nye", "Stort fokus på borgerne", "Godt kollegaskab"

SMALL = Points(
    supports=[SUPERVISED, DARE, STAY, PAIRS, FOCUS, COMPANY],
    strains=[TONE, LEAVE, BUSY, MEETINGS, QUARREL, CHANGES, LEADERS, DEMANDS],
    rings=[[TONE, LEAVE, BUSY, MEETINGS, QUARREL], [SUPERVISED, DARE, STAY]],
    leads=[[LEADERS, TONE], [CHANGES, TONE], [DEMANDS, QUARREL], [PAIRS, STAY], [FOCUS, COMPANY, DARE]],
    slows=[[STAY, LEAVE], [BUSY, PAIRS]],
    names={
        "Hård tone får folk til at rejse, og så får resten travlt": (0, "bad"),
        "Når vi tør tale om det svære, bliver de nye": (1, "good"),
    },
    places={
        TONE: (358, 282), LEAVE: (547, 462), BUSY: (462, 722), MEETINGS: (262, 728), QUARREL: (166, 504),
        SUPERVISED: (806, 264), DARE: (900, 610), STAY: (715, 610), LEADERS: (115, 184), CHANGES: (120, 282),
        DEMANDS: (100, 746), PAIRS: (606, 818), FOCUS: (752, 818), COMPANY: (906, 818),
    },
)  # fmt: skip

RINGS = [
    [TONE, LEAVE, BUSY, MEETINGS, QUARREL],
    [
        "Tunge vagter",
        "Kamp om de nemme opgaver",
        "Splittelse i gruppen",
        "Udmattelse",
        "Sygefravær",
        "Huller i planen",
    ],
    ["Folk resignerer", "Ledelsen styrer i detaljen", "Få løber stærkt"],
    ["Uforudsigelige uger", "Alle finder deres egen løsning"],
    [SUPERVISED, DARE, STAY, "Erfaring bliver i huset"],
    ["Vi giver hinanden feedback", "Vi lærer af fejl", "Fagligheden vokser", "Stolthed over arbejdet"],
]
LONG = (
    "Når der kommer nye borgere midt på ugen, ved ingen af os på forhånd, hvem der tager imod, og så bliver det den, "
    "der tilfældigvis er på vagt."
)
OTHERS_LEFT = [
    PAIRS, FOCUS, COMPANY, "Onsdagsmødet", "Tid til kerneopgaven", "Rolig overlevering i et fast rum", "Mentorordning",
    "Efteruddannelse", "Nyt punkt på teammødet", "En leder, der er til at få fat i", "Humor 🙂 i frokostpausen",
    "Klare aftaler om vagtplanen", "نساعد بعضنا في الأيام الصعبة", "Gode rutiner ved nat", "Tillid mellem faggrupper",
    "Et sted at tage bilen",
]  # fmt: skip
OTHERS_RIGHT = [
    CHANGES, LEADERS, DEMANDS, LONG, "Højt tempo", "Nye opgaver uden oplæring", "Arbejdspres", "Konkurrence om opgaver",
    "Dårlig stemning", "Mindre opbakning", "Manglende supervision", "Ingen rum til samtaler", "Arbejdstid i ubalance",
    "Uklare roller", "Dagens plan bliver en kampplads", "Svært at fastholde kolleger",
    "Både nye og erfarne er pressede", "Støj i åbne rum", "Nyt it-system", "Vikarer, der ikke kender huset",
]  # fmt: skip

MANY = Points(
    supports=[*RINGS[4], *RINGS[5], *OTHERS_LEFT],
    strains=[*RINGS[0], *RINGS[1], *RINGS[2], *RINGS[3], *OTHERS_RIGHT],
    rings=RINGS,
    leads=[
        [LEADERS, TONE], [CHANGES, "Højt tempo", TONE], [DEMANDS, QUARREL], [LONG, QUARREL],
        ["Nyt it-system", "Nye opgaver uden oplæring", "Arbejdspres", "Konkurrence om opgaver", "Dårlig stemning"],
        ["Dårlig stemning", "Mindre opbakning", "Svært at fastholde kolleger"], ["Arbejdspres", "Tunge vagter"],
        ["Huller i planen", "Vikarer, der ikke kender huset", "Både nye og erfarne er pressede"],
        ["Arbejdstid i ubalance", "Udmattelse"], ["Manglende supervision", "Folk resignerer"],
        ["Ingen rum til samtaler", "Manglende supervision"], ["Uklare roller", "Dagens plan bliver en kampplads"],
        ["Dagens plan bliver en kampplads", "Kamp om de nemme opgaver"], ["Støj i åbne rum", "Ingen rum til samtaler"],
        ["Få løber stærkt", "Uforudsigelige uger"], [LEADERS, "Uklare roller"], ["Højt tempo", "Uforudsigelige uger"],
        [PAIRS, STAY], [FOCUS, COMPANY, DARE], ["Mentorordning", STAY], ["Efteruddannelse", "Fagligheden vokser"],
        ["Onsdagsmødet", "Vi giver hinanden feedback"], ["Nyt punkt på teammødet", "Onsdagsmødet"],
        ["Tillid mellem faggrupper", "Vi giver hinanden feedback"], ["Humor 🙂 i frokostpausen", COMPANY],
        ["نساعد بعضنا في الأيام الصعبة", COMPANY], ["Tid til kerneopgaven", "Stolthed over arbejdet"],
        ["Gode rutiner ved nat", "Rolig overlevering i et fast rum", "Tillid mellem faggrupper"],
        ["En leder, der er til at få fat i", "Tid til kerneopgaven"], ["Vi lærer af fejl", "Stolthed over arbejdet"],
        [TONE, "Splittelse i gruppen"], ["Sygefravær", "Ledelsen styrer i detaljen"],
        ["Alle finder deres egen løsning", "Dårlig stemning"],
        [MEETINGS, "Ingen rum til samtaler"], ["Erfaring bliver i huset", "Vi lærer af fejl"],
        ["Humor 🙂 i frokostpausen", DARE],
        ["Et sted at tage bilen", STAY], ["Konkurrence om opgaver", "Kamp om de nemme opgaver"],
    ],
    slows=[
        [STAY, LEAVE], [BUSY, PAIRS], ["Klare aftaler om vagtplanen", "Uforudsigelige uger"],
        ["Mindre opbakning", COMPANY], ["Fast supervision", "Udmattelse"], ["Tillid mellem faggrupper", TONE],
        ["Højt tempo", "Vi lærer af fejl"], ["En leder, der er til at få fat i", "Ledelsen styrer i detaljen"],
        ["Stolthed over arbejdet", "Folk resignerer"], ["Arbejdspres", "Tid til kerneopgaven"],
    ],
    names={
        "Hård tone får folk til at rejse, og så får resten travlt": (0, "bad"),
        "De tunge vagter slider os fra hinanden": (1, "bad"),
        "Når vi tør tale om det svære, bliver de nye": (4, "good"),
        "Feedback gør os dygtigere": (5, "good"),
    },
    places={},
)  # fmt: skip
