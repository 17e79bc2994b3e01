"""A sample union for the demo, invented from end to end and marked as sample wherever it is read.

It goes the way real people's words go: members in the people store, votes through the box, the closing by the jobs; the
releases of six quarters are drawn from invented reports (bot/sample_pay.py) and written as the boards of the box. The
draws are seeded, so that everybody's sample is the same.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from bot.ballots.papers import Vote, entries
from bot.ballots.presets import PRESETS
from bot.ballots.rules import CODE, Ballot, Wording, closing
from bot.digests.posts import POST_LIFE, Post
from bot.jobs.ballots import close_ballots, open_ballots
from bot.jobs.pay import possible_cells
from bot.members.rules import Member, Reach, Role, admit, recount
from bot.pay.normalise import Report
from bot.pay.release import Release, to_json
from bot.sample_pay import SITES, history
from bot.texts import Money
from bot.turn import Office

SIZE = 120
ON_STAGE = 6  # who can be played on the chat page; the others only fill the figures
FIRST = 6_000_001
SEED = 20261124
FIRST_NAMES = ("Achieng", "Baraka", "Chebet", "Daudi", "Esther", "Faraja", "Grace", "Hamisi", "Imani", "Jabali")
LAST_NAMES = (
    "Otieno",
    "Mwangi",
    "Wekesa",
    "Njeri",
    "Kiptoo",
    "Hassan",
    "Mutua",
    "Achola",
    "Ndungu",
    "Barasa",
    "Omondi",
)
DECIDED, RUNNING, RATIFIED, ELECTING = "5a3f1e01", "5a3f1e02", "5a3f1e03", "5a3f1e04"
OVERTIME = (
    Wording("en", "Shall we demand that waiting time is paid first?", ("Yes, first", "Pay rise first", "I abstain")),
    Wording("sw", "Je, tudai kwanza muda wa kusubiri ulipwe?", ("Ndiyo, kwanza", "Nyongeza kwanza", "Sina upande")),
)
MEETING = (
    Wording("en", "Where shall the next open meeting be?", ("Kibera", "Online, in the evening", "Town centre")),
    Wording("sw", "Mkutano ujao wa wazi uwe wapi?", ("Kibera", "Mtandaoni, jioni", "Katikati ya mji")),
)
AGREEMENT = (
    Wording(
        "en",
        "Do we accept the agreement on night work?",
        ("Yes", "No"),
        "Nights are paid one and a half times, nobody works more than four in a row, and it runs for two years.",
        reviewed=True,
    ),
    Wording(
        "sw",
        "Je, tunakubali makubaliano ya kazi za usiku?",
        ("Ndiyo", "Hapana"),
        "Usiku hulipwa mara moja na nusu, hakuna anayefanya zaidi ya minne mfululizo, na ni ya miaka miwili.",
        reviewed=True,
    ),
)
COMMITTEE = (
    Wording(
        "en",
        "Who shall sit on the bargaining committee?",
        ("Amina, day shift", "Brian, night shift", "Cynthia, quality", "Dennis, from home", "Eunice, voice"),
        "Three are elected, until the next general meeting.",
        reviewed=True,
    ),
    Wording(
        "sw",
        "Nani akae kwenye kamati ya majadiliano?",
        ("Amina, zamu ya mchana", "Brian, zamu ya usiku", "Cynthia, ubora", "Dennis, kutoka nyumbani", "Eunice, sauti"),
        "Watatu wanachaguliwa, hadi mkutano mkuu ujao.",
        reviewed=True,
    ),
)
POST = (
    ("en", "Saturday, 10:00: how to read your payslip. Bring one, keep it in your own hands, and ask what you like."),
    ("sw", "Jumamosi, saa 10:00: namna ya kusoma hati yako ya malipo. Njoo nayo, ibaki mikononi mwako, uliza lolote."),
)


@dataclass(frozen=True)
class Invented:
    """An invented member, for the simulator's list of people."""

    telegram_id: int
    name: str
    locale: str


def on_stage() -> list[Invented]:
    """Gives the people who can be played on the chat page."""
    return [invented(number) for number in range(ON_STAGE)]


