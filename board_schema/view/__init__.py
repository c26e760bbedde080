"""Who sees what: THE visibility function, the only one.

The audience layer is the same for everybody of one role (and group) and holds nothing personal; the personal layer
holds one's own drafts, what is mine, and what I may do. A record is a plain map, ready for the wire (SPEC 6). This
module names what callers need; no rule may live here.
"""

from board_schema.view.layers import Audience, audience, personal, view
from board_schema.view.since import Since

__all__ = ["Audience", "Since", "audience", "personal", "view"]
