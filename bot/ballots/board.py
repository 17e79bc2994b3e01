"""The board: what is published of a ballot when it closes, so that anyone can count it again (docs/VERIFY.md).

Everything decided at the opening is one document, frozen then and hashed; the paper shows the hash. It names the texts
by their hashes, the electorate by its size and a salted commitment, and the salt of the board by its own hash, so that
none of them can be chosen later. Documents are canonical JSON: keys sorted, no spaces, UTF-8.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import Any, ClassVar, Literal

from pydantic import TypeAdapter, ValidationError

from bot.ballots.deciding import decide, draws, figures_tell_nobody
from bot.ballots.merkle import tree_hash
from bot.ballots.outcome import Outcome
from bot.ballots.papers import SINGLE, Vote, codes_in, votes_in
from bot.ballots.rules import Ballot, Group, Note, Rules, Wording

VERSION: Literal[1] = 1
WHOLE_FROM = 50  # cast; under it a ballot that could be a fingerprint is not published (anonymity.md, "A vote", 5)
Document = dict[str, Any]
OWN = frozenset({"Named", "Electorate", "Frozen", "Version"})  # whose docstrings explain the schema
STRICT: dict[str, Any] = {"extra": "forbid", "use_attribute_docstrings": True}


class BadBoard(ValueError):
    """This is no board, or one of another version; the text says what to do."""


@dataclass(frozen=True)
class Named:
    """A text that stood on the paper at the opening: its language, its hash, whether a second organizer reviewed it."""

    locale: str
    sha256: str
    reviewed: bool
    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT


@dataclass(frozen=True)
class Electorate:
    """Who could vote: all, or those of a country or an employer; how many, and a salted commitment to who."""

    country: str
    employer: str
    size: int
    commitment: str
    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT


@dataclass(frozen=True)
class Frozen:
    """Everything decided at the opening. `decides` is the language whose text is binding; `salt` the salt's SHA-256."""

    version: Literal[1]
    ballot: str
    rules: Rules
    options: int
    decides: str
    texts: tuple[Named, ...]
    electorate: Electorate
    groups: tuple[Group, ...]
    opened: str
    closes_at: str
    salt: str
    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT


@dataclass(frozen=True)
class Version:
    """A version of a text with its hash; one that was `replaced` gave way to a better one while the ballot ran."""

    locale: str
    question: str
    options: tuple[str, ...]
    explanation: str
    document: str
    reviewed: bool
    replaced: bool
    sha256: str
    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    def wording(self) -> Wording:
        """Gives the words alone."""
        return Wording(self.locale, self.question, self.options, self.explanation, self.document, self.reviewed)


@dataclass(frozen=True)
class Board:
    """What is published of a closed ballot.

    `codes` and `ballots` are sorted apart; both are empty where no figures are published, and `ballots` alone where
    they could be fingerprints. `groups` has the group of each ballot where the figures of groups are published, else
    nothing. `lot` is the order of options that decided ties, where ties are drawn; it follows from `root`.
    """

    version: Literal[1]
    frozen: Frozen
    rules_hash: str
    texts: tuple[Version, ...]
    notes: tuple[Note, ...]
    closed_at: str
    salt: str
    codes: tuple[str, ...]
    ballots: tuple[Vote, ...]
    groups: tuple[int, ...]
    root: str
    lot: tuple[int, ...]
    outcome: Outcome
    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT


@cache
def adapter() -> TypeAdapter[Board]:
    """Gives what reads and writes boards; made once, since making it takes a while."""
    return TypeAdapter(Board)


FROZEN = TypeAdapter(Frozen)


def plain(board: Board) -> Document:
    """Gives a board as plain data, as it stands in the file."""
    data: Document = adapter().dump_python(board, mode="json")
    return data


def write_board(box: Sequence[bytes], ballot: Ballot, salt: bytes) -> bytes:
    """Writes the public board of a ballot that closes now from the entries of its box.

    The salt is the one whose hash was frozen at the opening. The same box gives the same bytes.
    """
    entries = list(box)
    return canonical(plain(made(ballot, votes_in(ballot.rules, entries), codes_in(entries), salt)))


def without_words(board: bytes) -> bytes:
    """Leaves the words of the texts out of a board, for the box, which is not encrypted where it keeps boards.

    Their hashes stay in the rules; the words stand in the ballot's own record, from which `with_words` puts them back.
    """
    return canonical({**json.loads(board), "texts": []})


def with_words(kept: bytes, ballot: Ballot) -> bytes:
    """Gives the board as it was published from what the box keeps of it, to the byte."""
    texts = [asdict(version) for version in versions(ballot)]
    return canonical({**json.loads(kept), "texts": texts}) if is_board(kept) else kept


def kept_board(box: Sequence[bytes], ballot: Ballot, salt: bytes) -> bytes:
    """Writes what the box keeps of the board of a ballot that closes now."""
    return without_words(write_board(box, ballot, salt))


