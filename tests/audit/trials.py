"""Many worlds against every attacker: collects scores by comparison, each world one independent trial."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

from bot.ballots.rules import Method
from bot.database import open_database
from tests.audit.attackers import ATTACKS, two_copies
from tests.audit.controls import CONTROLS, ON_POSTGRES, control, postgres_control
from tests.audit.keepers import administer, folder, migrated, postgres_box, sqlite_box, url
from tests.audit.kinds import BALLOT
from tests.audit.scene import REPORTS, VOTES, Moment, Scene, Score
from tests.audit.worlds import Keeper, World, play

CONTROL_SIZE = 20
CONTROL_MOMENT: Moment = "closed"


@dataclass(frozen=True, order=True)
class Comparison:
    """What is compared: on which database, how many people, when, by whom, what they want to know."""

    store: str
    size: int
    moment: str
    attack: str
    level: str
    kind: str
    method: Method = "choice"


Scores = dict[Comparison, list[tuple[float, float]]]


@dataclass(frozen=True)
class Task:
    """Some worlds of one sort. `home` is the folder of a PostgreSQL server, None for SQLite; `control` names a control.

    Worlds that are not `whole` have votes only and serve the attacker with two copies.
    """

    store: str
    size: int
    seeds: tuple[str, ...]
    home: Path | None = None
    control: str = ""
    whole: bool = True
    method: Method = "choice"


def run(task: Task) -> Scores:
    """Plays the worlds of a task in this process."""
    return asyncio.run(trials(task))


async def trials(task: Task) -> Scores:
    """Plays the worlds of a task and lets every attacker at each."""
    scores: Scores = defaultdict(list)
    async with folder() as place:
        template = await prepare(task, place)
        for number, seed in enumerate(task.seeds):
            async with keeper(task, place, template, f"w{template}{number}") as kept:
                world = await play(kept, task.size, seed, whole=task.whole, method=task.method)
            for comparison, score in compared(task, world):
                scores[comparison].append((score.linked, score.baseline))
        if task.home:
            await administer(task.home, f'drop database "{template}" with (force)')
    return dict(scores)


async def prepare(task: Task, place: Path) -> str:
    """Makes a migrated database to copy from, and gives its name."""
    name = f"t{place.name[-8:].lower()}"
    if task.home:
        await administer(task.home, f'create database "{name}"')
    (place / "template").mkdir()
    await migrated(open_database(url(task.home, name) if task.home else None, place / "template"))
    return name


def keeper(task: Task, place: Path, template: str, name: str) -> AbstractAsyncContextManager[Keeper]:
    """Gives the store of one world."""
    if task.control == ON_POSTGRES:
        assert task.home
        return postgres_control(task.home, template, name)
    if task.control:
        return control(CONTROLS[task.control])
    if task.home:
        return postgres_box(task.home, template, name, task.method)
    return sqlite_box(place / "template" / "box.db", task.method)


def compared(task: Task, world: World) -> Iterable[tuple[Comparison, Score]]:
    """Scores every attacker on every scene of a world; a control is looked at once, while open."""
    store = task.control or task.store
    for scene in world.scenes:
        if not task.control or scene.moment == CONTROL_MOMENT:
            yield from attacked(task, scene)
    pairs = [score for scene in world.pairs if (score := two_copies(scene))]
    if pairs and not task.control and task.method == "choice":
        comparison = Comparison(store, task.size, "open", "two copies with their keys", "S1 twice", "code")
        linked, fair = (sum(column) / len(pairs) for column in ([p.linked for p in pairs], [p.baseline for p in pairs]))
        yield comparison, Score(linked, fair)


def attacked(task: Task, scene: Scene) -> Iterable[tuple[Comparison, Score]]:
    """Scores every attacker on one scene."""
    kinds = VOTES if scene.name == BALLOT else REPORTS
    for attack in (attack for attack in ATTACKS if task.store in attack.stores):
        for kind in (kind for kind in kinds if kind in attack.kinds):
            at = (task.control or task.store, task.size, scene.moment)
            compared = Comparison(*at, attack.name, attack.level, kind, task.method)
            yield compared, attack.score(scene, kind)
