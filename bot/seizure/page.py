"""Writes down what a trial found, as Markdown that somebody who is no programmer can read."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.ballots.log import KEY as LOG
from bot.ballots.papers import SINGLE, Vote, votes_in
from bot.ballots.rules import Rules
from bot.ballots.store import BALLOT
from bot.box.pool import flag_name
from bot.box.rules import split
from bot.database import BOX, PEOPLE
from bot.dialogue import unpack
from bot.pay.rules import decode
from bot.seizure.trial import Opened, Trial

LOCATED = 22  # bytes in front of a stored step: a keyed hash and the revision of its buttons
FEW = 5
FLAG = flag_name("")
SEALED_TABLES = ("participation", "electorate", "content")


@dataclass(frozen=True)
class Part:
    """How one person stands in one open ballot or pay period, as far as a thief with the keys can tell."""

    name: str
    entitled: bool | None
    standing: str
    sealed: int
    tally: str


def page(keyed: Trial, bare: Trial, how: str) -> str:
    """Gives the whole page."""
    parts = [
        "# What a seizure would yield about one person",
        how,
        *taken(keyed),
        *about(keyed),
        *open_parts(keyed),
        *closed_parts(keyed),
        *not_found(keyed),
        *without(bare),
    ]
    return "\n\n".join(parts) + "\n"


def taken(trial: Trial) -> list[str]:
    """Says what was taken, and how much of it opened with the keys."""
    tables = [*PEOPLE.tables, *BOX.tables]
    lines = [(name, len(trial.rows_of(name)), len(trial.opened_of(name))) for name in tables]
    keys = Counter(key.split("-")[0] for key in trial.keys)
    named = ", ".join(f"{count} `{kind}`" for kind, count in sorted(keys.items()))
    return ["## What was taken", f"Key files: {named}.", table(("table", "rows", "values that opened"), lines)]


def about(trial: Trial) -> list[str]:
    """Says what the people store holds about the person."""
    pieces = ["## With the keys: who this person is", *record(trial), *step(trial)]
    pieces.append(listed("Letters that wait to be sent to this person, by kind", letters(trial)))
    known = sorted({hit.trace.removeprefix("edition ") for hit in trial.hits_in("delivered")})
    pieces.append(listed("Mass sends that are remembered as done for this person, whether or not they arrived", known))
    pieces.append(listed("Proposals of organizers that name this person", proposals(trial)))
    pieces.append(listed("Names that this person proposed, openly", proposed_names(trial)))
    pieces.append(ledger(trial))
    return pieces


def record(trial: Trial) -> list[str]:
    """Says the decrypted record, field by field."""
    records = [one for one in trial.opened_of("member") if belongs_to_person(trial, one)]
    if not records:
        return ["No record: this person is not a member, or has left."]
    fields = json.loads(records[0].plain)
    return ["The record, decrypted:", table(("field", "value"), [(k, json.dumps(v)) for k, v in fields.items()])]


def belongs_to_person(trial: Trial, opened: Opened) -> bool:
    """Says whether an opened value stands in a row in which the person was found."""
    return any(hit.row is opened.row for hit in trial.hits)


def step(trial: Trial) -> list[str]:
    """Says which question is open: of an ordinary conversation, since sealed ones are never written."""
    steps = [one for one in trial.opened_of("open_steps") if belongs_to_person(trial, one)]
    names = [found.name for one in steps if (found := unpack(one.plain[LOCATED:]))]
    return [listed("Open questions of ordinary conversations", names)]


def letters(trial: Trial) -> list[str]:
    """Gives the kinds of letters that wait, with their number."""
    own = (one for one in trial.opened_of("outbox") if belongs_to_person(trial, one))
    kinds = Counter(json.loads(one.plain)["kind"] for one in own)
    return [f"`{kind}`: {count}" for kind, count in sorted(kinds.items())]


def proposals(trial: Trial) -> list[str]:
    """Gives the kinds of proposals in which the person stands."""
    own = (one for one in trial.opened_of("proposal") if belongs_to_person(trial, one))
    return [json.loads(one.plain)["kind"] for one in own]


def proposed_names(trial: Trial) -> list[str]:
    """Gives the names that the person proposed and nobody has decided about."""
    own = (one for one in trial.opened_of("name_proposal") if belongs_to_person(trial, one))
    return [json.loads(one.plain)["name"] for one in own]


def ledger(trial: Trial) -> str:
    """Says whether the person keeps a work ledger, and what of it opened."""
    if not trial.ledgers:
        return "Work ledger: none."
    ((number, opened),) = trial.ledgers
    return (
        f"Work ledger: kept, {number} places of one size, full or not; {opened} of them opened when every key was "
        "taken for its private half."
    )


def open_parts(trial: Trial) -> list[str]:
    """Says of everything that is open whether this person took part, and in what crowd."""
    keyed = sorted(key.removeprefix("part-") for key in trial.keys if key.startswith("part-"))
    parts = [part(trial, name) for name in keyed if FLAG not in name]
    lines = [(p.name, said(p.entitled), p.standing, p.sealed or "nobody", p.tally) for p in parts]
    head = ("open ballot or period", "in the electorate", "took part", "people sealed together", "the running tally")
    raised = [f"`{name}`" for name in keyed if FLAG in name and part(trial, name).standing != "no"]
    flags = listed("Open ballots of which this person said that a text is wrong, beside no vote", raised)
    return ["## With the keys: what is open now", table(head, lines) if lines else "Nothing is open.", flags]


def part(trial: Trial, name: str) -> Part:
    """Tries to tell how one person stands in one open ballot or period."""
    rows = [row for row in trial.rows_of("participation") if row.values["ballot"] == name]
    own = [hit.row for hit in trial.hits_in("participation") if hit.row.values["ballot"] == name]
    standing = "no" if not own else "yes, waits in memory" if own[0].values["boot"] else "yes, sealed"
    lists = [row for row in trial.rows_of("electorate") if row.values["ballot"] == name]
    entitled = any(hit.row in lists for hit in trial.hits_in("electorate")) if lists else None
    sealed = sum(row.values["boot"] is None for row in rows)
    return Part(name, entitled, standing, sealed, tally(trial, name))


def tally(trial: Trial, name: str) -> str:
    """Says what the opened content of a ballot or period gives away: the tally, and when that tells a choice."""
    contents = [one for one in trial.opened_of("content") if one.row.values["ballot"] == name]
    if not contents:
        return "nothing is written yet"
    entries, rules = split(contents[0].plain), rules_of(trial, name)
    return of_votes(rules, Counter(vote for _, vote in votes_in(rules, entries))) if rules else of_reports(entries)


def rules_of(trial: Trial, name: str) -> Rules | None:
    """Gives the rules of a ballot as they opened; None of a pay period."""
    found = [one.plain for one in trial.opened_of("ballot") if one.row.values["id"] == name]
    return BALLOT.validate_json(found[0]).rules if found else None


def of_votes(rules: Rules, votes: Counter[Vote]) -> str:
    """Says the tally of a ballot; when all are alike, it tells everybody's choice, and a rich vote is a fingerprint."""
    counts = ", ".join(
        f"{f'option {vote[0] + 1}' if vote else 'blank'}: {count}" for vote, count in sorted(votes.items())
    )
    if rules.method not in SINGLE:
        counts = f"{votes.total()} votes, {len(votes)} different ones: one told to somebody before could be found"
    return counts if len(votes) > 1 else f"{counts}. All are alike, so the tally TELLS how this person voted"


