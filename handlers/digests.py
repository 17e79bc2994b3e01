"""/digest: what everybody reads once a week, composed once per language."""

from datetime import datetime

from bot.ballots.rules import Ballot
from bot.dialogue import Button, Link, Outcome, Screen, rows
from bot.digests.posts import Post, current
from bot.digests.rules import DECIDED_WITHIN, fitting
from bot.jobs.cuts import falls
from bot.jobs.pay import last_release
from bot.permissions import require
from bot.texts import LanguageName, Lines, Text, text
from bot.turn import Office, Stores, Turn
from handlers.ballots import open_line
from handlers.falls import MOST_IN_DIGEST, fallen
from handlers.pay.evidence import figures
from handlers.results import log_line, outcome
from handlers.sampled import sample_mark

Wordings = tuple[tuple[str, str], ...]


async def digest(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/digest: the current digest at once, in the reader's language."""
    require(turn.member, "read", turn.now)
    return await compose(turn.stores, turn.office, turn.locale, turn.now)


async def compose(stores: Stores, office: Office, locale: str, now: datetime, draft: Post | None = None) -> Screen:
    """Composes the digest of one language: it is the same for everybody who reads that language.

    Whole items are left out, the last first, until the text fits one message.
    """
    running = await stores.ballots.having("open")
    decided = [ballot for ballot in await stores.ballots.having("closed") if ballot.closes_at + DECIDED_WITHIN > now]
    post = draft or current(await stores.posts.all(), now)
    items: list[Text | Lines] = [*post_items(post, locale), *(open_line(ballot, locale) for ballot in running)]
    items += [outcome(ballot, locale) for ballot in reversed(decided)]
    items += await log_line(office, stores) if decided else ()
    items += await pay_items(office, locale)
    mark = await sample_mark(stores)
    fit = fitting(items, lambda item: len(office.texts.render(item, locale, office.union.zone)))
    body = fit or [text("digest.nothing")]
    return Screen(Lines((text("digest.title"), *mark, *body)), links(running), protected=True)


def post_items(post: Post | None, locale: str) -> list[Text]:
    """Gives the organizers' post, saying so when it is not in the reader's language."""
    if post is None:
        return []
    language, words = post.wording(locale)
    if language == locale:
        return [text("digest.post", words=words)]
    return [text("digest.post.other_language", words=words, language=LanguageName(language))]


async def pay_items(office: Office, locale: str) -> list[Lines]:
    """Gives the newest pay figures that may be published, what fell in them first."""
    release = await last_release(office.box)
    return [*fallen(await falls(office, release.period), MOST_IN_DIGEST), figures(release)] if release else []


def links(running: list[Ballot]) -> tuple[tuple[Button, ...], ...]:
    """Gives the buttons under a digest; the same for all, whether or not they voted."""
    names = [*(["ballots"] if running else []), "pay", "stats"]
    when = Button("wishes", text("wishes.button"), Link("wishes"))
    return rows(*(Button(name, text(f"menu.{name}.button"), Link(name)) for name in names), when, width=2)
