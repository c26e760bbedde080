"""How whoever runs the server is spoken to: in the language of the system, with commands as they are typed there.

What may not live here: the texts, and the language of people's requests (web/language.py).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal


def system_language(environ: Mapping[str, str] = os.environ) -> Literal["da", "en"]:
    """Danish where that is the system's language, else English."""
    named = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return "da" if named.lower().startswith("da") else "en"


def typed() -> str:
    """What is typed before the name of a command: `tavle` exists only where the package is installed."""
    return "tavle" if Path(sys.argv[0]).stem == "tavle" else "python3 server"
