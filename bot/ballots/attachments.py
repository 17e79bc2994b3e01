"""Decides about a document that goes with a ballot, such as an agreement: a PDF or a plain text, and how large.

A ballot names it by the SHA-256 of its content, which is frozen with the rules: whoever got the document can check that
it is the one that was voted on.
"""

import hashlib
from typing import Literal

from bot.texts import Refusal

MOST = 2 << 20  # bytes: an agreement of a hundred pages; every member fetches it on mobile data
KEPT_IDLE = 8  # days for which a document is kept that no ballot names: as long as a draft, and a day
SIGNS = frozenset("\t\n\r\f")

Kind = Literal["pdf", "txt"]


def kind_of(content: bytes) -> Kind:
    """Says what a document is. Raises Refusal for anything but a PDF and a plain text in UTF-8."""
    if content.startswith(b"%PDF-"):
        return "pdf"
    try:
        words = content.decode()
    except UnicodeDecodeError:
        raise Refusal("attachment.kind") from None
    if not words.strip() or any(ord(sign) < 32 and sign not in SIGNS for sign in words):
        raise Refusal("attachment.kind")
    return "txt"


def name_of(content: bytes) -> str:
    """Gives the SHA-256 of a document in hex."""
    return hashlib.sha256(content).hexdigest()


def file_name(name: str, locale: str, kind: Kind) -> str:
    """Gives the name under which a phone saves a document: by its hash, which tells the versions apart."""
    return f"{name[:8]}-{locale}.{kind}"
