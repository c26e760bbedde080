"""Stores that want a password, and stores behind TLS: one server, a master under a sentinel, a cluster.

What each is guarded by is what README says. Every server announces the address of a door that lets in by TLS and
without (tls.py), so the same servers are reached by `redis…` and by `rediss…`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from server import store
from server.process.probe import StoreError, probe
from server.store.address import redis_address
from tests.machine.chaos.crowd import Member, crowd
from tests.machine.several import QUICK, Server, free_ports
from tests.machine.talk import PLACE, call, join, new_workshop
from tests.machine.test_start import refused, serving
from tests.machine.test_store import new_board
from tests.machine.tls import Certificates, Fronts, certificates, fronts
from tests.machine.waiting import in_the_end, until

ROOT = "hemmelig-rod"  # the default user's
PASSWORD = "p/w?d#1@:%"  # every sign that means something in an address
OWN = "vagt/@:1"  # the sentinels'
# What README says that a user of Tavle's must be allowed to do.
RIGHTS = "~tavle:* &tavle:* +@all -@admin -@dangerous +info +role"
KINDS = ("one", "sentinel", "cluster")


@dataclass
class Guarded:
    """Servers of each kind, all with passwords, all behind doors that speak TLS."""

    hosts: dict[str, str]  # by kind: what stands between the @ and the end
    certificates: Certificates
    doors: Fronts
    servers: dict[str, list[Server]]

    def url(
        self, kind: str, *, tls: bool, user: str = "tavle", password: str = PASSWORD, own: str = OWN, more: str = ""
    ) -> str:
        scheme = ("rediss" if tls else "redis") + ("" if kind == "one" else f"+{kind}")
        options = [f"ssl_ca_certs={quote(str(self.certificates.authority))}"] if tls and not more else []
        options += [more] if more else []
        options += [f"sentinel_password={quote(own, safe='')}"] if kind == "sentinel" and own else []
        query = "?" + "&".join(options) if options else ""
        return f"{scheme}://{user}:{quote(password, safe='')}@{self.hosts[kind]}{query}"


def started(folder: Path, name: str, port: int, *lines: str, sentinel: bool = False) -> Server:
    conf = folder / f"{name}.conf"
    guards = (
        [f'requirepass "{OWN}"', f'sentinel sentinel-pass "{OWN}"']
        if sentinel
        else [
            *(f'{key} "{value}"' for key, value in QUICK.items() if key != "bind"),
            f'requirepass "{ROOT}"',
            f'primaryauth "{ROOT}"',
            f"user tavle on >{PASSWORD} {RIGHTS}",
        ]
    )
    conf.write_text("\n".join([f"port {port}", "bind 127.0.0.1", *guards, *lines]) + "\n", encoding="utf-8")
    words = [str(conf), "--sentinel"] if sentinel else [str(conf)]
    return Server(folder / name, port, words, password=OWN if sentinel else ROOT)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("guarded")
    signed = certificates(folder / "certificates")
    with contextlib.ExitStack() as stack:
        doors = stack.enter_context(fronts(signed))
        ports = free_ports(7)
        front = [doors.port() for _ in range(5)]
        alone, watched, sentinel, *two = ports[:5]

        def run(name: str, port: int, *lines: str, **more: bool) -> Server:
            server = started(folder, name, port, *lines, **more)
            stack.callback(server.end)
            return server

        servers = {"one": [run("one", alone)], "sentinel": [run("watched", watched)]}
        for door, port in zip(front, (alone, watched, sentinel, *two), strict=True):
            doors.lead(door, to=port)
        lines = [
            f"sentinel monitor tavle 127.0.0.1 {front[1]} 1",
            f'sentinel auth-pass tavle "{ROOT}"',
            f"sentinel announce-port {front[2]}",
        ]
        servers["sentinel"].append(run("sentinel", sentinel, *lines, sentinel=True))
        cluster = [
            run(
                f"node-{i}",
                port,
                "cluster-enabled yes",
                f"cluster-port {ports[5 + i]}",
                "cluster-config-file nodes.conf",
                f"cluster-announce-port {front[3 + i]}",
                "cluster-announce-ip 127.0.0.1",
                f"cluster-announce-bus-port {ports[5 + i]}",
            )
            for i, port in enumerate(two)
        ]
        servers["cluster"] = cluster
        for server, (first, last) in zip(cluster, [(0, 8191), (8192, 16383)], strict=True):
            server.say("CLUSTER", "ADDSLOTSRANGE", first, last)
        cluster[0].say("CLUSTER", "MEET", "127.0.0.1", two[1], ports[6])

        def whole() -> bool:
            return all("state:ok" in s.say("CLUSTER", "INFO") and len(s.say("CLUSTER", "SLOTS")) == 2 for s in cluster)

        until(whole, what="a whole cluster")
        hosts = {
            "one": f"127.0.0.1:{front[0]}",
            "sentinel": f"127.0.0.1:{front[2]}/tavle",
            "cluster": f"127.0.0.1:{front[3]},127.0.0.1:{front[4]}",
        }
        yield Guarded(hosts, signed, doors, servers)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
async def test_a_user_with_the_rights_that_readme_lists_can_do_all_that_a_store_does(
    guarded: Guarded, kind: str, tls: bool
) -> None:
    secure, plain = guarded.doors.secure, guarded.doors.plain
    url = guarded.url(kind, tls=tls)
    assert probe(url).name == "Valkey"
    shelf = store.connect(url)
    await shelf.start()
    boards = [await new_board(shelf) for _ in range(6)]
    for board, head in boards:
        heard: list[object] = []
        await shelf.subscribe(board, heard.append)
        end = await shelf.append(board, after=head, entries=[b"a"])
        assert [e.data for e in await shelf.read(board, after=0)] == [b"first", b"a"]
        await shelf.snapshot(board, at=end, data=b"s", keep=1)
        await shelf.health.check(within=0)
        await shelf.doors.secret()
        assert await shelf.doors.register(board, digest=board, role="participant")
    await shelf.schedule.expired(now=1)
    await shelf.forget(boards[0][0])
    await shelf.close()
    # Every single connection, the sentinels' and the pub/sub one included, used the port that the address says.
    if tls:
        assert guarded.doors.secure > secure
    else:
        assert guarded.doors.secure == secure
        assert guarded.doors.plain > plain
    if tls and kind != "sentinel":  # a sentinel looks after its master without TLS, by the same door
        assert guarded.doors.plain == plain


@pytest.mark.parametrize("kind", KINDS)
async def test_a_workshop_on_a_store_with_a_password_behind_tls(guarded: Guarded, kind: str, tmp_path: Path) -> None:
    """The whole Tavle, and nothing that it prints holds a password."""
    environ = {"REDIS_URL": guarded.url(kind, tls=True)}
    with serving(data_dir=tmp_path / "data", environ=environ) as (process, printed, port):
        base = f"http://127.0.0.1:{port}"
        made = await new_workshop(base)
        way = await join(base, made["code"])
        async with crowd([Member(base, made), Member(base, way)]) as (lead, ann):
            assert await lead.do("round", to="critique") == ""
            ann.write("bag TLS", **PLACE)
            await ann.until(lambda: not ann.unanswered)
            assert await lead.do("reveal", sheet="columns", lane="critique") == ""
            await lead.until(lambda: [n["text"] for n in lead.notes.values()] == ["bag TLS"])
            server = guarded.servers[kind][0]
            server.say("CLIENT", "KILL", "TYPE", "pubsub")
            server.say("CLIENT", "KILL", "TYPE", "normal")  # every connection is made, and let in, anew
            assert await lead.do("setup", title="igen") == ""
            await ann.until(lambda: ann.view["board"]["title"] == "igen")
        assert (await call(base, "/ready")).status == 200
        process.terminate()
        rest, _ = process.communicate(timeout=20)
    for secret in (PASSWORD, OWN, quote(PASSWORD, safe=""), quote(OWN, safe="")):
        assert secret not in printed + rest.decode()


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_password_is_one_sentence_that_says_what_to_do(guarded: Guarded, kind: str, tmp_path: Path) -> None:
    sentence = refused(data_dir=tmp_path, environ={"REDIS_URL": guarded.url(kind, tls=False, password="forkert-kode")})
    assert "does not accept the password in REDIS_URL" in sentence
    assert "user:password@" in sentence
    assert "forkert" not in sentence


@pytest.mark.parametrize(
    ("kind", "change", "told"),
    [
        ("one", {"user": "", "password": ""}, "does not accept the password"),
        ("one", {"user": "nobody"}, "does not accept the password"),
        ("cluster", {"user": "", "password": ""}, "does not accept the password"),
        ("sentinel", {"own": ""}, r"The sentinel at redis://127\.0\.0\.1:\d+ does not accept .*sentinel_password="),
        ("sentinel", {"own": "forkert-kode"}, r"The sentinel at .*sentinel_password="),
        ("one", {"tls": True, "more": "ssl_cert_reqs=required"}, r"cannot be trusted \(.*ssl_ca_certs="),
        ("cluster", {"tls": True, "more": "ssl_cert_reqs=required"}, r"cannot be trusted \(.*ssl_ca_certs="),
        ("sentinel", {"tls": True, "more": "ssl_cert_reqs=required"}, r"sentinel at .* be trusted \(.*ssl_ca_certs="),
    ],
)  # fmt: skip
def test_what_is_missing_is_one_sentence_that_says_what_to_write(
    guarded: Guarded, kind: str, change: dict[str, str], told: str
) -> None:
    wish = {"tls": False, **change}
    url = guarded.url(kind, **wish)  # type: ignore[arg-type]
    with pytest.raises(StoreError, match=told) as caught:
        probe(url)
    for secret in (PASSWORD, quote(PASSWORD, safe=""), OWN, "forkert"):
        assert secret not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_certificate_for_another_name_is_refused_until_one_says_that_it_may_be(guarded: Guarded) -> None:
    url = guarded.url("one", tls=True).replace("127.0.0.1", "localhost")  # which the certificate does not hold
    with pytest.raises(StoreError, match="ssl_check_hostname=false"):
        probe(url)
    assert probe(url + "&ssl_check_hostname=false").name == "Valkey"
    assert probe(guarded.url("one", tls=True, more="ssl_cert_reqs=none")).name == "Valkey"


def test_a_server_that_speaks_no_tls_is_said_to_speak_none(guarded: Guarded) -> None:
    server = guarded.servers["one"][0]
    ca = quote(str(guarded.certificates.authority))
    with pytest.raises(StoreError, match="redis instead of rediss"):
        probe(f"rediss://:x@127.0.0.1:{server.port}?ssl_ca_certs={ca}", patience=0.5)


def test_a_user_without_the_rights_is_told_so_and_not_that_nobody_answers(guarded: Guarded) -> None:
    server = guarded.servers["one"][0]
    server.say("ACL", "SETUSER", "gaest", "on", ">gaest", "+auth", "-@all")
    with pytest.raises(StoreError, match="rights that README lists"):
        probe(f"redis://gaest:gaest@127.0.0.1:{server.port}")


@pytest.mark.parametrize(
    "url",
    [
        "redis://:hem/melig@host:6379",
        "redis://:hem?melig@host:6379",
        "redis://:hem#melig@host:6379",
        "redis://navn:12/melig@host:6379",
        "redis://navn:hem[melig@host:6379",
        "redis+cluster://:hem/melig@host:6379",
        "redis+sentinel://:hem/melig@host:6379/tavle",
        "redis+sentinel://:hem#melig@host:6379/tavle",
    ],
)
def test_a_password_with_signs_that_are_not_written_out_is_never_repeated(url: str) -> None:
    with pytest.raises(ValueError, match="%2F %3F %23") as caught:
        redis_address(url)
    with pytest.raises(StoreError) as told:
        probe(url)
    for sentence in (str(caught.value), str(told.value), repr(caught.value)):
        assert "hem" not in sentence
        assert "melig" not in sentence


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("redis://h?max_connections=9999", "max_connections"),
        ("redis://h?protocol=3", "protocol"),
        ("redis://h?password=hemmelig", "password"),
        ("redis://h?ssl_ca_certs=/x", "rediss://"),
        ("rediss://h?ssl_ca_certs=/no/such/file", "/no/such/file"),
        ("rediss://h?ssl_cert_reqs=optional", "ssl_cert_reqs"),
        ("rediss://h?ssl_check_hostname=perhaps", "ssl_check_hostname"),
        ("redis://h?sentinel_password=hemmelig", "sentinel_password"),
        ("redis://h?db=to", "db"),
        ("redis+cluster://h?db=2", "Cluster"),
    ],
)
def test_an_option_that_would_change_what_tavle_relies_on_is_refused_by_name(query: str, told: str) -> None:
    with pytest.raises(ValueError, match="REDIS_URL") as caught:
        redis_address(query)
    assert told in str(caught.value)
    assert "hemmelig" not in str(caught.value)


def test_nothing_that_holds_an_address_shows_its_password() -> None:
    for url in (
        "redis://u:hemmelig@h",
        "redis+sentinel://u:hemmelig@h/t?sentinel_password=hemmelig",
        "redis+cluster://u:hemmelig@h",
    ):
        assert "hemmelig" not in repr(redis_address(url))


@pytest.mark.parametrize("kind", KINDS)
async def test_a_password_that_is_changed_under_way_is_a_store_that_is_away_until_it_fits_again(
    guarded: Guarded, kind: str
) -> None:
    """No line and no reason ever says the password, and nobody has to start Tavle anew when it fits again."""
    shelf = store.connect(guarded.url(kind, tls=False))
    await shelf.start()
    board, head = await new_board(shelf)
    servers = guarded.servers[kind][: 2 if kind == "cluster" else 1]
    for server in servers:
        server.say("ACL", "SETUSER", "tavle", "resetpass", ">en-anden")
        server.say("CLIENT", "KILL", "TYPE", "pubsub")
        server.say("CLIENT", "KILL", "USER", "tavle")
    with pytest.raises(store.StoreAway) as caught:
        await shelf.append(board, after=head, entries=[b"a"])
    assert PASSWORD not in str(caught.value)
    for server in servers:
        server.say("ACL", "SETUSER", "tavle", "resetpass", f">{PASSWORD}")
    end = await in_the_end(lambda: shelf.append(board, after=head, entries=[b"a"]), unless=store.StoreAway)
    assert end.version == head.version + 1
    await shelf.close()


def test_the_rights_that_readme_lists_hold_every_command_that_is_sent(guarded: Guarded) -> None:
    """Also those that only a store with replicas sends, or one that is on its way to another."""
    readme = (Path(store.__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert f"on >password {RIGHTS}`" in readme
    server = guarded.servers["one"][0]
    for words in (
        ("WAIT", 1, 100), ("EVAL", "return 1", 1, "tavle:{x}:log"), ("EVALSHA", "x" * 40, 1, "tavle:{x}:log"),
        ("SPUBLISH", "tavle:{x}:bell", ""), ("SSUBSCRIBE", "tavle:{x}:bell"), ("SUBSCRIBE", "tavle:house"),
        ("WATCH", "tavle:x"), ("MULTI",), ("EXEC",), ("CLUSTER", "SLOTS"), ("ROLE",), ("INFO",), ("ASKING",),
        ("XTRIM", "tavle:x", "MINID", "1"), ("ZRANGEBYSCORE", "tavle:due", 0, 1), ("SET", "tavle:x", "1", "PX", 1),
    ):  # fmt: skip
        assert server.say("ACL", "DRYRUN", "tavle", *words) == "OK", words
    for words in (
        ("FLUSHALL",), ("CONFIG", "GET", "*"), ("KEYS", "*"), ("SHUTDOWN",), ("GET", "others"), ("ACL", "LIST"),
        ("SUBSCRIBE", "others"), ("DEBUG", "SLEEP", 1), ("SLAVEOF", "x", 1),
    ):  # fmt: skip
        assert server.say("ACL", "DRYRUN", "tavle", *words) != "OK", words