def made(ballot: Ballot, said: list[tuple[int, Vote]], codes: list[str], salt: bytes) -> Board:
    """Makes the board: what may be published, its root, the lot that follows from it, and the outcome."""
    frozen = ballot.frozen or freeze(ballot, salt)
    told = Told.of(ballot, said, codes)
    board = Board(
        VERSION,
        FROZEN.validate_json(frozen),
        hashed(frozen.encode()),
        tuple(versions(ballot)),
        tuple(replace(note, closes_at=note.closes_at.replace(microsecond=0)) for note in ballot.notes),
        moment(ballot.closes_at),
        salt.hex(),
        told.codes,
        told.ballots,
        (),
        "",
        (),
        Outcome("none"),
    )
    return decided(replace(board, root=tree_hash(list(leaves(board))).hex()), ballot, said)


@dataclass(frozen=True)
class Told:
    """The two lists, as far as they may be published."""

    codes: tuple[str, ...] = ()
    ballots: tuple[Vote, ...] = ()

    @classmethod
    def of(cls, ballot: Ballot, said: list[tuple[int, Vote]], codes: list[str]) -> "Told":
        """Publishes neither list, codes alone, or both, as anonymity.md has it."""
        votes = sorted((vote, group) for group, vote in said)
        if not figures_tell_nobody(ballot.rules.method, Counter(vote for vote, _ in votes), ballot.options()):
            return cls()
        whole = ballot.rules.method in SINGLE or len(votes) >= WHOLE_FROM
        return cls(tuple(codes), tuple(vote for vote, _ in votes) if whole else ())


def decided(board: Board, ballot: Ballot, said: list[tuple[int, Vote]]) -> Board:
    """Adds the outcome, by the lot where ties are drawn; the groups of ballots only where their figures are told."""
    order = lot(bytes.fromhex(board.root), ballot.options())
    outcome = decide(ballot.rules, ballot.options(), ballot.electorate, ballot.groups, said, order)
    groups = [group for _, group in sorted((vote, group) for group, vote in said)]
    return replace(
        board,
        lot=order if outcome.kind == "figures" and draws(ballot.rules) else (),
        groups=tuple(groups) if outcome.groups and board.ballots else (),
        outcome=outcome,
    )


def leaves(board: Board) -> Iterator[bytes]:
    """Gives the leaves of the root as canonical JSON: rules, each text, the salt, each code, each ballot.

    A ballot's leaf is its vote without a group, since the lot must be known before it is known which groups are told.
    """
    yield canonical(FROZEN.dump_python(board.frozen, mode="json"))
    yield from (canonical(text_document(text.wording())) for text in board.texts)
    yield canonical(board.salt)
    yield from map(canonical, board.codes)
    yield from map(canonical, board.ballots)


def lot(root: bytes, options: int) -> tuple[int, ...]:
    """Draws an order of all options from the root: by SHA-256 of the root and the option as two bytes, ascending."""
    return tuple(sorted(range(options), key=lambda option: sha256(root + option.to_bytes(2, "big")).digest()))


def versions(ballot: Ballot) -> Iterator[Version]:
    """Gives every version of every text: those on the paper at the close, then those replaced."""
    for wording, replaced in [(w, False) for w in ballot.wordings] + [(w, True) for w in ballot.earlier]:
        yield Version(
            **{**text_document(wording), "options": wording.options},
            reviewed=wording.reviewed,
            replaced=replaced,
            sha256=text_hash(wording),
        )


def read_board(document: bytes) -> Board:
    """Reads a board exactly as it was written. Raises BadBoard for anything else, naming the first fault."""
    try:
        board = adapter().validate_json(document)
    except ValidationError as faults:
        fault = faults.errors()[0]
        where = ".".join(map(str, fault["loc"])) or "file"
        raise BadBoard(f"this is no board of version {VERSION} ({where}: {fault['msg'].lower()})") from None
    if canonical(plain(board)) != document.rstrip(b"\n"):
        raise BadBoard("this is no board as it was published: its JSON is not canonical, or holds what no board has")
    return board


def is_board(document: bytes) -> bool:
    """Says whether a document of the box is a board that stands in the log, not an older one or a release of pay."""
    return document.startswith(b'{"ballots":')


def read_outcome(document: bytes) -> Outcome:
    """Reads the outcome from a board; also from one of the first version, which had no rules and only single choice."""
    said = json.loads(document)
    if "version" in said:
        return read_board(document).outcome
    old = said["outcome"]
    return Outcome(old["kind"], tuple(old["winners"]), tuple(old["counts"]), cast=sum(old["counts"]))


def in_short(outcome: Outcome) -> Outcome:
    """Gives an outcome without the steps of its count, which the board keeps."""
    return replace(outcome, count=replace(outcome.count, stages=()) if outcome.count else None)


def schema() -> str:
    """Gives the JSON schema of a board (draft 2020-12), which stands in docs/board.schema.json.

    The parts that come from elsewhere in the program are explained there.
    """
    found = adapter().json_schema()
    for part in (part for name, part in found["$defs"].items() if name not in OWN):
        part.pop("description", None)
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **found}, indent=1) + "\n"


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
