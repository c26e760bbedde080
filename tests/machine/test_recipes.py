"""README's recipes: proxies with TLS in front of a Tavle, the systemd unit, the container."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import json
import os
import re
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgpack
import pytest
from websockets.asyncio.client import connect
from websockets.typing import Origin

from server.process.embedded import EmbeddedValkey
from server.process.handover import board_of
from server.settings import Settings
from tests.machine.conftest import start_house
from tests.machine.several import free_ports
from tests.machine.talk import call
from tests.machine.tls import certificates
from tests.machine.waiting import in_the_end

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
NAME = "tavle.example.dk"
PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))


def recipe(kind: str, word: str = "") -> str:
    """README's first block of that kind with `word` in it."""
    blocks = re.findall(rf"^```{kind}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    return next(block for block in blocks if word in block)


def test_the_page_for_the_it_department_has_the_same_recipes() -> None:
    for lang in ("da", "en"):
        page = (ROOT / f"server/docs/it.{lang}.md").read_text(encoding="utf-8")
        assert recipe("nginx", "server_name") in page
        assert recipe("caddy") in page


def nginx(folder: Path, *, port: int, behind: int) -> tuple[list[str], str]:
    server = (
        recipe("nginx", "server_name")
        .replace("listen 443", f"listen 127.0.0.1:{port}")
        .replace("/etc/ssl", str(folder))
        .replace("127.0.0.1:8000", f"127.0.0.1:{behind}")
    )
    paths = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = f"error_log {folder}/error.log; pid {folder}/pid; events {{}} http {{ {paths} {server} }}"
    return ["nginx", "-p", str(folder), "-c", str(folder / "config"), "-g", "daemon off;"], text


def caddy(folder: Path, *, port: int, behind: int) -> tuple[list[str], str]:
    site = (
        recipe("caddy")
        .replace(f"{NAME} {{", f"https://{NAME}:{port} {{\n bind 127.0.0.1\n tls {folder}/tavle.pem {folder}/tavle.key")
        .replace("127.0.0.1:8000", f"127.0.0.1:{behind}")
    )
    text = f"{{\n    admin off\n    auto_https disable_redirects\n    storage file_system {folder}\n}}\n{site}"
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "config")], text


def under_a_path(kind: Any, *, off: bool) -> Any:
    """A recipe as README changes it for an address with a path; `off`: the proxy takes the path off."""

    def changed(folder: Path, *, port: int, behind: int) -> tuple[list[str], str]:
        words, text = kind(folder, port=port, behind=behind)
        to = f"127.0.0.1:{behind}"
        if words[0] == "nginx":
            assert "begin nginx's\n  block with `location /tavle/ {`" in README
            assert "(`proxy_pass http://127.0.0.1:8000/;`)" in README
            text = text.replace("location / {", "location /tavle/ {")
            return words, text.replace(f"http://{to};", f"http://{to}/;") if off else text
        assert "`redir /tavle /tavle/`" in README
        assert "`handle /tavle/* { … }`" in README
        assert "`handle_path` takes the path off" in README
        name = "handle_path" if off else "handle"
        around = f"redir /tavle /tavle/\n {name} /tavle/* {{\n reverse_proxy {to}\n }}"
        return words, text.replace(f"reverse_proxy {to}", around)

    return changed


@contextlib.contextmanager
def proxy(kind: Any, folder: Path, *, port: int, behind: int) -> Iterator[None]:
    """A proxy of README's recipe in front of a Tavle; skips where its package is missing."""
    words, text = kind(folder, port=port, behind=behind)
    program = shutil.which(words[0], path=PATH)
    if program is None:
        pytest.skip(f"{words[0]} is not installed here")
    (folder / "config").write_text(text)
    with (folder / "printed").open("wb") as printed:
        running = subprocess.Popen([program, *words[1:]], stdout=printed, stderr=printed)
    try:
        yield
    finally:
        running.terminate()
        running.wait(20)


