"""The board: what is published of a ballot when it closes, so that anyone can count it again (docs/VERIFY.md).

Everything decided at the opening is one document, frozen then and hashed; the paper shows the hash. It names the texts
by their hashes, the electorate by its size and a salted commitment, and the salt of the board by its own hash, so that
none of them can be chosen later. Documents are canonical JSON: keys sorted, no spaces, UTF-8.
"""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from bot.ballots.rules import Ballot, Wording

VERSION = 1
Document = dict[str, Any]


def canonical(value: object) -> bytes:
    """Writes a value as canonical JSON, so that the same value always has the same bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def hashed(content: bytes) -> str:
    """Gives the SHA-256 of some bytes in hex."""
    return sha256(content).hexdigest()


def moment(when: datetime) -> str:
    """Writes a moment in UTC."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def text_document(wording: Wording) -> Document:
    """Gives what is hashed of a wording: its language, all its words, and the hash of an attached document."""
    return {
        "locale": wording.locale,
        "question": wording.question,
        "options": list(wording.options),
        "explanation": wording.explanation,
        "document": wording.document,
    }


def text_hash(wording: Wording) -> str:
    """Gives the SHA-256 of one version of a wording."""
    return hashed(canonical(text_document(wording)))


def rules_document(ballot: Ballot, salt: bytes | None = None) -> Document:
    """Gives everything that is decided at the opening; `salt` is the board's, known by its hash until the close."""
    return {
        "version": VERSION,
        "ballot": ballot.id,
        "follows": ballot.follows,
        "rules": asdict(ballot.rules),
        "options": ballot.options(),
        "decides": ballot.wordings[0].locale,
        "texts": [{"locale": w.locale, "sha256": text_hash(w), "reviewed": w.reviewed} for w in ballot.wordings],
        "electorate": electorate_document(ballot),
        "groups": [asdict(group) for group in ballot.groups],
        "opened": ballot.opened.isoformat() if ballot.opened else "",
        "closes_at": moment(ballot.closes_at),
        "salt": hashed(salt) if salt else "",
    }


def electorate_document(ballot: Ballot) -> Document:
    """Says who may vote: the whole union, or those of a country or an employer; how many, and their commitment."""
    return {
        "country": ballot.country or "",
        "employer": ballot.employer or "",
        "size": ballot.electorate,
        "commitment": ballot.commitment,
    }


def freeze(ballot: Ballot, salt: bytes) -> str:
    """Writes the rules of a ballot that opens now, for `Ballot.frozen`: nothing later changes them."""
    return canonical(rules_document(ballot, salt)).decode()


def rules_hash(ballot: Ballot) -> str:
    """Gives the SHA-256 of the rules as they were frozen at the opening; before it, of what they would be now."""
    return hashed(ballot.frozen.encode() if ballot.frozen else canonical(rules_document(ballot)))


def fingerprint(ballot: Ballot) -> str:
    """Gives the first 16 hex digits of the rules' hash in groups of four, for the paper."""
    digits = rules_hash(ballot)[:16]
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))
