"""T12, B5: requests of odd shapes.

One request is one request, whatever it claims; nothing it says of itself is believed that only a proxy of ours may say;
and none of it is worth a line in the log.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Iterator

import pytest

from tests.machine.chaos.houses import Running, running
from tests.machine.chaos.raw import upgrade
from tests.machine.talk import GUARD, call, join, new_workshop

NEXT = b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
POST = b"POST /api/look HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def unused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A Tavle in which nobody has made so many workshops that strangers must wait."""
    with running(tmp_path_factory.mktemp("unused") / "data") as started:
        yield started


async def answers(port: int, data: bytes) -> list[int]:
    """The status of every answer to some bytes, until the other end closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    async with asyncio.timeout(GUARD):
        try:
            told = await reader.read()
        except ConnectionError:
            told = b""
    writer.close()
    return [int(code) for code in re.findall(rb"HTTP/1\.1 (\d{3})", told)]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + NEXT, [400]),
        (POST + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + NEXT, [400]),
        (POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x" + NEXT, [400]),
        (POST + b"Content-Length: +2\r\n\r\n{}" + NEXT, [400]),
        (POST + b"Content-Length : 2\r\n\r\n{}" + NEXT, [400]),
        (POST + b"Content-Length: 0x2\r\n\r\n{}" + NEXT, [400]),
        (POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + NEXT, [400]),
        (POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + NEXT, [400]),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" + NEXT, [400, 200]),  # an honest one
        (POST + b"Content-Length: 2\r\n\r\n{}" + NEXT, [400, 200]),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n" + NEXT, [400]),
        (b"GET /health HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n" + NEXT, [400]),
        (b"GET /health HTTP/1.1\r\n\r\n" + NEXT, [400]),
        (b"GET /health HTTP/1.1\r\nHost: x\r\nA: b\x00c\r\n\r\n" + NEXT, [400]),
        (b"CONNECT evil:443 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" + NEXT, [404]),
        (b"GET http://evil.example/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", [404]),
        (upgrade("b")[:-2] + b"Content-Length: 100\r\n\r\n" + NEXT, [400]),
        (upgrade("b")[:-2] + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + NEXT, [400]),
    ],
)
async def test_T12_a_request_that_could_be_read_in_two_ways_is_not_read(
    tavle: Running, data: bytes, said: list[int]
) -> None:
    begin = len(tavle.printed)
    got = await answers(tavle.port, data)
    assert got in (said, []) if said == [400] else got == said
    assert "ERROR" not in tavle.printed[begin:]
    assert tavle.printed[begin:] == "", "a line in the log for each: whoever sends many fills the disk"


async def test_T12_a_sender_that_goes_in_the_middle_of_a_body_is_no_error(tavle: Running) -> None:
    begin = len(tavle.printed)
    for kind in (b"application/json", b"application/msgpack"):
        path = b"/api/look" if kind.endswith(b"json") else b"/stream/x/up"
        request = POST.replace(b"/api/look", path).replace(b"application/json", kind)
        _, writer = await asyncio.open_connection("127.0.0.1", tavle.port)
        writer.write(request + b"Content-Length: 900\r\n\r\nabc")
        await writer.drain()
        writer.transport.abort()
    assert (await call(tavle.base, "/health")).status == 200
    assert tavle.printed[begin:] == ""


@pytest.mark.parametrize("path", ["/join/", "/about/it/", "/b/x/"])
async def test_B5_a_page_never_sends_anybody_to_the_host_that_a_request_names(tavle: Running, path: str) -> None:
    answer = await call(tavle.base, path, headers={"Host": "evil.example"})
    assert (answer.status, answer.headers.get("location")) == (421, None)
    answer = await call(tavle.base, path)
    assert answer.headers["location"] == path.rstrip("/")
    for odd in ("//evil.example/join/", "/\\evil.example/", "//evil.example/%2e%2e/join/"):
        answer = await call(tavle.base, odd)
        assert "evil" not in answer.headers.get("location", "")


@pytest.mark.parametrize(
    "said",
    [
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Forwarded-For": "::1"},
        {"X-Forwarded-For": "203.0.113.9, 127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"X-Real-IP": "127.0.0.1"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
        {"Host": "127.0.0.1.evil.example", "Origin": "http://127.0.0.1.evil.example"},
        {"Host": "localhost.evil.example", "Origin": "http://localhost.evil.example"},
        {"Host": "127.0.0.1@evil.example", "Origin": "http://127.0.0.1@evil.example"},
        {"Host": "localhost:80:80", "Origin": "http://localhost:80:80"},
    ],
    ids=str,
)
async def test_B1_no_header_makes_a_stranger_one_who_sits_at_this_computer(
    unused: Running, said: dict[str, str]
) -> None:
    """Without TAVLE_TRUSTED_PROXY what is forwarded is never believed: then the house key is asked for. Under a name
    that others' DNS can point here nothing is changed at all (H4)."""
    answer = await call(unused.base, "/api/workshops", body={"method": "fremtidsvaerksted"}, headers=said)
    assert (answer.status, answer.json) == (403, {"error": "origin" if "Host" in said else "need_key"})
    assert (await call(unused.base, "/metrics", headers=said)).json == answer.json


