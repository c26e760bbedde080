"""In which language whoever runs the server is spoken to: that of the system.

What may not live here: the texts, and the language of people's requests (web/language.py).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Literal


def system_language(environ: Mapping[str, str] = os.environ) -> Literal["da", "en"]:
    """Danish where that is the system's language, else English."""
    named = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return "da" if named.lower().startswith("da") else "en"
