"""Counts a board again and names exactly what differs. It needs the file alone: no settings, no database.

The hashes say whether rules, texts, codes and ballots are those that were published; the count says whether the
outcome follows from them. What is withheld for anonymity cannot be counted again; that is said, too.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from hashlib import sha256
from itertools import zip_longest

from bot.ballots.board import WHOLE_FROM, Board, canonical, hashed, leaves, lot, plain, read_board, text_hash
from bot.ballots.counting import Stage, Vote, count
from bot.ballots.deciding import HALF, Case, Said, decide, draws, rule
from bot.ballots.merkle import tree_hash
from bot.ballots.outcome import Outcome
from bot.ballots.papers import SINGLE, fits
from bot.ballots.rules import CODE, Rules

FAILED = ("not_carried", "group", False)  # what a verdict over all votes may become where groups must agree too
AGREED = ("elected", "groups", True)
BY_GROUPS = {
    "carried": (("carried", "groups", True), FAILED),
    "elected": (AGREED, FAILED),
    "tied": (AGREED, FAILED, ("none_of_above", "votes", False)),
}
HEX_CODE = re.compile(f"[0-9a-f]{{{2 * CODE}}}")
SUMS = frozenset({"multiple", "approval", "score"})  # whose count follows from the totals alone
TRANSFERS = frozenset({"irv", "stv", "meek"})  # whose stages share out the same votes


@dataclass(frozen=True)
class Verified:
    """What a recount found: `faults` (none: accepted), and what could not be counted again, and why."""

    board: Board
    sha256: str
    faults: tuple[str, ...]
    unseen: tuple[str, ...]


def verify(document: bytes) -> Verified:
    """Checks a board and counts it again. Raises BadBoard for a file that is none."""
    board = read_board(document)
    checks: tuple[Callable[[Board], Iterator[str]], ...] = (rules, texts, closing, salt, lists, root, drawn, counted)
    faults = tuple(fault for check in checks for fault in tried(check, board))
    return Verified(board, sha256(document.rstrip(b"\n")).hexdigest(), faults, tuple(unseen(board)))


def tried(check: Callable[[Board], Iterator[str]], board: Board) -> list[str]:
    """Makes one check; figures with which nothing can be computed are a fault too."""
    try:
        return list(check(board))
    except (ArithmeticError, LookupError, ValueError):
        return [f"{check.__name__}: they make no sense together, so that nothing can be counted"]


def rules(board: Board) -> Iterator[str]:
    """Checks that the rules are those of their hash, and that the deciding text is the first."""
    if hashed(canonical(plain(board)["frozen"])) != board.rules_hash:
        yield "rules: they are not those of the hash that was shown on the paper"
    if not board.frozen.texts or board.frozen.decides != board.frozen.texts[0].locale:
        yield "rules: the language that decides is not that of the first text"
    if board.outcome.electorate != board.frozen.electorate.size:
        yield "outcome: the electorate is not the one that was frozen at the opening"


def texts(board: Board) -> Iterator[str]:
    """Checks each text against its hash, and those of the opening against the rules."""
    for text in board.texts:
        if text_hash(text.wording()) != text.sha256:
            yield f"text {text.locale}: it is not the one of its hash"
        if len(text.options) != board.frozen.options:
            yield f"text {text.locale}: it has {len(text.options)} options, not {board.frozen.options}"
    there = {(text.locale, text.sha256) for text in board.texts}
    frozen = {(text.locale, text.sha256) for text in board.frozen.texts}
    noted = {note.locale for note in board.notes if note.what == "wording"}
    for locale, _ in sorted(frozen - there):
        yield f"text {locale}: the one of the opening is missing"
    for locale in sorted({locale for locale, _ in there - frozen} - noted):
        yield f"text {locale}: it is not the one of the opening, and no note says that it was replaced"


def closing(board: Board) -> Iterator[str]:
    """Checks that the ballot closed when it was to, or when the last note says."""
    moved = [plain(board)["notes"][at]["closes_at"] for at, _ in enumerate(board.notes)]
    if board.closed_at != (moved[-1] if moved else board.frozen.closes_at):
        yield "notes: the ballot did not close when the rules and notes say"


def salt(board: Board) -> Iterator[str]:
    """Checks that the salt is the one that was fixed at the opening."""
    if hashed(bytes.fromhex(board.salt)) != board.frozen.salt:
        yield "salt: it is not the one that was fixed at the opening"


def lists(board: Board) -> Iterator[str]:
    """Checks both lists: sorted, no code twice, every ballot one that the method takes, as many of each."""
    said = board.frozen
    for number, code in enumerate(board.codes, 1):
        if not HEX_CODE.fullmatch(code):
            yield f"code {number}: {code} is no inclusion code"
    for number, vote in enumerate(board.ballots, 1):
        if not fits(said.rules, said.options, vote):
            yield f"ballot {number}: {list(vote)} is none that the method takes"
    if list(board.codes) != sorted(set(board.codes)):
        yield "codes: they are not sorted, or one stands there twice"
    if list(board.ballots) != sorted(board.ballots):
        yield "ballots: they are not sorted"
    if board.ballots and len(board.ballots) != len(board.codes):
        yield f"codes: there are {len(board.codes)}, but {len(board.ballots)} ballots"
    if len(board.codes) != board.outcome.cast:
        yield f"outcome: {board.outcome.cast} cast, but {len(board.codes)} codes"
    if board.groups and len(board.groups) != len(board.ballots):
        yield "groups: there is not one for each ballot"


def root(board: Board) -> Iterator[str]:
    """Checks the root over all that decides a lot."""
    if tree_hash(list(leaves(board))).hex() != board.root:
        yield "root: rules, texts, salt, codes and ballots are not all those that were published"


def drawn(board: Board) -> Iterator[str]:
    """Checks that the order of a lot is the one that follows from the root."""
    used = board.outcome.kind == "figures" and draws(board.frozen.rules)
    if board.lot != (lot(bytes.fromhex(board.root), board.frozen.options) if used else ()):
        yield "lot: it is not the order that follows from the root"


def counted(board: Board) -> Iterator[str]:
    """Counts again as far as ballots are published, and compares outcome and stages."""
    if board.outcome.kind != "figures":
        yield from nothing_told(board)
    elif not all(fits(board.frozen.rules, board.frozen.options, vote) for vote in board.ballots):
        yield "outcome: it cannot be counted with ballots that the method does not take"
    elif board.ballots:
        yield from differences(board.outcome, recount(board))
    else:
        yield from without_ballots(board)


def recount(board: Board) -> Outcome:
    """Counts the published ballots with the bot's own code."""
    said, out = board.frozen, board.outcome
    if said.rules.double and not board.groups:
        plain_rules = replace(said.rules, double="", threshold=said.rules.threshold or HALF)
        votes = [(0, vote) for vote in board.ballots]
        found = decide(plain_rules, said.options, said.electorate.size, (), votes, board.lot)
        return as_in_groups(found, out)
    groups = board.groups or (len(said.groups),) * len(board.ballots)
    votes = list(zip(groups, board.ballots, strict=False))
    return decide(said.rules, said.options, said.electorate.size, said.groups, votes, board.lot)


