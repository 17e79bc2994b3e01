"""What a voter may say, by method, and how it is laid out in the box: entries of one size that nothing joins.

A vote is a tuple of numbers; `()` is a blank one (an abstention), cast but not valid. Options are numbers in the order
of the deciding wording:

- yesno, choice: the option;
- multiple, approval: the options in ascending order;
- score: one score of 0 to `top` for every option;
- irv, schulze, stv, meek: options from best to worst, not necessarily all;
- demands: the least important one (or the number of options, when none is named), then one to three of the most
  important ones in order.
"""

from bot.ballots.rules import CODE, Ballot, Rules

Vote = tuple[int, ...]
RANKED = frozenset({"irv", "schulze", "stv", "meek"})
SINGLE = frozenset({"yesno", "choice"})
MOST_DEMANDS = 3
BLANK = 255
ENTRY = 16  # bytes of an entry in the box, at least


def fits(rules: Rules, options: int, vote: Vote) -> bool:
    """Says whether a vote is one that the method takes, of this many options."""
    if not vote:
        return True
    if rules.method == "score":
        return len(vote) == options and all(0 <= score <= rules.top for score in vote)
    if rules.method == "demands":
        return fits_demands(options, vote)
    return len(vote) <= longest(rules, options) and distinct(vote, options) and (ranks(rules) or ascending(vote))


def fits_demands(options: int, vote: Vote) -> bool:
    """Says whether a least important option (or none) is followed by one to three other ones."""
    worst, best = vote[0], vote[1:]
    return 0 <= worst <= options and 1 <= len(best) <= MOST_DEMANDS and distinct(best, options) and worst not in best


def distinct(vote: Vote, options: int) -> bool:
    """Says whether every mark is an option, and none is marked twice."""
    return len(set(vote)) == len(vote) and all(0 <= option < options for option in vote)


def ascending(vote: Vote) -> bool:
    """Says whether options stand in their own order, which carries no meaning and so may tell nothing."""
    return list(vote) == sorted(vote)


def ranks(rules: Rules) -> bool:
    """Says whether voters put options in order."""
    return rules.method in RANKED


def longest(rules: Rules, options: int) -> int:
    """Gives the most numbers a vote can have."""
    if rules.method in SINGLE:
        return 1
    if rules.method == "demands":
        return 1 + MOST_DEMANDS
    return min(rules.most or options, options) if rules.method == "multiple" else options


def entries(ballot: Ballot, vote: Vote, code: bytes, group: int = 0) -> tuple[bytes, bytes]:
    """Writes a vote as two entries of one size: what was said, and the code that it was counted in.

    `group` is the voter's place among `ballot.groups` (their number: none of them), written for a double majority only.
    Raises ValueError when the vote does not fit.
    """
    if not fits(ballot.rules, ballot.options(), vote):
        raise ValueError("this vote does not fit the method of its ballot")
    said = b"v" + (bytes((group,)) if ballot.rules.double else b"") + marks(ballot.rules, vote)
    size = entry_size(ballot)
    return said.ljust(size, b"\0"), (b"c" + code).ljust(size, b"\0")


def marks(rules: Rules, vote: Vote) -> bytes:
    """Writes the numbers of a vote: one of a single mark, else how many, then each."""
    return bytes(vote or (BLANK,)) if rules.method in SINGLE else bytes((len(vote), *vote))


def entry_size(ballot: Ballot) -> int:
    """Gives the bytes of each entry of a ballot, whatever is voted."""
    return max(ENTRY, 3 + longest(ballot.rules, ballot.options()))


def read_vote(rules: Rules, entry: bytes) -> tuple[int, Vote]:
    """Gives back group and vote from an entry that begins with "v"; the group is 0 where there are none."""
    group, said = (entry[1], entry[2:]) if rules.double else (0, entry[1:])
    if rules.method in SINGLE:
        return group, () if said[0] == BLANK else (said[0],)
    return group, tuple(said[1 : 1 + said[0]])


def votes_in(rules: Rules, box: list[bytes]) -> list[tuple[int, Vote]]:
    """Gives every (group, vote) in the box, sorted."""
    return sorted(read_vote(rules, entry) for entry in box if entry[:1] == b"v")


def codes_in(box: list[bytes]) -> list[str]:
    """Gives every inclusion code in the box in hex, sorted."""
    return sorted(entry[1 : 1 + CODE].hex() for entry in box if entry[:1] == b"c")