async def fill(office: Office) -> None:
    """Fills the union with invented members, a running and a decided ballot, a post and released pay figures.

    Harmless when repeated: a union that is a sample already is left as it is.
    """
    chance, now = random.Random(SEED), await office.clock.now()
    people = [invented(number) for number in range(SIZE)]
    async with office.reading() as stores:
        if await stores.instance.get("sample"):
            return
    members = [enrolled(office, person, chance, now) for person in people]
    async with office.writing() as stores:
        await stores.instance.put("sample", "1")
        await stores.instance.put_census(recount(None, len(members), now.date()))
        for member in members:
            await stores.members.put(member)
        await stores.posts.add(Post("sample", POST, now + POST_LIFE))
    await hold_ballots(office, members, chance, now)
    await release_history(office, now)


def invented(number: int) -> Invented:
    """Gives one invented person; two thirds speak Swahili."""
    name = f"{FIRST_NAMES[number % len(FIRST_NAMES)]} {LAST_NAMES[number % len(LAST_NAMES)]}"
    return Invented(FIRST + number, name, "en" if number % 3 == 0 else "sw")


def enrolled(office: Office, person: Invented, chance: random.Random, now: datetime) -> Member:
    """Makes an invented member, past probation; the second is an organizer. Nothing is sent to the crowd."""
    joined = admit(person.telegram_id, person.locale, now - timedelta(days=60), office.union.zone)
    country = "KE" if chance.random() < 0.8 else "GH"
    roles = frozenset({Role.ORGANIZER}) if person.telegram_id == FIRST + 1 else frozenset[Role]()
    employer = chance.choice([site.employer for site in SITES if site.country == country])
    crowd = person.telegram_id >= FIRST + ON_STAGE
    wish = replace(joined.wish, on=not crowd)
    reach: Reach = "never_started" if crowd else "yes"
    return replace(joined, country=country, employers=(employer,), roles=roles, wish=wish, reach=reach, sample=True)


async def hold_ballots(office: Office, members: list[Member], chance: random.Random, now: datetime) -> None:
    """Puts four questions to the vote; two are decided already."""
    over, later = now - timedelta(days=1), closing(now, timedelta(days=4))
    decided = Ballot(DECIDED, OVERTIME, None, over)
    ratified = Ballot(RATIFIED, AGREEMENT, None, over, rules=PRESETS["ratification"])
    electing = Ballot(ELECTING, COMMITTEE, None, later, rules=PRESETS["committee"])
    await put(office, decided, ratified)
    for member in members:
        if chance.random() < 0.7:
            option = chance.choices((0, 1, 2), (6, 3, 1))[0]
            await vote(office, decided, member, (option,), chance)
    for member in members:
        if chance.random() < 0.8:
            await vote(office, ratified, member, chance.choices(((0,), (1,), ()), (15, 4, 1))[0], chance)
    await close_ballots(office)
    await put(office, Ballot(RUNNING, MEETING, None, later), electing)
    for member in members[ON_STAGE:]:
        if chance.random() < 0.4:
            order = tuple(chance.sample(range(electing.options()), chance.randint(1, electing.options())))
            await vote(office, electing, member, order, chance)


async def put(office: Office, *ballots: Ballot) -> None:
    """Opens ballots."""
    async with office.writing() as stores:
        for ballot in ballots:
            await stores.ballots.add(ballot)
    await open_ballots(office)


async def vote(office: Office, ballot: Ballot, member: Member, said: Vote, chance: random.Random) -> None:
    """Casts an invented vote."""
    await office.box.put(ballot.id, member.telegram_id, entries(ballot, said, chance.randbytes(CODE)))


async def release_history(office: Office, now: datetime) -> None:
    """Writes the invented releases of the quarters before this one; one that was drawn for real stays."""
    for drawn in history(now, possible_cells()):
        if await office.box.board(drawn.period) is None:
            await office.box.open(drawn.period)
            await office.box.close(drawn.period, partial(written, drawn))


def written(drawn: Release, entries: Sequence[bytes]) -> bytes:
    """Gives a release as the board that is kept of it; nobody filed any entries."""
    return to_json(drawn).encode()


def report(member: Member, chance: random.Random) -> Report:
    """Gives an invented report: a monthly wage around the figures of domain.md 1.4, 40 hours and some unpaid."""
    currency, middle = ("KES", 34_000) if member.country == "KE" else ("GHS", 1_900)
    wage = int(middle * chance.lognormvariate(0, 0.25)) // 10 * 10
    unpaid = Decimal(chance.choice((0, 2, 5, 8, 10)))
    amount = Money(wage * 100, currency)
    task = "content_moderation_live"
    return Report(member.country or "KE", member.employers[0], task, "month", amount, Decimal(40), unpaid)