BOMBS = {
    "lists in lists": b"[" * 16_000,
    "maps in maps": b'{"code":' * 2_000,
    "a number of 16,000 digits": b'{"code":' + b"9" * 16_000 + b"}",
    "a float beyond all": b'{"method":"fremtidsvaerksted","from":1e999999}',
    "no number": b'{"method":"fremtidsvaerksted","from":NaN,"to":Infinity}',
    "a year below all": b'{"method":"fremtidsvaerksted","from":-99999999999999999999}',
    "a key twice": b'{"code":"a","code":{"code":1}}',
    "a prototype": b'{"__proto__":{"code":"a"},"constructor":{"prototype":{}}}',
    "another encoding": '{"code":"æ"}'.encode("utf-16"),
    "half a character": b'{"code":"\xc3',
    "nothing": b"",
    "no map": b'["code"]',
    "a body too long": b'{"code":"' + b"a" * 17_000 + b'"}',
    "words without end": b'{"code":"' + b"ord-" * 3_900 + b'"}',
}


@pytest.mark.parametrize("body", BOMBS.values(), ids=BOMBS.keys())
async def test_T12_whatever_json_comes_is_answered_in_a_plain_word(tavle: Running, body: bytes) -> None:
    made = await new_workshop(tavle.base)
    begin = len(tavle.printed)
    of = f"/api/board/{made['board']}"
    for path in ("/api/look", "/api/join", "/api/workshops", f"{of}/door", f"{of}/return"):
        answer = await call(tavle.base, path, raw=body, token=made["token"])
        assert answer.status < 500
        told = {"error", "unknown"} if answer.status == 404 else {"error"}  # which words of a code are none of ours
        assert answer.status in (200, 201) or {"error"} <= set(answer.json) <= told, (path, answer.body)
    made_too = re.compile(r".* board [0-9a-f]{8} was created \(\w+\)")
    assert [line for line in tavle.printed[begin:].splitlines() if not made_too.fullmatch(line)] == []


ODD_PATHS = (
    "/static/../server/app.py", "/static/..%2f..%2fREADME.md", "/static/%2e%2e/%2e%2e/README.md", "/static//etc/passwd",
    "/static/0123456789abcdef/../build.py", "/static/build.py", "/static/package.json", "/static/tsconfig.json",
    "/static/js/types.d.ts", "/static/node_modules/lit-html/package.json", "/static/%00",
    "/static/js\\..\\..\\README.md", "/static/phone.html", "/static/node.lock", "/about/it%00",
    "/about/..%2f..%2fREADME", "/about/it.da", "/console/../metrics", "/docs", "/openapi.json", "/.git/config", "/.env",
)  # fmt: skip


@pytest.mark.parametrize("path", ODD_PATHS)
async def test_B5_no_path_leads_to_a_file_that_is_not_meant_for_browsers(tavle: Running, path: str) -> None:
    answer = await call(tavle.base, path)
    assert (answer.status, answer.json) == (404, {"error": "no_page"})


async def test_B5_etherpad_an_export_of_anothers_or_before_its_time_says_only_why_not(tavle: Running) -> None:
    """CVE-2015-2298 and CVE-2018-9325: exports of any pad; 1.8.15: the read-only one held the writable's name."""
    made, other = await new_workshop(tavle.base), await new_workshop(tavle.base)
    way = await join(tavle.base, made["code"])
    for form in ("svg", "png", "pdf", "md", "csv", "json"):
        for query in ("", "?size=../../etc/passwd", "?lang=..%2f..", "?board=" + other["board"]):
            path = f"/api/board/{made['board']}/export/t.{form}{query}"
            for token, status, error in (
                (way["token"], 403, "round"), (made["wall"], 403, "round"),
                (other["token"], 403, "no_access"), (secrets.token_urlsafe(16), 403, "no_access"),
                ("", 401, "no_access"),
            ):  # fmt: skip
                answer = await call(tavle.base, path, token=token)
                assert (answer.status, answer.json) == (status, {"error": error}), (path, answer.body[:50])
        answer = await call(tavle.base, f"/api/board/{made['board']}/export/t.{form}", token=made["token"])
        assert answer.status == 200
        for secret in (made["token"], made["wall"], way["token"], made["code"], made["board"]):
            assert secret.encode() not in answer.body, form


async def test_T14_every_body_has_a_size_and_nobody_waits_for_more(tavle: Running) -> None:
    """16 KiB of JSON, 64 KiB of frames; a length that claims more is answered before more has come."""
    made = await new_workshop(tavle.base)
    of = f"/api/board/{made['board']}"
    for path in ("/api/look", "/api/join", "/api/workshops", f"{of}/door", f"{of}/return"):
        for size, over in ((16 * 1024, False), (16 * 1024 + 1, True), (20_000, True)):
            body = b'{"code":"' + b" " * (size - 11) + b'"}'
            answer = await call(tavle.base, path, raw=body, token=made["token"])
            assert (answer.status == 413) is over, (path, size, answer.body)
    head = POST + b"Content-Length: 4000000000\r\n\r\n" + b" " * 20_000
    reader, writer = await asyncio.open_connection("127.0.0.1", tavle.port)
    writer.write(head)
    async with asyncio.timeout(GUARD):
        assert b" 413 " in await reader.readline()
    writer.close()
