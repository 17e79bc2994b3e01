"""Finds an employer by a name that was typed loosely, and a release by its id or period."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from bot.briefs.faults import BriefError
from bot.pay.release import Release, release_id
from bot.workplaces.catalogue import Employer

LIKENESS = 0.6  # of difflib, 0 to 1: a letter or two wrong in a short name
SHORTEST = 4  # signs of an id that is cut short


def fitting(words: str, employers: Iterable[Employer]) -> tuple[Employer, ...]:
    """Gives the employers that words can mean: the one called so, else those that contain them, else the likest."""
    wanted, known = plain(words), {employer.id: names(employer) for employer in employers}
    employers_by_id = {employer.id: employer for employer in employers}
    if not wanted:
        return ()
    exact = [id for id, called in known.items() if wanted in called]
    within = [id for id, called in known.items() if any(wanted in name for name in called)]
    near = [id for id, called in known.items() if get_close_matches(wanted, called, 1, LIKENESS)]
    return tuple(employers_by_id[id] for id in exact[:1] or within or near)


def names(employer: Employer) -> list[str]:
    """Gives what an employer can be called: its id, its name, other names, and the parts of the name."""
    parts = employer.name.replace("(", " ").replace(")", " ").split()
    whole = (employer.id, employer.name, *employer.aliases)
    return [*map(plain, whole), *(part for each in parts if len(part := plain(each)) > 1)]


def plain(words: str) -> str:
    """Gives the letters and figures of some words."""
    return "".join(sign for sign in words.casefold() if sign.isalnum())


def until(releases: Sequence[Release], named: str | None) -> tuple[Release, ...]:
    """Gives the releases up to the one with this id (or the beginning of it) or period; all of them without one.

    Raises BriefError where there is none, naming those there are.
    """
    if not releases:
        raise BriefError("nothing has been released yet: figures come at the end of a quarter in which enough reported")
    if named is None:
        return tuple(releases)
    for at, release in enumerate(releases):
        if named == release.period or (len(named) >= SHORTEST and release_id(release).startswith(named)):
            return tuple(releases[: at + 1])
    there = ", ".join(f"{release.period} ({release_id(release)})" for release in releases)
    raise BriefError(f"no release is called {named}: choose one of {there}")