def as_in_groups(found: Outcome, published: Outcome) -> Outcome:
    """Takes from what was published what hung on groups that are withheld, where the whole agreed."""
    out = published
    may_be = BY_GROUPS.get(found.verdict, ()) if set(out.winners) <= set(found.winners) else ()
    if (out.verdict, out.why, bool(out.winners)) in may_be:
        return replace(found, verdict=out.verdict, why=out.why, winners=out.winners, tied=())
    return found


def differences(published: Outcome, found: Outcome) -> Iterator[str]:
    """Names each part of an outcome that differs from what was counted, and each stage of the count."""
    for field in fields(Outcome):
        said, is_ = getattr(published, field.name), getattr(found, field.name)
        if field.name != "count" and said != is_:
            yield f"outcome: {field.name} is published as {shown(said)}, counted as {shown(is_)}"
    one, other = published.count, found.count
    if one and other:
        yield from stages(one.stages, other.stages)
        if replace(one, stages=()) != replace(other, stages=()):
            yield "count: its winners, totals or order are not those that were counted"
    elif one != other:
        yield "count: it is published though it must not be, or missing"


def stages(published: tuple[Stage, ...], found: tuple[Stage, ...]) -> Iterator[str]:
    """Names each stage that differs."""
    for number, (said, is_) in enumerate(zip_longest(published, found), 1):
        if said != is_:
            yield f"stage {number} of the count: published as {shown(said)}, counted as {shown(is_)}"


