"""Complete Tavle servers for the failure tests: the command, its processes, and its output.

What may not live here: fixtures (conftest.py), and killing anything that was not started here.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

from server.process.socket_folder import socket_of
from tests.machine.test_start import store, tavle, web
from tests.machine.waiting import read_until, until


class Running:
    """A Tavle that serves: supervisor, web process and embedded store, as a house runs them."""

    def __init__(self, process: subprocess.Popen[bytes], data_dir: Path, printed: str) -> None:
        self.process, self.data_dir = process, data_dir
        self.port = int(re.findall(r"http://[^\s]+:(\d+)", printed)[-1])
        self.base = f"http://127.0.0.1:{self.port}"
        self._printed = [printed.encode()]
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with contextlib.suppress(OSError, ValueError):
            while more := os.read(self.process.stdout.fileno(), 65536):
                self._printed.append(more)

    @property
    def printed(self) -> str:
        """Everything that it has printed, log lines included."""
        return b"".join(self._printed).decode()

    @property
    def url(self) -> str:
        """Where its store answers."""
        return f"unix://{socket_of(self.data_dir)}"

    def web(self) -> int:
        """The process of the web server, once there is exactly one."""
        return until(lambda: list(web(self.process)), what="a web process")[0]

    def store(self) -> int:
        """The process of the store."""
        return until(lambda: list(store(self.process)), what="a store")[0]

    def kill(self, pid: int) -> None:
        """kill -9 of one of its processes."""
        os.kill(pid, signal.SIGKILL)

    def memory(self) -> int:
        """Bytes of memory that the web process has in use."""
        status = Path(f"/proc/{self.web()}/status").read_text()
        return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) * 1024


@contextlib.contextmanager
def running(data_dir: Path, *words: str, environ: dict[str, str] | None = None) -> Iterator[Running]:
    """A Tavle of one's own, ended afterwards."""
    with tavle(*words, data_dir=data_dir, environ=environ) as process:
        try:
            yield Running(process, data_dir, read_until(process, "  Stop  "))
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGCONT)
            process.terminate()
