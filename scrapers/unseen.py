"""Characters that nobody sees: they steer a terminal, turn a name around, come along with a copy.

No name of the portal needs one, and XML, PostgreSQL and terminals each choke on some of them.
"""

from __future__ import annotations

import re
from typing import Final

# Control characters but for white space, soft hyphens, zero-width, direction and language marks.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def without_unseen(text: str) -> str:
    """The text without them; white space and line breaks stay."""
    return text if text.isprintable() else _UNSEEN.sub("", text)
