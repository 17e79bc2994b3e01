"""`kauli verify FILE`: what a recount of a board found, in words for the console. Nothing but the files is read."""

import json
from pathlib import Path
from typing import Any

from bot.ballots.board import BadBoard
from bot.ballots.log import BadLog, Head, check
from bot.ballots.verify import Verified, verify


def examine(file: Path, code: str | None, proof: Path | None, head: str | None) -> tuple[bool, str]:
    """Checks a board, a code on it and its proof; says whether all is well, and what to print.

    Raises BadBoard or BadLog for files that are none, and for a proof that does not hold.
    """
    document = contents(file)
    found = verify(document)
    there = code is None or code.strip().lower() in found.board.codes
    lines = [*said(found), *([where(found, code)] if code else []), *logged(document, proof, head)]
    return not found.faults and there, "\n".join(lines)


def contents(file: Path) -> bytes:
    """Reads a file. Raises BadBoard."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadBoard(f"{file} cannot be read ({error.strerror}): check its name and rights") from None


def said(found: Verified) -> list[str]:
    """Says the verdict of a recount, and what it was about."""
    board, out = found.board, found.board.outcome
    text = board.texts[0]
    names = ", ".join(text.options[winner] for winner in out.winners if winner < len(text.options))
    digits = " ".join(board.rules_hash[at : at + 4] for at in range(0, 16, 4))
    head = (
        "REFUSED: this board is not what was published, or not what follows from it." if found.faults else "Accepted."
    )
    return [
        head,
        *(f"- {fault}" for fault in found.faults),
        f"Ballot {board.frozen.ballot}, closed {board.closed_at}: {text.question}",
        f"Published: {out.verdict} ({out.why}){f': {names}' if names else ''}",
        *found.unseen,
        f"Fingerprint of the rules, as on the paper: {digits}",
        f"SHA-256 of the file, as in the log: {found.sha256}",
    ]


def where(found: Verified, code: str) -> str:
    """Says whether a code stands on the board."""
    if code.strip().lower() in found.board.codes:
        return f"The code {code} stands on the board: this vote was counted in."
    if not found.board.codes:
        return f"The code {code} cannot be looked for: no codes are published of so small or unanimous a ballot."
    return f"The code {code} does NOT stand on the board: this vote is missing, or the code is of another ballot."


def logged(document: bytes, proof: Path | None, head: str | None) -> list[str]:
    """Checks the proof from the log. Raises BadLog."""
    if proof is None:
        if head:
            raise BadLog("a head is compared with the proof of a board: give it with --proof")
        return []
    kept = Head.read(head) if head else None
    given = parsed(proof)
    now = check(given, document.rstrip(b"\n"), kept)
    grew = f", and grew out of the head with {kept.size} boards" if kept else ""
    return [f"The log of {now.size} boards holds this one at place {given['position'] + 1}{grew}. Key: {given['key']}"]


def read_proof(proof: Path, document: bytes) -> Head:
    """Gives the head of the log in which a board stands. Raises BadLog."""
    return check(parsed(proof), document.rstrip(b"\n"))


def parsed(proof: Path) -> dict[str, Any]:
    """Reads a proof. Raises BadLog."""
    try:
        given = json.loads(contents(proof))
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise BadLog("this is no proof of the log: take the file as the bot gave it")
    return given