def without_ballots(board: Board) -> Iterator[str]:
    """Checks what can be checked where ballots are withheld: totals, and the verdict that follows from the count."""
    said, out = board.frozen, board.outcome
    if said.rules.method in SINGLE or out.cast >= WHOLE_FROM:
        yield "ballots: they are missing"
        return
    if out.count is None or not 0 <= out.blank <= out.cast:
        yield "count: it is missing"
        return
    votes = stand_ins(said.rules, out, said.options)
    if votes is None or out.counts != out.count.totals:
        yield "count: its totals are more than the ballots that were cast"
        return
    if said.rules.method in SUMS:
        again = count(said.rules.method, tallied(votes), said.options, said.rules.seats, board.lot or None)
        yield from stages(out.count.stages, again.stages)
    elif said.rules.method in TRANSFERS:
        yield from shared_out(board)
    ruling = rule(Case(said.rules, said.options, said.electorate.size, said.groups, votes, out.count))
    if (ruling.verdict, ruling.why, ruling.winners, ruling.tied) != (out.verdict, out.why, out.winners, out.tied):
        yield f"outcome: {out.verdict} is published, but {ruling.verdict} follows from the count and the rules"


def stand_ins(rules: Rules, out: Outcome, options: int) -> Said | None:
    """Gives votes with the same totals where the totals decide, else any; None where there can be no such votes."""
    valid = out.cast - out.blank
    totals = out.count.totals if out.count else ()
    votes: list[Vote] = [(0,)] * valid
    if rules.method in SUMS:
        if not valid or len(totals) != options:
            return None
        votes = scored(totals, valid) if rules.method == "score" else marked(totals, valid)
        if not all(fits(replace(rules, most=0), options, vote) and vote for vote in votes):
            return None
    return [(0, vote) for vote in votes] + [(0, ())] * out.blank


def scored(totals: tuple[int, ...], valid: int) -> list[Vote]:
    """Spreads sums of scores evenly over votes."""
    return [tuple(total // valid + (at < total % valid) for total in totals) for at in range(valid)]


def marked(totals: tuple[int, ...], valid: int) -> list[Vote]:
    """Deals marks out in turn, so that no vote has one twice and none is left without."""
    votes: list[Vote] = [()] * valid
    dealt = [option for option, total in enumerate(totals) for _ in range(total)]
    for at, option in enumerate(dealt):
        votes[at % valid] += (option,)
    return votes


def tallied(votes: Said) -> dict[Vote, int]:
    """Counts how many gave each vote."""
    return Counter(vote for _, vote in votes)


def shared_out(board: Board) -> Iterator[str]:
    """Checks that each stage shares out all valid votes, to the last unit."""
    found = board.outcome.count
    whole = (board.outcome.cast - board.outcome.blank) * (found.scale if found else 0)
    for number, stage in enumerate(found.stages if found else (), 1):
        if stage.totals and sum(stage.totals) + stage.rest != whole:
            yield f"stage {number} of the count: its totals are not all the valid votes"


def nothing_told(board: Board) -> Iterator[str]:
    """Checks that an outcome without figures has none anywhere."""
    out = board.outcome
    if board.codes or board.ballots or board.groups or out.count or out.counts or out.cast or out.blank or out.groups:
        yield "outcome: it says that figures are withheld, and yet there are some"


def unseen(board: Board) -> Iterator[str]:
    """Says what could not be counted again, and why."""
    if board.outcome.kind == "none":
        yield "Fewer than 5 voted, so that nothing is published and nothing can be counted again."
    elif board.outcome.kind == "bare":
        yield "Fewer than 10 voted, or all alike: figures would tell how somebody voted, so none are there."
    elif not board.ballots:
        yield "Fewer than 50 voted, so that ballots are withheld: what follows from the count is checked."
    elif board.frozen.rules.double and not board.groups:
        yield "Figures of groups are withheld: whether each group agreed cannot be counted again."


def shown(value: object) -> str:
    """Writes a value of an outcome for the reader."""
    if isinstance(value, Stage):
        return f"{value.did} {list(value.options)} {list(value.amounts)} {list(value.totals)} {value.rest}"
    return "nothing" if value is None else repr(value)
