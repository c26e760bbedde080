"""Tokens, codes, links, the house key, failures: pure, with the clock passed in."""

from __future__ import annotations

import ipaddress
import socket
from collections import Counter

import pytest

from server.doors import access, callers, failures
from server.doors.access import Renewals
from server.doors.failures import Failures
from server.doors.hosts import Hosts, own_names

SECRET = b"s" * 32
WORDS = ("agurk", "bølge", "cykel", "drage")


def test_S7_a_token_has_128_bits_and_its_digest_says_nothing() -> None:
    token = access.text_of(bytes(range(16)))
    assert len(token) == 22
    assert token not in access.digest(token)
    assert access.digest(token) == access.digest(token)
    assert len({access.digest(access.text_of(bytes([i]) * 16)) for i in range(50)}) == 50


def test_S7_H5_keys_of_boards_and_renewals_differ_and_each_is_renewed_by_itself() -> None:
    def made(board: str = "b1", secret: bytes = SECRET, **renewals: int | None) -> access.Keys:
        return access.keys(secret, board, renewals=Renewals(**renewals))

    one = made()
    assert one == made()
    assert len(set(_all(one))) == 4
    joined, heard, walled = made(join=1), made(listen=1), made(wall=1)
    assert not {joined.code, joined.join} & {one.code, one.join}
    assert (joined.listen, joined.wall) == (one.listen, one.wall)
    assert _all(heard) == [one.code, one.join, heard.listen, one.wall]
    assert heard.listen != one.listen
    assert _all(walled) == [one.code, one.join, one.listen, walled.wall]
    assert walled.wall != one.wall
    assert (made(listen=None).listen, made(wall=None).wall) == ("", "")
    for keys in (made(board="b2"), made(secret=b"t" * 32)):
        assert not set(_all(keys)) & set(_all(one))


def _all(keys: access.Keys) -> list[str]:
    return [keys.code, keys.join, keys.listen, keys.wall]


def test_codes_are_three_words_of_a_list_that_gives_30_bits() -> None:
    words = access.words()
    assert len(set(words)) == len(words)
    assert len({access.plain_code(word) for word in words}) == len(words)
    assert len(words) ** access.WORDS_IN_CODE > 2**30
    assert len(access.keys(SECRET, "b", renewals=Renewals()).code.split("-")) == 3


def test_two_words_of_a_code_that_are_heard_as_one_can_be_told_apart() -> None:
    words = set(access.words())
    pairs = Counter(one + other for one in words for other in words)
    assert not {pair for pair, ways in pairs.items() if ways > 1}
    assert not {word for word in words if access.plain_code(word) in pairs}


def test_a_code_of_an_earlier_release_is_made_of_the_words_of_its_time() -> None:
    before, now = access.words(access.WORDS_BEFORE), access.words()
    assert len(before) == 1168
    assert [word for word in before if word in now] == list(now)
    old = access.keys(SECRET, "board", renewals=Renewals(words=access.WORDS_BEFORE))
    assert old.code == "medvind-sangbog-akvarel"


def test_a_typed_code_is_cut_off_before_it_is_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    folded: list[int] = []
    monkeypatch.setattr(access, "folded", lambda text: folded.append(len(text)) or text)
    assert access.plain_code("a" * 16_000) == "a" * 200
    assert folded == [200]


@pytest.mark.parametrize(
    "typed",
    ["agurk-cykel-boelge", "AGURK cykel  Bølge", "agurk·cykel·bølge", " agurk.cykel,bølge!", "agurk/cykel/BO\u0308LGE"],
)
def test_a_code_is_known_with_any_separator_and_case(typed: str) -> None:
    known = access.look_up(SECRET, "agurk-cykel-bølge", kind="code")
    assert access.look_up(SECRET, typed, kind="code") == known


