"""/brief and /export: what was published of an employer as files for the negotiating table; everything published."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from bot.briefs.export import Everything
from bot.briefs.files import EXPORT_FORMATS, FORMATS, Desk, ExportFormat, Format
from bot.briefs.rules import Brief, published_employers
from bot.briefs.rules import brief as brief_of
from bot.briefs.search import fitting
from bot.dialogue import Button, Document, Link, Outcome, Pages, Screen, Step, rows
from bot.jobs.pay import last_release, releases
from bot.pay.release import release_id
from bot.permissions import require
from bot.texts import Lines, Money, Refusal, Text, text
from bot.turn import Turn
from bot.workplaces.catalogue import EMPLOYERS, Employer, added, key_of


async def brief(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/brief EMPLOYER: the main figures and the PDF; without a name, whom there is a brief of."""
    require(turn.member, "organize", turn.now)
    return await named(turn, " ".join(args)) if args else AskEmployer()


async def brief_file(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Gives the brief of an employer in another format."""
    require(turn.member, "organize", turn.now)
    employer, format = (*args, "", "")[:2]
    if format not in FORMATS:
        raise Refusal("brief.unknown")
    return await shown(turn, the_one(await there(turn), employer), FORMATS[format])


async def export(turn: Turn, args: tuple[str, ...]) -> Screen:
    """/export: every release as a file, for every member; they may give it to anybody."""
    require(turn.member, "read", turn.now)
    format = EXPORT_FORMATS.get(args[0] if args else "csv", "csv")
    published, desk = await releases(turn.box), await desk_of(turn)
    if not published:
        return Screen(text("export.none"))
    period, found = published[-1].period, Everything(published, desk.sample, added())
    key = file_key("export", release_id(published[-1]), format, desk)

    async def content() -> bytes:
        return desk.export(found, format)

    file = Document(desk.name("figures", period, format), text("brief.document.all", period=period), content, key)
    return Screen(text("export.title", number=len(published)), rows(*export_buttons(), width=2), document=file)


@dataclass(frozen=True)
class AskEmployer(Step, name="brief"):
    """Asks which employer: a button for each of the last release, or a typed name."""

    page: int = 0

    async def screen(self, turn: Turn) -> Screen:
        """Lists the employers."""
        employers = await there(turn)
        pages = Pages(buttons(employers), self.page, AskEmployer)
        return Screen(text("brief.choose" if employers else "brief.nobody"), (*pages.rows(), *all_published()))

    async def read(self, turn: Turn, words: str) -> Outcome:
        """Finds the employer that was typed."""
        require(turn.member, "organize", turn.now)
        return await named(turn, words)


async def named(turn: Turn, words: str) -> Screen:
    """Shows the brief of the employer that words mean, or those they could mean. Raises Refusal for nobody."""
    found = fitting(words, await there(turn))
    if len(found) > 1:
        return Screen(text("brief.several_fit"), rows(*buttons(found)))
    return await shown(turn, the_one(found), "pdf")


async def shown(turn: Turn, employer: Employer, format: Format) -> Screen:
    """Shows the main figures of a brief with its file below, and the other formats as buttons."""
    published = await releases(turn.box)
    made, desk = brief_of(employer, published), await desk_of(turn)
    key = file_key(employer.id, release_id(made.release), format, desk)
    caption = text("brief.document", employer=employer.name, period=made.release.period)
    content = partial(desk.brief, made, format)
    file = Document(desk.name(employer.id, made.release.period, format), caption, content, key)
    return Screen(said(made, sample=desk.sample), (*formats(employer, format), *all_published()), document=file)


def said(made: Brief, *, sample: bool) -> Lines:
    """Says the main figures: a line a currency."""
    mark = (text("sample.mark"),) if sample else ()
    lines = (line.published for line in made.lines)
    figures = (
        text(
            "brief.ready.rough" if cell.rough else "brief.ready",
            employer=made.employer.name,
            period=made.release.period,
            money=Money(cell.pay, cell.currency),
            size=cell.size,
        )
        for cell in lines
    )
    return Lines((*mark, *figures, text("brief.formats", release=release_id(made.release))))


async def there(turn: Turn) -> tuple[Employer, ...]:
    """Gives the employers that the last release speaks of, by name."""
    release = await last_release(turn.box)
    ids = published_employers(release) if release else ()
    found = (EMPLOYERS[id] for id in ids if id in EMPLOYERS)
    return tuple(sorted(found, key=lambda employer: employer.name.casefold()))


def the_one(employers: Sequence[Employer], id: str | None = None) -> Employer:
    """Gives the employer with an id, or the only one. Raises Refusal when there is none."""
    found = [employer for employer in employers if id in (None, employer.id)]
    if not found:
        raise Refusal("brief.unknown")
    return found[0]


async def desk_of(turn: Turn) -> Desk:
    """Opens the desk in the reader's language."""
    return Desk(turn.office.texts, turn.locale, bool(await turn.stores.instance.get("sample")))


def file_key(about: str, release: str, format: Format | ExportFormat, desk: Desk) -> str:
    """Names a file by everything that is in it, so that it is made and uploaded once: names that were added, too."""
    names = ",".join(f"{key_of(one)}={one.name}{'-' * one.retired}" for one in added())
    return " ".join((about, names, release, format, desk.locale, str(desk.sample)))


def buttons(employers: Sequence[Employer]) -> list[Button]:
    """Gives a button for each employer."""
    return [Button(one.id, text("value", value=one.name), Link("brief", (one.id,))) for one in employers]


def formats(employer: Employer, shown: Format) -> tuple[tuple[Button, ...], ...]:
    """Gives a button for each format but the one that is shown."""
    labels: dict[str, Text] = {name: text(f"brief.{name}.button") for name in FORMATS if name != shown}
    return rows(
        *(Button(name, label, Link("brieffile", (employer.id, name))) for name, label in labels.items()), width=2
    )


def export_buttons() -> list[Button]:
    """Gives a button for each other way to have everything published."""
    labels = (("json", text("export.json.button")), ("codebook", text("brief.codebook.button")))
    return [Button(name, label, Link("export", (name,))) for name, label in labels]


def all_published() -> tuple[tuple[Button, ...], ...]:
    """Gives the button to everything published."""
    return rows(Button("export", text("export.button"), Link("export")))
