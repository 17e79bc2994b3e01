"""Once a day: lets go of what nobody needs any more, by one table that says what, how long and why."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.jobs.names import sweep_names
from bot.jobs.petitions import sweep_signatures
from bot.ledger.rules import KEPT as LEDGERS
from bot.members import erasures
from bot.members.rules import waited_long
from bot.turn import Office, Stores

RAN = "retention.ran"  # the day it last ran, no finer
STEPS_LOOKED_AT = "retention.steps"  # the day open questions were last looked through
DECISIONS = timedelta(days=730)
POSTS = timedelta(days=30)
STEPS = timedelta(days=7)
Sweep = Callable[[Office, Stores, date], Awaitable[None]]


@dataclass(frozen=True)
class Rule:
    """One line of the policy; `sweep` is None where another job or the act itself does it."""

    what: str
    how_long: str
    why: str
    sweep: Sweep | None = None


async def sweep_steps(office: Office, stores: Stores, today: date) -> None:
    """Once a week removes open questions that waited untouched since the last time, and marks the others.

    The mark says that one look was survived: no time of anybody's last word is kept.
    """
    mark = await stores.instance.get(STEPS_LOOKED_AT)
    if mark and date.fromisoformat(mark) + STEPS > today:
        return
    await stores.steps.sweep()
    await stores.instance.put(STEPS_LOOKED_AT, today.isoformat())


async def sweep_decisions(office: Office, stores: Stores, today: date) -> None:
    """Removes ballots decided or void long ago."""
    for ballot in await stores.ballots.having("closed", "void"):
        if ballot.closes_at.date() + DECISIONS < today:
            await stores.ballots.remove(ballot.id)


async def sweep_attachments(office: Office, stores: Stores, today: date) -> None:
    """Removes documents that no ballot names."""
    ballots = await stores.ballots.having("draft", "opening", "open", "closed", "void")
    wordings = (wording for ballot in ballots for wording in (*ballot.wordings, *ballot.earlier))
    await stores.ballots.sweep_attachments(frozenset(wording.document for wording in wordings if wording.document))


async def sweep_posts(office: Office, stores: Stores, today: date) -> None:
    """Removes posts whose week is long over."""
    for post in await stores.posts.all():
        if post.ends.date() + POSTS < today:
            await stores.posts.remove(post.id)


async def sweep_invites(office: Office, stores: Stores, today: date) -> None:
    """Removes invites that are over or used up."""
    await stores.invites.sweep(today)


async def sweep_waiting(office: Office, stores: Stores, today: date) -> None:
    """Removes people whom nobody approved; they may ask again."""
    for found in await stores.members.all():
        member = await stores.members.hold(found.telegram_id) if waited_long(found, today) else None
        if member and waited_long(member, today):  # an approval may have come first
            await stores.members.remove(member.telegram_id)
            await stores.steps.remove(member.telegram_id)
            await stores.outbox.forget(member.telegram_id)


async def sweep_erasures(office: Office, stores: Stores, today: date) -> None:
    """Lets the oldest generation of the erasure list go."""
    erasures.look_after(office.vault, today)


POLICY: tuple[Rule, ...] = (
    Rule("open questions nobody answers", "7 to 14 days", "a half-said thing is not a record", sweep_steps),
    Rule("letters waiting to be sent", "until sent or no longer wanted", "deleted at their final state"),
    Rule("who got an edition", "9 days after it", "only keeps it from being sent twice"),
    Rule("who wants no reminders of a ballot", "until the day after it", "a wish about what is over says nothing"),
    Rule(
        "who said that a ballot's text is wrong", "until it is halted for it, or closes", "counted once for each person"
    ),
    Rule("ballots and their boards", f"{DECISIONS.days} days after the close", "a term of office", sweep_decisions),
    Rule("the log of boards: their hashes", "for good", "whoever keeps one of its heads can check every later one"),
    Rule("documents attached to a ballot", "as long as it; unused ones 8 days", "what was voted on", sweep_attachments),
    Rule(
        "names under petitions",
        "until taken back; 30 days after the 14 of signing",
        "put openly, to be handed over",
        sweep_signatures,
    ),
    Rule("released pay figures", "for good", "they are published, and nothing else is kept of them"),
    Rule("posts", f"{POSTS.days} days after their week", "they were read", sweep_posts),
    Rule(
        "work ledgers",
        f"until deleted or their owner leaves; entries {LEDGERS.days} days, gone when it is next opened",
        "evidence of their owners, who alone can read it",
    ),
    Rule("invites", "until used up or over", "a dead link is of no use", sweep_invites),
    Rule("people waiting for approval", "30 days after the month they came in", "they may ask again", sweep_waiting),
    Rule(
        "employers' names that members proposed",
        "until decided, 60 days after their month at most",
        "an open question",
        sweep_names,
    ),
    Rule("employers that organizers listed", "for good", "released figures name them, and nobody stands there"),
    Rule("who left, as keyed ids", "30 to 45 days", "a restore must not bring them back", sweep_erasures),
    Rule("backups in a folder of `kauli backup`", "30 days", "people who left would come back"),
)


async def keep_house(office: Office) -> None:
    """Does the day's sweep once, in one transaction with the mark that it is done; boards follow their ballots."""
    today = (await office.clock.now()).date()
    if office.tidied == today:
        return
    async with office.writing() as stores:
        if await stores.instance.get(RAN) != today.isoformat():
            for rule in POLICY:
                if rule.sweep:
                    await rule.sweep(office, stores, today)
            await stores.instance.put(RAN, today.isoformat())
    await drop_boards(office)
    office.tidied = today


async def drop_boards(office: Office) -> None:
    """Removes boards of ballots that the people store no longer has; the box second, so that a crash repeats it."""
    async with office.reading() as stores:
        known = {ballot.id for ballot in await stores.ballots.having("draft", "opening", "open", "closed", "void")}
    await office.box.drop_boards([name for name in await office.box.boards() if name not in known and "-Q" not in name])
