"""The time zones of each country, for choosing by tap; from the zone tables that ship with tzdata."""

from collections import defaultdict
from functools import cache
from importlib.resources import files

# Where the table's first zone is not the one most people live by.
MOST_LIVED_IN = {"BR": "America/Sao_Paulo", "US": "America/New_York", "PT": "Europe/Lisbon", "ID": "Asia/Jakarta"}


def zones(country: str) -> tuple[str, ...]:
    """Lists a country's zones by IANA name, the most lived in first; empty for an unknown code."""
    listed = table().get(country, ())
    return tuple(sorted(listed, key=lambda zone: zone != MOST_LIVED_IN.get(country)))


def default_zone(country: str) -> str | None:
    """Gives the zone to propose for a country, or None."""
    return next(iter(zones(country)), None)


@cache
def table() -> dict[str, tuple[str, ...]]:
    """Reads tzdata's zone.tab: country code, coordinates, zone, in the table's own order."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text().splitlines():
        if not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            found[country].append(zone)
    return {country: tuple(listed) for country, listed in found.items()}
