"""`kauli brief` and `kauli export`: the same files as in the chat, from the data folder or, offline, from an export."""

from pathlib import Path

from bot.box.store import BoxStore
from bot.briefs.export import Everything, read_export
from bot.briefs.faults import BriefError
from bot.briefs.files import Desk, ExportFormat, Format
from bot.briefs.rules import brief, published_employers
from bot.briefs.search import fitting, until
from bot.database import mended, open_for_reading
from bot.jobs.pay import is_period
from bot.keys.custody import custody_of
from bot.members.store import InstanceStore
from bot.pay.release import Release, from_json
from bot.settings import Settings
from bot.texts import Catalogues, data_folder
from bot.workplaces.catalogue import EMPLOYERS, Employer, use
from bot.workplaces.store import WorkplaceStore


async def make_brief(found: Everything, words: str, named: str | None, format: Format, locale: str) -> bytes:
    """Makes the brief of an employer from the release with an id or period. Raises BriefError."""
    releases = until(found.releases, named)
    employer = meant(words, releases[-1])
    return await desk(found, locale).brief(brief(employer, releases), format)


def make_export(found: Everything, format: ExportFormat, locale: str) -> bytes:
    """Makes the export of everything published. Raises BriefError."""
    return desk(found, locale).export(found, format)


def desk(found: Everything, locale: str) -> Desk:
    """Opens the desk for a language. Raises BriefError for one that is not offered."""
    texts = Catalogues.load(data_folder("locales"))
    matched = texts.match(locale)
    if matched is None:
        raise BriefError(f"the language {locale} is not offered: choose one of {', '.join(texts.locales)}")
    return Desk(texts, matched, found.sample)


def meant(words: str, release: Release) -> Employer:
    """Gives the one employer that words mean among those of a release. Raises BriefError with who is there."""
    there = [EMPLOYERS[id] for id in published_employers(release) if id in EMPLOYERS]
    found = fitting(words, there)
    if len(found) == 1:
        return found[0]
    names = ", ".join(employer.id for employer in found or there) or "nobody"
    how = "several employers fit" if found else "no employer with figures"
    raise BriefError(f"{how} {words!r} in {release.period}: choose one of {names}")


def from_file(file: Path) -> Everything:
    """Reads an export. Raises BriefError."""
    try:
        document = file.read_bytes()
    except OSError as error:
        raise BriefError(f"{file} cannot be read ({error.strerror}): check its name and rights") from None
    found = read_export(document)
    use(found.added)
    return found


async def from_data(settings: Settings) -> Everything:
    """Reads every release of this installation, beside a running bot too. Raises DatabaseError and VaultError."""
    vault = custody_of(settings).unlock(fresh=False)
    database = open_for_reading(settings.database_url, settings.data_dir)
    try:
        with mended("people"):
            async with database.people.reader.begin() as connection:
                sample = await InstanceStore(connection, vault).get("sample")
                added = tuple(await WorkplaceStore(connection, vault).added())
        with mended("box"):
            async with database.box.reader.begin() as connection:
                releases = await every_release(BoxStore(connection))
    finally:
        await database.close()
    use(added)
    return Everything(releases, bool(sample), added)


async def every_release(box: BoxStore) -> tuple[Release, ...]:
    """Gives every release, the oldest first."""
    documents = [await box.board(name) for name in sorted(filter(is_period, await box.boards()))]
    return tuple(from_json(document) for document in documents if document)
