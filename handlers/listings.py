"""The three lists that names can stand in, as the conversations about names look into them."""

from collections.abc import Callable
from dataclasses import replace

from bot.dialogue import Action, Button, Pages, Step
from bot.turn import Turn
from bot.workplaces.catalogue import IN_USE, OTHER, Listing, Task, What, name_of, task_name


def known(turn: Turn, what: What) -> list[Listing]:
    """Lists what a name can mean; task families also by the names that they have in every language."""
    return [in_every_language(turn, one) if isinstance(one, Task) else one for one in IN_USE[what].values()]


def in_every_language(turn: Turn, task: Task) -> Task:
    """Gives a task family with every name by which members can see it."""
    texts = turn.office.texts
    spoken = (texts.plain(task_name(task.id), locale, turn.zone) for locale in texts.locales)
    return replace(task, aliases=(*task.aliases, *spoken))


def listed_pages(
    turn: Turn, what: What, page: int, leads: Callable[[Listing], Step | Action], turn_to: Callable[[int], Step]
) -> Pages:
    """Gives a page of all that a list holds, what is retired too, sorted by name; "other" is none of them."""
    listed = sorted((one for one in IN_USE[what].values() if one.id != OTHER), key=lambda one: seen(turn, one))
    return Pages([Button(one.id, name_of(one), leads(one)) for one in listed], page, turn_to, width=2, size=12)


def seen(turn: Turn, one: Listing) -> str:
    """Gives the name that the sender sees, to sort by."""
    return turn.office.texts.plain(name_of(one), turn.locale, turn.zone).casefold()
