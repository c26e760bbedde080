"""The command `tavle`: reads the command line and the settings, then runs the supervisor.

What may not live here: what the supervisor does (supervisor.py).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from board_schema.method import Method
from server.log import as_json
from server.process import admin
from server.process.listening import StartError
from server.process.probe import StoreError
from server.process.supervisor import Demo, Supervisor
from server.settings import Settings, SettingsError
from server.terminal import typed

ADMIN = ("key", "keys", "boards", "delete", "handover", "backup", "restore", "move")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv`; return the exit code.

    0 after a normal stop; 1, with one sentence on standard error, when Tavle cannot start.
    """
    asked = _parser().parse_args(_with_default_command(sys.argv[1:] if argv is None else argv))
    try:
        if asked.command in ADMIN:
            print(_administer(asked), flush=True)
            return 0
        if asked.command == "setup":  # done by whoever installed this, or by server/__main__.py before
            print("Tavle is set up.", flush=True)
            return 0
        if asked.command == "run-demo":
            return _run_demo(url=asked.url, live=asked.live, method=asked.method)
        with contextlib.ExitStack() as stack:
            environ = dict(os.environ)
            if asked.command == "demo" and not (environ.get("TAVLE_DATA") or environ.get("REDIS_URL")):
                environ["TAVLE_DATA"] = stack.enter_context(tempfile.TemporaryDirectory(prefix="tavle-demo-"))
            settings = Settings.from_environment(environ, host=asked.host, port=asked.port, workers=asked.workers)
            settings.check_files()
            demo = None
            if asked.command == "demo":
                demo = Demo(live=asked.live, method=_known(asked.method, settings))
            return Supervisor(settings, demo=demo).run()
    except (SettingsError, StoreError, StartError) as problem:
        serving = asked.command not in ADMIN and os.environ.get("TAVLE_LOG") == "json"
        print(as_json("error", str(problem)) if serving else problem, file=sys.stderr, flush=True)
        return 1


def _administer(asked: argparse.Namespace) -> str:
    """Do one of the commands for whoever runs the server; returns what to print."""
    settings = Settings.from_environment(os.environ)
    match asked.command:
        case "key":
            return admin.show_key(settings, renew=asked.renew)
        case "keys" if asked.act == "add":
            return admin.add_key(settings, asked.name, metrics=asked.metrics)
        case "keys" if asked.act == "withdraw":
            return admin.withdraw_key(settings, asked.name)
        case "keys":
            return admin.list_keys(settings)
        case "boards":
            return admin.list_boards(settings)
        case "delete":
            return admin.delete_board(settings, asked.board)
        case "handover":
            return admin.hand_over(settings, asked.board)
        case "backup":
            return admin.back_up(settings, Path(asked.file))
        case "restore":
            return admin.restore(settings, Path(asked.file))
        case _:
            to = {**os.environ, **({"TAVLE_DATA": asked.to} if "://" not in asked.to else {"REDIS_URL": asked.to})}
            if "://" not in asked.to:
                for name in ("REDIS_URL", "TAVLE_WAIT_REPLICAS"):  # of the store that is left
                    to.pop(name, None)
            return admin.move(settings, target=Settings.from_environment(to))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=typed(), description="A workshop wall for every phone in the room.")
    parser.add_argument("--version", action="version", version=f"tavle {version('tavle')}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    serve = commands.add_parser("serve", help="serve workshops (what happens without a command)")
    demo = commands.add_parser("demo", help="serve, and play workshops to look at")
    demo.add_argument("method", nargs="?", default="", help="the id of one method; default: one of each")
    for command in (serve, demo):
        command.add_argument("--port", type=int, help="default: PORT, else 8000; 0 takes any")
        command.add_argument("--host", help="default: HOST, else every address of this computer")
        command.add_argument("--workers", type=int, help="web processes; default 1")
    demo.add_argument("--live", action="store_true", help="let the demo's people keep writing")
    commands.add_parser("setup", help="set up without starting")
    _add_admin(commands)
    run_demo = commands.add_parser("run-demo")  # for the supervisor, not for people
    run_demo.add_argument("url")
    run_demo.add_argument("--live", action="store_true")
    run_demo.add_argument("--method", default="")
    return parser


def _add_admin(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The commands for whoever runs the server."""
    key = commands.add_parser("key", help="show the house key")
    key.add_argument("--renew", action="store_true", help="make a new one; the old one is invalid at once")
    keys = commands.add_parser("keys", help="further keys for creating workshops, such as one for each department")
    acts = keys.add_subparsers(dest="act", metavar="add NAME | withdraw NAME")
    add = acts.add_parser("add", help="make a key")
    add.add_argument("name")
    add.add_argument("--metrics", action="store_true", help="let it open /metrics too")
    acts.add_parser("withdraw", help="make a key invalid").add_argument("name")
    commands.add_parser("boards", help="list the workshops, without titles")
    for name, about in (
        ("delete", "delete a workshop for good"),
        ("handover", "make a new way in for a workshop's facilitator"),
    ):
        commands.add_parser(name, help=about).add_argument(
            "board", help="its name in the list of workshops and in the log"
        )
    commands.add_parser("backup", help="write everything into a file").add_argument("file")
    commands.add_parser("restore", help="fill an empty store from such a file").add_argument("file")
    move = commands.add_parser("move", help="copy everything into another, empty store")
    move.add_argument("--to", required=True, help="an address as in REDIS_URL, or a data folder")


def _with_default_command(argv: Sequence[str]) -> list[str]:
    words = list(argv)
    if not words or (words[0].startswith("-") and words[0] not in ("-h", "--help", "--version")):
        words.insert(0, "serve")
    return words


def _known(method: str, settings: Settings) -> str:
    """The id of a method that is installed, or empty. Raises StartError for any other."""
    ids = [each.id for each in _methods(settings.methods_dir)]
    if method and method not in ids:
        raise StartError(f"There is no method {method!r}: choose one of {', '.join(ids)}.")
    return method


def _methods(own: Path | None) -> list[Method]:
    from server.web.methods import BUILT_IN, in_order, installed_methods

    return [each.method for each in in_order(installed_methods(BUILT_IN, own)[0])]


def _run_demo(*, url: str, live: bool, method: str) -> int:
    """Play the demo's workshops against a running server, in a process of its own."""
    from server.demo.play import main as play

    installed = _methods(Settings.from_environment(os.environ).methods_dir)
    methods = [each for each in installed if method in ("", each.id)]
    with contextlib.suppress(KeyboardInterrupt):
        key = os.environ.get("TAVLE_KEY", "")
        asyncio.run(play(base_url=url, key=key, live=live, methods=methods, installed=installed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