def test_a_look_up_tells_codes_from_links_and_houses_apart() -> None:
    found = {
        access.look_up(SECRET, "agurk", kind="code"),
        access.look_up(SECRET, "agurk", kind="join"),
        access.look_up(b"t" * 32, "agurk", kind="code"),
        access.look_up(SECRET, "Agurk", kind="join"),
    }
    assert len(found) == 4
    access.look_up(SECRET, "\ud800" * 500, kind="code")


def test_the_house_key_is_known_in_any_case_and_an_empty_one_never_fits() -> None:
    assert access.key_fits("abcd efgh-jkmnpqrs", key="ABCD-EFGH-JKMN-PQRS")
    assert not access.key_fits("abcd", key="ABCD-EFGH-JKMN-PQRS")
    assert not access.key_fits("", key="")
    assert not access.key_fits(None, key="ABCD-EFGH-JKMN-PQRS")


def test_H2_only_failures_count_and_only_for_ten_minutes() -> None:
    counted = Failures()
    for i in range(60):
        assert counted.pause("a", now=i) == 0
        counted.add("a", now=i)
    assert counted.pause("a", now=100) > 0
    assert counted.pause("b", now=100) == 0
    for _ in range(1_000):
        counted.add("a", now=100)
    assert counted.pause("a", now=100) <= 5, "slowed, never locked out"
    assert counted.pause("a", now=failures.WINDOW + 1) == 0
    counted.forget_old(now=failures.WINDOW + 1)
    assert len(counted) == 0


def test_H2_failures_of_very_many_addresses_do_not_fill_the_memory() -> None:
    counted = Failures()
    for i in range(failures.MOST_ADDRESSES + 500):
        counted.add(f"a{i}", now=i)
    assert len(counted) <= failures.MOST_ADDRESSES


PROXIES = [ipaddress.ip_network("10.0.0.0/24")]