def of_reports(entries: Iterable[bytes]) -> str:
    """Says how many values of reports lie there, and how many stand so alone that they can tell of somebody."""
    cells = Counter((f.cell, f.measure) for entry in entries if (f := decode(entry)))
    few = sum(count < FEW for count in cells.values())
    alone = f"; {few} of the figures have fewer than {FEW} values and can tell of somebody who is known to belong there"
    return (
        f"{sum(cells.values())} values in {len(cells)} figures, nothing joins those of one person{alone if few else ''}"
    )


def closed_parts(trial: Trial) -> list[str]:
    """Says what is left of what is closed: the public boards, and whether the person stands in one."""
    boards = [f"`{row.values['ballot']}`" for row in trial.rows_of("board")]
    where = "The person was found in one" if trial.hits_in("board") else "No trace of the person was found in them"
    return ["## With the keys: what is closed", listed("Published boards", boards), f"{where}.", *signing(trial)]


def signing(trial: Trial) -> list[str]:
    """Says what the key of the log is good for in wrong hands: of persons it tells nothing."""
    said = "With its key, false heads of the log of boards can be signed from now on; it tells nothing of anybody."
    return [said] if LOG in trial.keys else []


def not_found(trial: Trial) -> list[str]:
    """Says what was looked for and not found."""
    inside = [hit for hit in trial.hits if hit.row.table == "content"]
    choice = f"FOUND in {len(inside)} places" if inside else "not found"
    unread = [row for row in trial.rows if row.table in SEALED_TABLES[1:] and not opens(trial, row)]
    lines = [
        ("a trace of the person in what was voted or reported", choice),
        ("sealed content that no key opens any more", len(unread)),
        ("a moment in a row of the person", "only when letters are due" if timed(trial) else "not found"),
    ]
    return ["## Looked for with the keys", table(("what", "found"), lines)]


def opens(trial: Trial, row: object) -> bool:
    """Says whether something of a row opened."""
    return any(one.row is row for one in trial.opened)


def timed(trial: Trial) -> bool:
    """Says whether a row in which the person was found holds a moment."""
    return any(isinstance(value, datetime) for hit in trial.hits for value in hit.row.values.values())


def without(trial: Trial) -> list[str]:
    """Says what a copy of the data without the keys gives away."""
    places = sorted({f"`{hit.row.table}.{hit.column}` ({hit.trace})" for hit in trial.hits} | set(trial.in_files))
    cells = ((row.table, column, value) for row in trial.rows for column, value in row.values.items())
    plain = sorted({f"`{name}.{column}`" for name, column, value in cells if not isinstance(value, bytes | None)})
    boards = ["`board.document`"] if trial.rows_of("board") else []
    return [
        "## A copy of the data without the keys",
        listed("Where the person was found", places),
        listed("What can be read without a key", plain + boards),
    ]


def said(true: bool | None) -> str:
    """Says yes, no, or that there is none."""
    return "no list is kept" if true is None else "yes" if true else "no"


def listed(title: str, items: Sequence[str]) -> str:
    """Writes a list in one line."""
    return f"{title}: {', '.join(items) if items else 'none'}."


def table(head: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    """Writes a table."""
    rule = "| " + " | ".join("---" for _ in head) + " |"
    written = ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in (head, *lines)]
    return "\n".join([written[0], rule, *written[1:]])
