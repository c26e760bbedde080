"""The text printed once Tavle serves: addresses, QR code, data folder, house key, how to stop.

What may not live here: when it is printed (supervisor.py), and listening on the addresses (listening.py).
"""

from __future__ import annotations

import io
import socket
import sys

from server.process.housekey import HouseKey
from server.settings import Settings
from server.terminal import system_language, typed

# An address reserved for documentation (RFC 5737). "Connecting" UDP to it sends nothing; it only picks a route.
ELSEWHERE = ("192.0.2.1", 9)
LOOPBACK = ("127.0.0.1", "::1", "localhost")
TEXTS = {
    "en": {
        "running": "Tavle is running.",
        "address": "Address           ",
        "here_only": "Phones cannot reach it: HOST allows this computer only.",
        "network": "On this network   ",
        "name": "or, by name       ",
        "no_network": "This computer is on no network yet, so phones cannot reach it.",
        "computer": "On this computer  ",
        "data": "Data       ",
        "redis": "in the Redis that REDIS_URL names",
        "key": "House key  ",
        "key_by": "shown by the command `{typed} key`",
        "key_for": "asked for when another computer creates a workshop",
        "stop": "Stop       Ctrl-C",
    },
    "da": {
        "running": "Tavle kører.",
        "address": "Adresse            ",
        "here_only": "Telefoner kan ikke nå den: HOST tillader kun denne computer.",
        "network": "På dette net       ",
        "name": "eller ved navn     ",
        "no_network": "Computeren er ikke på noget net endnu, så telefoner kan ikke nå den.",
        "computer": "På denne computer  ",
        "data": "Data      ",
        "redis": "i den Redis, som REDIS_URL nævner",
        "key": "Husnøgle  ",
        "key_by": "vises med kommandoen `{typed} key`",
        "key_for": "bruges, når en anden computer opretter et værksted",
        "stop": "Stop      Ctrl-C",
    },
}


def announcement(settings: Settings, *, port: int, key: HouseKey) -> str:
    """The text to print, in the system's language: addresses, QR code, data folder, house key, how to stop.

    The key itself is shown on a terminal only: a service's journal is kept, and read by others.
    """
    texts = TEXTS[system_language()]
    lines = ["", texts["running"], ""]
    best = settings.public_url
    if best:
        lines.append(f"  {texts['address']}{best}")
    elif settings.host in LOOPBACK:
        lines.append(f"  {texts['here_only']}")
    elif settings.host:
        best = local_url(settings, port=port)
        lines.append(f"  {texts['network']}{best}")
    elif address := lan_address():
        best = f"http://{address}:{port}"
        lines.append(f"  {texts['network']}{best}")
        if name := _network_name():
            lines.append(f"  {texts['name']}http://{name}:{port}")
    else:
        lines.append(f"  {texts['no_network']}")
    if settings.host in ("", *LOOPBACK):
        lines.append(f"  {texts['computer']}http://localhost:{port}")
    lines.append("")
    if best and (picture := _qr(best)):
        lines += [picture.rstrip("\n"), ""]
    where = settings.data_dir if settings.embedded else texts["redis"]
    shown = key.text if sys.stdout.isatty() else texts["key_by"].format(typed=typed())
    lines += [
        f"  {texts['data']}{where}",
        f"  {texts['key']}{shown}  ({texts['key_for']})",
        f"  {texts['stop']}",
        "",
    ]
    return "\n".join(lines)


def base_url(settings: Settings) -> str:
    """What links for people begin with: the public address, else this computer's on its network."""
    if settings.public_url:
        return settings.public_url
    address = lan_address() if settings.host == "" else None
    return f"http://{address}:{settings.port}" if address else local_url(settings, port=settings.port)


def local_url(settings: Settings, *, port: int) -> str:
    """The address at which this computer reaches its own server."""
    host = settings.host or "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def lan_address() -> str | None:
    """This computer's address on its network, or None when it is on none. Sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(ELSEWHERE)
        except OSError:
            return None
        address: str = asking.getsockname()[0]
    return None if address.startswith(("127.", "0.")) else address


def _network_name() -> str | None:
    name = socket.gethostname().lower()
    if not name or name.startswith("localhost"):
        return None
    return name if "." in name else f"{name}.local"


def _qr(url: str) -> str:
    """The address as a QR code in text; empty if the output is no terminal or cannot encode it."""
    if not sys.stdout.isatty():
        return ""
    import segno

    picture = io.StringIO()
    segno.make(url, error="l", micro=False).terminal(picture, compact=True)
    try:
        picture.getvalue().encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        return ""
    return picture.getvalue()