@pytest.mark.parametrize(
    ("peer", "headers", "address", "here"),
    [
        ("127.0.0.1", {}, "127.0.0.1", True),
        ("::1", {}, "::1", True),
        ("::ffff:127.0.0.1", {}, "127.0.0.1", True),
        ("192.168.1.7", {}, "192.168.1.7", False),
        # Nobody is believed who was not named.
        ("192.168.1.7", {"x-forwarded-for": "127.0.0.1"}, "192.168.1.7", False),
        ("127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, "127.0.0.1", False),
        ("127.0.0.1", {"forwarded": "for=203.0.113.9"}, "127.0.0.1", False),
        # A named proxy is, for the hop nearest to it.
        ("10.0.0.1", {"x-forwarded-for": "203.0.113.9"}, "203.0.113.9", False),
        ("10.0.0.1", {"x-forwarded-for": "127.0.0.1, 203.0.113.9"}, "203.0.113.9", False),
        ("10.0.0.1", {"x-forwarded-for": "203.0.113.9, 10.0.0.2"}, "203.0.113.9", False),
        ("10.0.0.1", {"x-forwarded-for": "127.0.0.1"}, "127.0.0.1", False),
        ("10.0.0.1", {"x-forwarded-for": "nonsense"}, "10.0.0.1", False),
        ("10.0.0.1", {"x-forwarded-for": "203.0.113.9, unknown"}, "10.0.0.1", False),
        ("10.0.0.1", {"x-forwarded-for": "203.0.113.9, unknown, 10.0.0.2"}, "10.0.0.2", False),
        ("10.0.0.1", {"x-forwarded-for": "203.0.113.9:4711"}, "203.0.113.9", False),
        ("10.0.0.1", {"x-forwarded-for": "[2001:db8::7]:4711"}, "2001:db8::7", False),
        ("10.0.0.1", {}, "10.0.0.1", False),
        ("", {}, "", False),
    ],
)
def test_who_calls(peer: str, headers: dict[str, str], address: str, here: bool) -> None:
    caller = callers.caller(peer, headers.items(), scheme="http", proxies=PROXIES)
    assert (caller.address, caller.here) == (address, here)


@pytest.mark.parametrize(
    ("lines", "address"),
    [
        (["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
        (["198.51.100.1, 198.51.100.2", "203.0.113.9, 10.0.0.2"], "203.0.113.9"),
        (["203.0.113.9", "10.0.0.2", "10.0.0.3"], "203.0.113.9"),
        (["203.0.113.9", ""], "10.0.0.1"),
    ],
)
def test_H2_all_lines_of_a_forwarded_address_are_one_list_and_read_from_the_right(
    lines: list[str], address: str
) -> None:
    """The caller writes the first lines; a proxy adds one of its own, or adds to the last."""
    headers = [("host", "x"), *(("x-forwarded-for", line) for line in lines)]
    assert callers.caller("10.0.0.1", headers, scheme="http", proxies=PROXIES).address == address


@pytest.mark.parametrize(
    "name",
    ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port", "forwarded", "x-real-ip", "via"],
)
def test_H4_nobody_is_local_whose_request_a_proxy_has_passed_on(name: str) -> None:
    assert not callers.caller("127.0.0.1", [(name, "1.1 front")], scheme="http", proxies=()).here
    assert callers.caller("127.0.0.1", [("viaduct", "x")], scheme="http", proxies=()).here
    assert not callers.caller("127.0.0.1", [], scheme="http", proxies=(), version="1.0").here


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("", "x", False),
    ],
)
def test_H2_what_counts_is_an_address_or_the_64_of_one(one: str, other: str, same: bool) -> None:
    first, second = (callers.caller(peer, [], scheme="http", proxies=()).network for peer in (one, other))
    assert (first == second) is same


def hosts(public_url: str | None = "https://tavle.example.dk") -> Hosts:
    """A house on a computer called `kontor`, whose one interface has the address 192.168.1.7."""
    return Hosts(public_url=public_url, names=("kontor", "kontor.local"), addresses=lambda: ["192.168.1.7"])


@pytest.mark.parametrize(
    ("headers", "token", "own"),
    [
        ({"sec-fetch-site": "same-origin", "host": "kontor:8000"}, False, True),
        ({"sec-fetch-site": "none", "host": "kontor:8000"}, False, True),
        ({"sec-fetch-site": "same-origin", "host": "evil.example"}, True, False),
        ({"sec-fetch-site": "cross-site", "host": "kontor:8000"}, True, False),
        ({"sec-fetch-site": "same-site", "origin": "http://kontor:8000", "host": "kontor:8000"}, True, False),
        ({"origin": "http://kontor:8000", "host": "kontor:8000"}, False, True),
        ({"origin": "http://kontor:8001", "host": "kontor:8000"}, True, False),
        ({"origin": "null", "host": "kontor:8000"}, True, False),
        ({"origin": "https://tavle.example.dk", "host": "tavle.example.dk"}, False, True),
        ({"origin": "https://tavle.example.dk", "host": "kontor:8000"}, False, True),
        ({"origin": "https://tavle.example.dk", "host": "inside:8000"}, False, False),
        # A stranger's name that was made to lead here.
        ({"origin": "http://evil.example:8000", "host": "evil.example:8000"}, True, False),
        (
            {"origin": "https://evil.example", "host": "evil.example", "sec-fetch-site": "same-origin"},
            True,
            False,
        ),
        ({"host": "kontor:8000"}, True, True),
        ({"host": "anything"}, True, False),
        ({"host": "kontor:8000"}, False, False),
        ({}, False, False),
    ],
)
def test_H1_unsafe_calls_come_from_our_own_pages_or_bring_a_token(
    headers: dict[str, str], token: bool, own: bool
) -> None:
    assert hosts().own_page(headers, has_token=token) is own


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("localhost:8000", True),
        ("LOCALHOST", True),
        ("tavle.localhost:8000", True),
        ("127.0.0.1:8000", True),
        ("[::1]:8000", True),
        ("192.168.1.7", True),
        ("192.168.1.7:80", True),  # whatever port leads here
        ("[::ffff:192.168.1.7]:8000", True),
        ("kontor:8000", True),
        ("Kontor.local.", True),
        ("tavle.example.dk", True),
        ("tavle.example.dk:443", True),
        ("tavle.example.dk:8000", False),  # another server of that computer
        ("192.168.1.8:8000", False),
        ("0.0.0.0:8000", False),
        ("[2001:db8::1]", False),
        ("evil.example:8000", False),
        ("kontor.evil.example", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("127.0.0.1@evil.example", False),
        ("localhost:80:80", False),
        ("localhost/", False),
        ("evil.example localhost", False),
        ("", False),
    ],
)
def test_H4_a_host_is_own_where_no_stranger_can_point_it_at_us(host: str, own: bool) -> None:
    assert hosts().own(host) is own


