"""What composing and rendering digests costs for 100,000 members in 12 languages and 40 time zones.

Repeat: `python -m tests.bench.digests [--output FOLDER]`. Every member's digest is asked for in random order, composed
or found, and rendered or found by its key, as the poster does; beside it stands what 480 single ones cost, one for each
language in each zone. In the third row members also differ by country and by how often they read, each zone lying in
one country. The ten languages without a catalogue yet say English words in their own formats.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.ballots.rules import Ballot, Wording
from bot.chat.keyboards import Printer
from bot.digests.posts import Post
from bot.members.rules import Census, Member, Wish, admit
from bot.members.zones import table
from bot.pay.release import Published, Release
from bot.texts import Catalogues, data_folder
from handlers.digests import composed, laid_out
from handlers.edition import Edition, cohort_of
from handlers.lettering import headed
from tests.bench.kit.machine import output, report
from tests.digests.test_composed import Rooms

NOW = datetime(2026, 11, 27, 15, tzinfo=UTC)
SIZE = 100_000
TAGS = ("en", "sw", "am", "om", "so", "fr", "ar", "es", "pt-BR", "hi", "fil", "tr")
COUNTRIES = ("KE", "GH", "PH", "CO", "TR", "MA", "MG", "IN", "US", "BR")
ZONES = 40


def main() -> None:
    """Prints the cost of all digests beside that of one for each language and zone."""
    folder = output().output
    texts = catalogues()
    places = [(country, zone) for country in COUNTRIES for zone in table()[country]][:ZONES]
    chance, edition = random.Random(20261127), going_on()
    same = [member(number, chance.choice(TAGS), None, chance.choice(places)[1]) for number in range(SIZE)]
    mixed = [replace(one, country=country_of(one.zone, places), wish=wish(chance)) for one in same]
    one_each = [member(0, tag, None, zone) for tag in TAGS for _, zone in places]
    floor = cost(texts, edition, one_each, keep=False)
    rows: list[dict[str, Any]] = [
        {"what": "one for each language and zone", "digests": len(one_each), "cpu_s": floor[0]}
    ]
    for what, people in (("100,000 of one cohort", same), ("100,000 of ten countries and three wishes", mixed)):
        spent, rendered = cost(texts, edition, people, keep=True)
        rows.append({"what": what, "cpu_s": spent, "rendered": rendered, "times_the_floor": spent / floor[0]})
    rows += [looking_up(rows)]
    report("digests", rows, "as many renders as languages times zones, whatever the number of members", folder)


def looking_up(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Gives what is left for each member: finding the cohort, the composition and what was rendered."""
    return {"what": "each member beside the renders", "cpu_us": (rows[1]["cpu_s"] - rows[0]["cpu_s"]) / SIZE * 1e6}


def cost(texts: Catalogues, edition: Edition, people: list[Member], *, keep: bool) -> tuple[float, int]:
    """Gives the seconds of CPU that everybody's digest takes, and how many were rendered."""
    office: Any = Rooms()
    office.texts = texts
    printer, rendered, count = Printer(texts), {}, 0
    begun = time.process_time()
    for one in people:
        cohort = cohort_of(edition, one, NOW)
        screen = composed(office, edition, cohort) if keep else laid_out(texts, edition, cohort)
        name = (screen.key, one.locale, one.zone)
        if not keep or name not in rendered:
            rendered[name] = printer.show(headed(screen.text, screen), one.locale, one.zone)
            count += 1
    return time.process_time() - begun, count


def catalogues() -> Catalogues:
    """Gives twelve languages."""
    read = Catalogues.load(data_folder("locales")).translations
    return Catalogues({tag: read.get(tag, read["en"]) for tag in TAGS})


def going_on() -> Edition:
    """Gives an edition with as much in it as a busy week has."""
    wording = (Wording("en", "Where shall the next open meeting be?", ("Town", "Online")),)
    running = tuple(Ballot(f"r{n}", wording, None, NOW + timedelta(days=n + 1), "open") for n in range(4))
    decided = tuple(Ballot(f"d{n}", wording, None, NOW - timedelta(days=n + 1), "closed") for n in range(2))
    posts = tuple(Post(f"p{n}", (("en", "Meeting on Saturday. " * 12),), NOW + timedelta(days=2)) for n in range(2))
    cells = tuple(Published(f"country:{code}:USD", 120, 390, 10) for code in COUNTRIES)
    return Edition(running, decided, posts, (), Release("2026-Q3", cells), (), Census(NOW.date(), 100_000), ())


def member(number: int, locale: str, country: str | None, zone: str) -> Member:
    """Makes a member."""
    return replace(admit(number, locale, NOW, zone), country=country)


def country_of(zone: str, places: list[tuple[str, str]]) -> str:
    """Gives the country that a zone lies in."""
    return next(country for country, other in places if other == zone)


def wish(chance: random.Random) -> Wish:
    """Draws how often somebody reads; most read weekly."""
    return Wish(every=chance.choice(("week", "week", "week", "fortnight", "month")))


if __name__ == "__main__":
    main()
