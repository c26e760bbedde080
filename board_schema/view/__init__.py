"""Who sees what: the only visibility function.

The audience layer is the same for everybody of one role (and group) and holds nothing personal. The personal layer
holds a person's own drafts and what that person may do. A record is a plain map, ready to be packed (SPEC 6).

Exports what callers need. What may not live here: any rule itself.
"""

from board_schema.view.layers import Audience, audience, personal, view
from board_schema.view.since import Since

__all__ = ["Audience", "Since", "audience", "personal", "view"]
