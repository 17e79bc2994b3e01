"""/digest: what everybody reads at the hour of their choice, composed once per cohort.

It is words alone, whatever its reader wishes of pictures: words below a chart would have to fit the 1,024 units of a
caption, which few digests do, and the chart is one tap away, under its button.
"""

from collections import OrderedDict
from dataclasses import replace
from datetime import datetime

from bot.dialogue import Button, Link, Outcome, Screen, rows
from bot.digests.posts import Post
from bot.digests.rights import paragraph
from bot.digests.rules import LONGEST, Fit, Item, fitting
from bot.permissions import require
from bot.texts import Catalogues, LanguageName, Lines, Text, text, units
from bot.turn import Office, Stores, Turn
from handlers.ballots import open_line
from handlers.edition import Cohort, Edition, cohort_of, edition_of, everybody
from handlers.falls import MOST_IN_DIGEST, fallen
from handlers.lettering import key_of
from handlers.pay.evidence import figures
from handlers.results import outcome

BESIDE = 500  # units that a preview says above the digest
MOST = 2000  # compositions that are kept in memory: more than the languages and zones of a union
STANDING = ("census", "rights")  # no news


async def digest(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/digest: the current digest at once, as the reader's cohort has it."""
    member = require(turn.member, "read", turn.now)
    edition = await edition_of(turn.stores, turn.office, turn.now)
    cohort = replace(cohort_of(edition, member, turn.now), locale=turn.locale)
    return composed(turn.office, edition, cohort)


async def compose(stores: Stores, office: Office, locale: str, now: datetime, draft: Post | None = None) -> Screen:
    """Composes the digest of a language for a preview, with a draft instead of the posts that are kept."""
    edition = await edition_of(stores, office, now)
    shown = replace(edition, posts=(draft,)) if draft else edition
    return laid_out(office.texts, shown, everybody(shown, locale, office.union.zone, now), BESIDE)


def composed(office: Office, edition: Edition, cohort: Cohort) -> Screen:
    """Gives the digest of a cohort, composed at its first reader; what is composed stays until the content changes."""
    kept: OrderedDict[object, Screen] = office.composed
    name = (edition.name, cohort)
    if name not in kept:
        screen = laid_out(office.texts, edition, cohort)
        kept[name] = replace(screen, key=key_of(screen))
        if len(kept) > MOST:
            kept.popitem(last=False)
    return kept[name]


def laid_out(texts: Catalogues, edition: Edition, cohort: Cohort, beside: int = 0) -> Screen:
    """Lays out a digest: whole items, as many as fit one message beside so many units of other words."""
    found = items(edition, cohort)
    news = any(item.kind not in STANDING for item in found)
    title = (text(f"digest.title.{cohort.every}"), *edition.mark, *(() if news else (text("digest.nothing"),)))
    fit = fitted(texts, cohort, Lines((text("letter.head"), *title)), found, beside)
    more = (text("digest.more"),) if fit.short else ()
    said = Lines((*title, *(item.said for item in fit.items), *more))
    return Screen(said, links(open=bool(cohort.running)), protected=True)


def fitted(texts: Catalogues, cohort: Cohort, above: Lines, found: list[Item], beside: int) -> Fit:
    """Gives what fits below the lines above, measured as the reader will have it."""

    def length(said: Text | Lines) -> int:
        return units(texts.plain(said, cohort.locale, cohort.zone))

    room = LONGEST - beside - length(above)
    return fitting(found, room, length(text("digest.more")), lambda item: length(item.said))


def items(edition: Edition, cohort: Cohort) -> list[Item]:
    """Gives everything a cohort's digest has to say; of each kind the most important first."""
    locale = cohort.locale
    found = [Item("post", said(post, locale)) for post in edition.posts if post.id in cohort.posts]
    found += [Item("open", open_line(one, locale)) for one in edition.running if one.id in cohort.running]
    for ballot in edition.decided:
        if ballot.id in cohort.decided:
            closed = text("digest.closed", closes=ballot.closes_at)
            found.append(Item("decided", Lines((outcome(ballot, locale), closed), tight=True)))
    found += [Item("log", line) for line in edition.log] if cohort.decided else []
    return [*found, *pay_items(edition), *standing_items(edition, cohort)]


def said(post: Post, locale: str) -> Text:
    """Gives an organizers' post, saying so when it is not in the reader's language."""
    language, words = post.wording(locale)
    if language == locale:
        return text("digest.post", words=words)
    return text("digest.post.other_language", words=words, language=LanguageName(language))


def pay_items(edition: Edition) -> list[Item]:
    """Gives the newest pay figures that may be published, and what fell in them."""
    fell = [Item("fall", line) for line in fallen(edition.falls, MOST_IN_DIGEST)]
    return [*fell, Item("release", figures(edition.release))] if edition.release else []


def standing_items(edition: Edition, cohort: Cohort) -> list[Item]:
    """Gives how many we are, floored and only where we are ten, and one paragraph on the reader's rights."""
    census = edition.census
    counted = [text("digest.census", size=census.shown, date=census.counted)] if census and census.shown else []
    one = paragraph(cohort.country, cohort.number)
    rights = text("digest.rights", said=text(f"rights.{one.key}"), year=one.year)
    return [*(Item("census", line) for line in counted), Item("rights", rights)]


def links(*, open: bool) -> tuple[tuple[Button, ...], ...]:
    """Gives the buttons under a digest; the same for all, whether or not they voted."""
    names = [*(["ballots"] if open else []), "pay", "stats"]
    when = Button("wishes", text("wishes.button"), Link("wishes"))
    return rows(*(Button(name, text(f"menu.{name}.button"), Link(name)) for name in names), when, width=2)
