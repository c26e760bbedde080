"""Checks of decks in a method file, and of what rounds say about cards (M6).

What may not live here: line numbers (`method_file`), and the piles of a sheet (`forms.deck`).
"""

from board_schema.commands import characters
from board_schema.forms import form_of
from board_schema.forms.scales import Faults
from board_schema.method import Deck, Method, Round, Sheet
from board_schema.text_faults import repeated, untranslated

LONGEST_CARD = 140  # characters


def faults_of_decks(method: Method) -> Faults:
    faults = repeated(".decks", [deck.id for deck in method.decks])
    for i, deck in enumerate(method.decks):
        faults += faults_of_deck(f".decks[{i}]", deck)
    for i, sheet in enumerate(method.sheets):
        if form_of(sheet).has_cards and not method.themes:
            faults.append((f".sheets[{i}].form", "a deck needs cards: write a [[decks]] with id, title and cards"))
    return faults


def faults_of_deck(path: str, deck: Deck) -> Faults:
    """Faults of a deck: missing translations, no cards, a card that is too long or stands there twice."""
    faults = untranslated(f"{path}.title", deck.title)
    if not deck.cards:
        faults.append((f"{path}.cards", "there is no card: write cards = [ { da = …, en = …, tone = … }, … ]"))
    texts = [card.da for card in deck.cards]
    for k, card in enumerate(deck.cards):
        here = f"{path}.cards[{k}]"
        faults += untranslated(here, {"da": card.da, "en": card.en})
        if max(characters(card.da), characters(card.en)) > LONGEST_CARD:
            faults.append((here, f"is longer than {LONGEST_CARD} characters, which nobody reads aloud: shorten it"))
        if card.da in texts[:k]:
            faults.append((here, "the same card stands here twice: take one out"))
    return faults


def faults_of_round_cards(path: str, item: Round, sheet: Sheet) -> Faults:
    """Faults of a round's grants about cards."""
    faults: Faults = []
    for field in ("prepare", "draw", "claim"):
        if getattr(item, field) and not form_of(sheet).has_cards:
            faults.append((f"{path}.{field}", 'is about cards: the round needs a sheet with form = "deck"'))
    if item.draw and item.turn != "ring":
        faults.append((f"{path}.turn", 'who draws is next to the last: write turn = "ring"'))
    if item.claim and item.turn != "none":
        faults.append((f"{path}.turn", "all choose a card at once: leave it out, and let a round for telling follow"))
    return faults
