"""The deck: cards in piles. Each pile is a declared lane with an id that is fixed, so that rules know it.

Holds what differs from `Form`. What may not live here: who draws or takes a card, and when (`rules`), and the cards
that lie face down, which are no notes yet (`Board.stack`).
"""

from board_schema.forms.form import Form
from board_schema.forms.scales import Faults
from board_schema.method import Sheet

OPEN, TALKED, SKIPPED = "open", "talked", "skipped"  # on the table now; talked about; put aside
GALLERY, TOLD, JOKERS = "gallery", "told", "jokers"  # turned at the end; taken and told; written by people
PILES = (OPEN, TALKED, SKIPPED, GALLERY, TOLD, JOKERS)


class DeckForm(Form):
    """Cards that were drawn or turned are notes without an author; where one lies says what happened to it."""

    name = "deck"
    has_cards = True

    def faults(self, sheet: Sheet) -> Faults:
        missing = [pile for pile in PILES if sheet.lane(pile) is None]
        faults: Faults = [(".per_group", "all share one deck: leave it out")] if sheet.per_group else []
        if missing:
            faults.append(("", f"a deck lies in piles: write a [[sheets.lanes]] with the id `{missing[0]}`"))
        return faults
