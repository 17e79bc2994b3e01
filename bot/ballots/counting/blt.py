"""Reads elections from BLT files, the exchange format of STV programs (OpenSTV, OpaVote, the council data of Scotland).

The format, a line each: the numbers of candidates and of seats; then, where somebody withdrew, their numbers with a
minus; then ballots, "how many, first, second ..., 0", where "-" is a rank left out; then a single 0; then the names of
all candidates and a title, in quotes or without. What follows a # is a comment, save in quotes. Equal ranks (3=5) are
refused, since no method here has them. Whoever withdrew is taken off every ballot before the count.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from bot.ballots.counting.model import Vote, Votes

COMMENT = re.compile(r'^((?:[^#"]|"[^"]*")*)#.*$')
QUOTED = re.compile(r'"([^"]*)"')
NUMBER = re.compile(r"-?[0-9]{1,9}")

Line = tuple[int, str]


class BltError(Exception):
    """A BLT file is not right; says in which line, what, and the mend."""


@dataclass(frozen=True)
class Election:
    """An election as a file tells it: candidates by name, without those who withdrew, and the votes for them."""

    title: str
    names: tuple[str, ...]
    seats: int
    votes: Votes
    withdrawn: tuple[str, ...] = ()


def read(words: str) -> Election:
    """Reads a BLT file. Raises BltError."""
    lines = list(content(words))
    if not lines:
        raise BltError("the file is empty: its first line says how many candidates there are, and how many seats")
    candidates, seats = size(lines[0])
    end = next((at for at, (_, said) in enumerate(lines) if at and said == "0"), None)
    if end is None:
        raise BltError(f"line {lines[-1][0]}: the ballots do not end: put a line with a single 0 after the last one")
    gone, ballots = out(lines[1:end], candidates)
    *names, title = named(lines[end + 1 :], candidates, lines[-1][0])
    staying = [number for number in range(candidates) if number not in gone]
    votes = Counter[Vote]()
    for line in ballots:
        people, vote = ballot(line, candidates)
        votes[tuple(staying.index(number) for number in vote if number not in gone)] += people
    kept, withdrawn = (tuple(names[number] for number in some) for some in (staying, sorted(gone)))
    return Election(title, kept, seats, votes, withdrawn)


def content(words: str) -> Iterator[Line]:
    """Gives what each line says without comments, with its number; empty lines are left out."""
    for number, line in enumerate(words.removeprefix("\ufeff").splitlines(), 1):
        if said := " ".join(COMMENT.sub(r"\1", line).split()):
            yield number, said


def size(line: Line) -> tuple[int, int]:
    """Reads the first line."""
    found = [numeral(line, said) for said in line[1].split()]
    if len(found) != 2 or min(found) < 1:
        raise BltError(f"line {line[0]}: write the number of candidates and the number of seats, such as 5 2")
    return found[0], found[1]


def out(lines: list[Line], candidates: int) -> tuple[set[int], list[Line]]:
    """Reads who withdrew from the lines that begin with a minus; gives the others too."""
    gone = set[int]()
    while lines and NUMBER.match(lines[0][1]) and lines[0][1].startswith("-"):
        line, *lines = lines
        gone |= {candidate(line, said, candidates, -1) for said in line[1].split()}
    if len(gone) == candidates:
        raise BltError("every candidate has withdrawn: leave at least one")
    return gone, lines


def ballot(line: Line, candidates: int) -> tuple[int, Vote]:
    """Reads one line of ballots: how many people, and whom they rank."""
    weight, *ranks = line[1].split()
    people = numeral(line, weight)
    if people < 0:
        raise BltError(f"line {line[0]}: {weight} people cannot have voted so: begin with how many they are")
    if not ranks or ranks.pop() != "0":
        raise BltError(f"line {line[0]}: the ballot does not end: put a 0 after its last preference")
    vote = tuple(candidate(line, said, candidates) for said in ranks if said != "-")
    if len(set(vote)) < len(vote):
        raise BltError(f"line {line[0]}: somebody stands twice on the ballot: leave out all but the first")
    return people, vote


def candidate(line: Line, said: str, candidates: int, sign: int = 1) -> int:
    """Reads the number of a candidate, which here begins with 0."""
    if "=" in said:
        raise BltError(f"line {line[0]}: {said} ranks candidates equally, which no method here counts: put one first")
    number = sign * numeral(line, said)
    if not 1 <= number <= candidates:
        raise BltError(f"line {line[0]}: there is no candidate {said}: they are 1 to {candidates}")
    return number - 1


def numeral(line: Line, said: str) -> int:
    """Reads a whole number."""
    if not NUMBER.fullmatch(said):
        raise BltError(f"line {line[0]}: {said[:20]!r} is no whole number of up to nine digits")
    return int(said)


def named(lines: list[Line], candidates: int, last: int) -> list[str]:
    """Reads the names and the title, which may be missing."""
    names = [name for _, said in lines for name in (QUOTED.findall(said) or [said])]
    if len(names) < candidates:
        raise BltError(
            f"line {last}: {len(names)} names for {candidates} candidates: put the others below, a line each"
        )
    names = [" ".join(name.split()) for name in [*names, ""][: candidates + 1]]
    if double := next((name for name in names[:-1] if names[:-1].count(name) > 1), None):
        raise BltError(f"line {last}: two candidates have the name {double!r}: tell them apart")
    return names
