"""The log: every board that was ever published, in one list that can only grow (RFC 6962).

Its leaf is the SHA-256 of a board's file. The head is its size and the root of its tree, signed with a key of the
installation's own; whoever keeps one head can later prove that nothing before it was changed or taken out. A head
carries no time.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from bot.ballots.merkle import Proof, consistency, grown, included, inclusion, leaf_hash, root_of
from bot.vault import Vault, signed_by

KEY = "log"  # the key file that signs; it is no part of the master key, so that a rotation leaves it
SAID = b"kauli/1/log head\n"
VERSION = 1


class BadLog(ValueError):
    """A head or a proof is not one, or does not hold; the text says which."""


@dataclass(frozen=True)
class Head:
    """The log as it was when it had `size` boards."""

    size: int
    root: bytes
    signature: bytes

    def __str__(self) -> str:
        """Writes it as one word: size, root and signature."""
        return f"{self.size}.{encoded(self.root)}.{encoded(self.signature)}"

    @classmethod
    def read(cls, words: str) -> "Head":
        """Reads what `str` wrote. Raises BadLog."""
        try:
            size, root, signature = words.strip().split(".")
            found = cls(int(size), decoded(root), decoded(signature))
        except ValueError:
            found = cls(0, b"", b"")
        if (found.size > 0, len(found.root), len(found.signature)) != (True, 32, 64):
            raise BadLog("this is no log head: copy it whole, three parts with two dots between them")
        return found

    def signed_by(self, public: bytes) -> bool:
        """Says whether it carries the signature of this key."""
        return signed_by(public, self.signature, message(self.size, self.root))


def leaf_of(board: bytes) -> bytes:
    """Gives what stands in the log for a board: the SHA-256 of its file."""
    return sha256(board).digest()


def message(size: int, root: bytes) -> bytes:
    """Gives the bytes that are signed of a head."""
    return SAID + size.to_bytes(8, "big") + root


def head(vault: Vault, leaves: Sequence[bytes]) -> Head | None:
    """Signs the head of the log; None while it is empty, and while its key is away."""
    if not leaves or not vault.has_key(KEY):
        return None
    root = root_of([leaf_hash(leaf) for leaf in leaves])
    return Head(len(leaves), root, vault.sign(KEY, message(len(leaves), root))[1])


def proof(vault: Vault, leaves: Sequence[bytes], leaf: bytes) -> dict[str, Any]:
    """Proves that a board stands in the log, and that the log grew out of each of its earlier heads.

    Raises BadLog for a board that is not in it.
    """
    if leaf not in leaves:
        raise BadLog("this board is not in the log")
    hashes, at = [leaf_hash(one) for one in leaves], list(leaves).index(leaf)
    root = root_of(hashes)
    public, signature = vault.sign(KEY, message(len(leaves), root))
    return {
        "version": VERSION,
        "key": public.hex(),
        "head": str(Head(len(leaves), root, signature)),
        "board": leaf.hex(),
        "position": at,
        "inclusion": [one.hex() for one in inclusion(hashes, at)],
        "consistency": [[one.hex() for one in consistency(hashes, earlier)] for earlier in range(1, len(leaves))],
    }


def check(given: dict[str, Any], board: bytes, kept: Head | None = None) -> Head:
    """Checks a proof for a board, and that the log grew out of a head that somebody kept; gives its head.

    Raises BadLog naming what does not hold.
    """
    try:
        public, now = bytes.fromhex(given["key"]), Head.read(given["head"])
        path, at = tuple(map(bytes.fromhex, given["inclusion"])), int(given["position"])
        steps = [tuple(map(bytes.fromhex, one)) for one in given["consistency"]]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BadLog("this is no proof of the log: take the file as the bot gave it") from None
    if not now.signed_by(public):
        raise BadLog("the head of the log is not signed by its key")
    if included(leaf_hash(leaf_of(board)), at, now.size, path) != now.root:
        raise BadLog("this board does not stand in the log at the place that is given")
    if kept:
        check_growth(kept, now, public, steps)
    return now


def check_growth(kept: Head, now: Head, public: bytes, steps: Sequence[Proof]) -> None:
    """Checks that the log grew out of a head that was kept. Raises BadLog."""
    if not kept.signed_by(public):
        raise BadLog("the head that was kept is not signed by the key of this log")
    if kept.size > now.size:
        raise BadLog(f"the head that was kept has {kept.size} boards, this log only {now.size}: take a newer proof")
    path = () if kept.size == now.size else steps[kept.size - 1] if 0 < kept.size <= len(steps) else None
    if path is None or grown(kept.root, kept.size, now.size, path) != (kept.root, now.root):
        raise BadLog("the log did not grow out of the head that was kept: a board before it was changed or taken out")


def encoded(value: bytes) -> str:
    """Writes bytes in the letters of base64 for addresses, without padding."""
    return urlsafe_b64encode(value).decode().rstrip("=")


def decoded(words: str) -> bytes:
    """Reads what `encoded` wrote. Raises ValueError."""
    return urlsafe_b64decode(words + "=" * (-len(words) % 4))
