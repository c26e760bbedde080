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

from server.process.listening import StartError
from server.process.probe import StoreError
from server.process.supervisor import Supervisor
from server.settings import Settings, SettingsError


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv`; return the exit code.

    0 after a normal stop; 1, with one sentence on standard error, when Tavle cannot start.
    """
    asked = _parser().parse_args(_with_default_command(sys.argv[1:] if argv is None else argv))
    try:
        if asked.command == "run-demo":
            return _run_demo(url=asked.url, live=asked.live)
        with contextlib.ExitStack() as stack:
            environ = dict(os.environ)
            if asked.command == "demo" and not (environ.get("TAVLE_DATA") or environ.get("REDIS_URL")):
                environ["TAVLE_DATA"] = stack.enter_context(tempfile.TemporaryDirectory(prefix="tavle-demo-"))
            settings = Settings.from_environment(environ, host=asked.host, port=asked.port, workers=asked.workers)
            live: bool | None = asked.live if asked.command == "demo" else None
            return Supervisor(settings, demo_live=live).run()
    except (SettingsError, StoreError, StartError) as problem:
        print(problem, file=sys.stderr, flush=True)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tavle", description="A workshop wall for every phone in the room.")
    commands = parser.add_subparsers(dest="command", metavar="serve | demo")
    serve = commands.add_parser("serve", help="serve workshops (what `tavle` alone does)")
    demo = commands.add_parser("demo", help="serve, and play a workshop to look at")
    for command in (serve, demo):
        command.add_argument("--port", type=int, help="default: PORT, else 8000; 0 takes any")
        command.add_argument("--host", help="default: HOST, else every address of this computer")
        command.add_argument("--workers", type=int, help="web processes; default 1")
    demo.add_argument("--live", action="store_true", help="let the demo's people keep writing")
    run_demo = commands.add_parser("run-demo")  # for the supervisor, not for people
    run_demo.add_argument("url")
    run_demo.add_argument("--live", action="store_true")
    return parser


def _with_default_command(argv: Sequence[str]) -> list[str]:
    words = list(argv)
    if not words or (words[0].startswith("-") and words[0] not in ("-h", "--help")):
        words.insert(0, "serve")
    return words


def _run_demo(*, url: str, live: bool) -> int:
    """Play the demo workshop against a running server, in a process of its own."""
    from server.demo.play import main as play

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(play(base_url=url, key=os.environ.get("TAVLE_KEY", ""), live=live))
    return 0


if __name__ == "__main__":
    sys.exit(main())