@pytest.mark.parametrize(
    ("arrived", "host"),
    [
        ("10.1.1.1", "10.1.1.1:8000"),
        ("2001:db8::1", "[2001:db8::1]:8000"),
        ("::ffff:10.1.1.1", "10.1.1.1"),
        ("fe80::1%eth0", "[fe80::1]:8000"),
    ],
)
def test_H4_an_address_that_a_connection_came_in_at_is_own(arrived: str, host: str) -> None:
    known = hosts(None)
    assert not known.own(host, arrived="127.0.0.1")
    assert known.own(host, arrived=arrived)
    assert known.own(host), "for the next request too, whichever way that comes"
    assert not known.own("10.1.1.2", arrived=arrived)


@pytest.mark.parametrize(
    ("host", "certain"),
    [
        ("localhost:8000", True),
        ("127.0.0.1:8000", True),
        ("[::1]:8000", True),
        ("192.168.1.7", True),
        ("tavle.example.dk", False),
        ("kontor:8000", False),
        ("kontor.local.", False),
        ("evil.example:8000", False),
        ("", False),
    ],
)
def test_H4_a_name_that_the_network_can_give_to_another_opens_nothing_without_a_key(host: str, certain: bool) -> None:
    assert hosts(None).certain(host) is certain
    assert not hosts().certain(host), "a public address: what comes from here may have come through a proxy"


def test_H4_an_address_that_the_server_was_told_to_listen_on_is_no_name() -> None:
    assert Hosts(public_url=None, names=own_names("127.0.0.1")).certain("127.0.0.1:8000")


def test_H4_this_computers_names_are_its_own() -> None:
    names = own_names("tavle.hospital.dk")
    assert "tavle.hospital.dk" in names
    assert socket.gethostname().lower().partition(".")[0] in names
    assert "" not in names


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("Bearer " + "a" * 22, "a" * 22),
        ("bearer " + "a" * 22, "a" * 22),
        ("Basic " + "a" * 22, None),
        ("Bearer", None),
        ("Bearer short", None),
        ("Bearer " + "a" * 100, None),
        ("", None),
        (None, None),
    ],
)
def test_a_bearer_token_is_read_from_its_header_alone(header: str | None, token: str | None) -> None:
    assert access.bearer(header) == token


def test_a_code_whose_words_are_run_together_is_known() -> None:
    listed = access.words()
    for at in range(0, len(listed) - 2, 7):
        code = listed[at : at + 3]
        assert access.plain_code("".join(code)) == " ".join(code) == access.plain_code(f"{code[0]} {code[1]}{code[2]}")
    assert access.plain_code("nogethelt") == "nogethelt"


def test_of_a_wrong_code_it_is_known_which_words_are_in_no_code() -> None:
    one, other, third = access.words()[:3]
    assert access.unknown_words(f"{one} {other} {third}") == []
    assert access.unknown_words(f"{one} {other}x {third}") == [1]
    assert access.unknown_words("q w e") == [0, 1, 2]
    old = next(iter(set(access.words(access.WORDS_BEFORE)) - set(access.words())))
    assert access.unknown_words(f"{old} {other} {third}") == [], "codes of earlier releases had more words"