@dataclass
class Behind:
    """A Tavle with the settings of the recipes, and what a client of its proxy needs."""

    port: int  # the proxy's
    own: int
    folder: Path
    trusts: ssl.SSLContext
    path: str = ""  # of the public address

    @property
    def host(self) -> str:
        return f"{NAME}:{self.port}"

    async def ask(self, path: str, *, body: Any = None, origin: str = "") -> tuple[int, Any]:
        """One request through the proxy: status and JSON."""
        top, rest = await self.raw(self.path + path, body=body, origin=origin)
        return int(top.split()[1]), json.loads(rest)

    async def raw(self, path: str, *, body: Any = None, origin: str = "") -> tuple[bytes, bytes]:
        """One request through the proxy: the answer's head and its body."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, ssl=self.trusts, server_hostname=NAME)
        data = b"" if body is None else json.dumps(body).encode()
        origin = origin or f"https://{self.host}"
        lines = f"Host: {self.host}\r\nConnection: close\r\nContent-Length: {len(data)}\r\nOrigin: {origin}\r\n"
        head = f"{'GET' if body is None else 'POST'} {path} HTTP/1.1\r\nContent-Type: application/json\r\n{lines}\r\n"
        writer.write(head.encode() + data)
        answer = await reader.read()
        writer.close()
        top, _, rest = answer.partition(b"\r\n\r\n")
        if b"chunked" in top.lower():
            rest = b"".join(rest.split(b"\r\n")[1::2])
        return top, rest

    async def listens(self) -> None:
        """Return when the proxy answers."""

        async def healthy() -> None:
            try:
                status, _ = await self.ask("/health")
            except (ValueError, IndexError):  # an answer of the proxy's own
                status = 0
            if status != 200:
                raise OSError("not yet")

        await in_the_end(healthy, unless=OSError)


@pytest.fixture
def path() -> str:
    """The path of the public address."""
    return ""


@pytest.fixture
async def behind(valkey: EmbeddedValkey, tmp_path: Path, path: str) -> AsyncIterator[Behind]:
    """A Tavle with the settings of the recipes; no proxy yet."""
    made = certificates(tmp_path / "tls")
    shutil.copy(made.shown, tmp_path / "tavle.pem")
    shutil.copy(made.key, tmp_path / "tavle.key")
    (port,) = free_ports(1)
    house = await start_house(
        valkey.url,
        tmp_path,
        public_url=f"https://{NAME}:{port}{path}",
        trusted_proxy=(ipaddress.ip_network("127.0.0.1"),),
    )
    try:
        yield Behind(port, house.port, tmp_path, ssl.create_default_context(cafile=str(made.authority)), path)
    finally:
        await house.stop()


async def welcomed(behind: Behind, made: Any) -> str:
    """The first frame of a connection through the proxy."""
    async with connect(
        f"wss://{behind.host}{behind.path}/ws/{made['board']}",
        ssl=behind.trusts,
        origin=Origin(f"https://{behind.host}"),
        host="127.0.0.1",
        port=behind.port,
        proxy=None,
    ) as socket:
        hello = {"protocol": 3, "token": made["token"], "tab": "a" * 16, "seen": 0}
        await socket.send(msgpack.packb(["hello", hello]))
        async with asyncio.timeout(20):
            first: str = msgpack.unpackb(await socket.recv())[0]
            return first


@pytest.mark.parametrize("kind", [nginx, caddy], ids=["nginx", "caddy"])
async def test_a_workshop_is_made_joined_and_followed_through_readmes_proxy(kind: Any, behind: Behind) -> None:
    with proxy(kind, behind.folder, port=behind.port, behind=behind.own):
        await behind.listens()
        body = {"method": "fremtidsvaerksted"}
        assert await behind.ask("/api/workshops", body=body) == (403, {"error": "need_key"})
        keyed = {**body, "key": "ABCD-EFGH-JKMN-PQRS"}
        status, made = await behind.ask("/api/workshops", body=keyed)
        assert status == 201, made  # with a port in the address: the browser's Host has arrived whole
        assert await behind.ask("/api/workshops", body=keyed, origin="https://evil.example") == (
            403,
            {"error": "origin"},
        )
        assert await welcomed(behind, made) == "welcome"
    written = [path.name for path in behind.folder.rglob("*") if path.is_file() and made["board"] in _text(path)]
    assert written == [], "an access log was written"


@pytest.mark.parametrize("path", ["/tavle"])
@pytest.mark.parametrize("off", [False, True], ids=["kept", "taken off"])
@pytest.mark.parametrize("kind", [nginx, caddy], ids=["nginx", "caddy"])
async def test_readmes_proxy_serves_a_path_also_without_its_last_slash(kind: Any, off: bool, behind: Behind) -> None:
    with proxy(under_a_path(kind, off=off), behind.folder, port=behind.port, behind=behind.own):
        await behind.listens()
        page = (await behind.raw("/tavle/join"))[1].decode()
        files = re.findall(r'(?:src|href)="(/[^"#?]*)', page)
        assert files
        assert {(await behind.raw(file))[0].split()[1] for file in files} == {b"200"}
        top, _ = await behind.raw("/tavle")
        assert top.split()[1] in (b"301", b"302")
        assert re.search(rb"\r\nlocation: (?:https://[^/]+)?/tavle/\r?", top, re.IGNORECASE)
        status, made = await behind.ask(
            "/api/workshops", body={"method": "fremtidsvaerksted", "key": "ABCD-EFGH-JKMN-PQRS"}
        )
        assert status == 201, made
        assert await welcomed(behind, made) == "welcome"


@pytest.mark.parametrize("before", ["/tavle", ""], ids=["a proxy that leaves the path", "one that takes it off"])
async def test_everything_is_there_under_a_path_of_the_public_address(
    valkey: EmbeddedValkey, tmp_path: Path, before: str
) -> None:
    house = await start_house(valkey.url, tmp_path, public_url="http://example.dk/tavle")
    headers = {"Host": "example.dk", "Origin": "http://example.dk"}
    try:

        async def ask(path: str, **more: Any) -> Any:
            return await call(house.base, f"{before}{path}", headers=headers, **more)

        page = (await ask("/join")).body.decode()
        files = re.findall(r'(?:src|href)="(/[^"#?]*)', page)
        assert files
        assert all(file.startswith("/tavle/static/") for file in files)
        assert {(await ask(file.removeprefix("/tavle"))).status for file in files} == {200}
        about = (await ask("/about/it?lang=da")).body.decode()
        assert all(link.startswith(("/tavle/", "?")) for link in re.findall(r'href="([^"#]+)', about))
        body = {"method": "fremtidsvaerksted", "key": house.settings.key}
        made = (await ask("/api/workshops", body=body)).json
        door = (await ask(f"/api/board/{made['board']}/door", token=made["token"])).json
        assert "http://example.dk/tavle/join#" in json.dumps(door)
        url = f"ws://example.dk{before}/ws/{made['board']}"
        origin = Origin("http://example.dk")
        async with connect(url, origin=origin, host="127.0.0.1", port=house.port, proxy=None):
            pass
        assert board_of(f"GET {before}/ws/{made['board']} HTTP/1.1".encode()) == made["board"]
        assert board_of(f"POST {before}/stream/{made['board']}/open HTTP/1.1".encode()) == made["board"]
    finally:
        await house.stop()


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def test_readmes_unit_is_one_that_systemd_understands(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd is not here")
    unit = tmp_path / "tavle.service"
    unit.write_text(recipe("systemd").replace("User=tavle\n", "").replace("/opt/tavle", str(ROOT)))
    done = subprocess.run([program, "verify", "--man=no", unit], capture_output=True, text=True, check=False)
    told = [line for line in done.stderr.splitlines() if "tavle.service" in line]
    assert told == []


CONTAINER = ROOT / "server" / "container"


def test_the_container_is_an_ordinary_user_with_its_data_in_the_volume() -> None:
    recipe_of = (CONTAINER / "Containerfile").read_text(encoding="utf-8")
    compose = (CONTAINER / "compose.yaml").read_text(encoding="utf-8")
    before, _, after = recipe_of.partition("USER tavle")
    assert "python3 server setup" in before, "the program folder must be root's"
    assert "RUN" not in after
    assert "TAVLE_DATA=/data" in after
    assert "VOLUME /data" in after
    assert "- data:/data" in compose
    context, dockerfile = (re.findall(rf"{key}: (\S+)", compose)[0] for key in ("context", "dockerfile"))
    assert (CONTAINER / context).resolve() == ROOT
    assert ROOT / dockerfile == CONTAINER / "Containerfile"
    assert "read_only: true" in compose
    port = Settings.from_environment({"HOME": "/home/x"}).port
    assert f'"{port}:{port}"' in compose
    assert f"EXPOSE {port}" in after
    assert f"http://127.0.0.1:{port}/ready" in after
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".git", ".venv", "static/node_modules", "static/lib"} <= set(ignored)
