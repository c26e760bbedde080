"""A real Tavle for the screens' tests: a process of its own, on a loopback port, with a store and data of its own.

What may not live here: a way into the server other than its port and what it prints.
"""

from __future__ import annotations

import os
import re
import secrets
import socket
import subprocess
import sys
import threading
from pathlib import Path

from tests.screens.texts import ROOT

# This computer's own name in the local domain: a name that is not localhost, which the server knows as its own.
NAME = f"{socket.gethostname().lower().partition('.')[0]}.local"
PATIENCE = 40.0  # seconds: a guard against hanging


class House:
    """Started when made; `stop` ends it and all it started."""

    def __init__(self, data: Path, **environ: str) -> None:
        # A server that does not write to a terminal never prints a key that it made: this one is given.
        self.key = secrets.token_hex(8)
        own = {
            "TAVLE_KEY": self.key,
            "TAVLE_DATA": str(data),
            "HOST": "127.0.0.1",
            "PORT": "0",
            "LC_ALL": "C.UTF-8",
            **environ,
        }
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("TAVLE_") and name not in ("REDIS_URL", "HOST", "PORT")
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "server.process.run"],
            cwd=ROOT,
            env={**kept, **own, **environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._printed = b""
        self._serving = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._serving.wait(PATIENCE) or self._process.poll() is not None:
            self.stop()
            raise AssertionError(f"Tavle did not start: {self._printed.decode()}")
        self.port = int(re.findall(rb"http://[^\s]+:(\d+)", self._printed)[-1])
        self.base = f"http://127.0.0.1:{self.port}"

    def log(self) -> bytes:
        """All that it has printed since it served, without the announcement."""
        return self._printed.partition(b"Ctrl-C\n")[2]

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(PATIENCE)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._printed += line
            if line.startswith(b"  Stop  "):
                self._serving.set()
        self._serving.set()
