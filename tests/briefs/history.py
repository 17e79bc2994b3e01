"""An invented history of releases, with a pay cut in it, for every test of briefs."""

from collections.abc import Sequence
from functools import partial

from bot.pay.release import Published, Release, to_json
from tests.conftest import Bot


def history() -> tuple[Release, ...]:
    """Gives four quarters; the last has everything that can be published of an employer."""
    pay = (21_000, 22_000, 17_000, 16_500)
    return tuple(quarter(f"2026-Q{at}", kenyan) for at, kenyan in enumerate(pay, 1))


def quarter(period: str, kenyan: int) -> Release:
    """Gives a quarter of an employer in two countries."""
    return Release(
        period,
        (
            Published("country:KE:KES", 450, 19_000, unpaid=15, low=15_000, high=24_000),
            Published("country:UG:UGX", 310, 5_200, unpaid=10),
            Published("employer:appen:USD", 50, 300),
            sama(kenyan),
            Published("employer:sama:UGX", 120, 4_900),
            Published("employer:scale:USD", 60, 400),
            Published("pair:KE:rlhf_ranking:KES", 180, 19_500),
            Published("pair:UG:rlhf_ranking:UGX", 120, 4_400),
            Published("task:rlhf_ranking:USD", 300, 140),
        ),
    )


def sama(pay: int) -> Published:
    """Gives an employer that is grown."""
    late, rejected, own = (55, 25, 15, 5), (60, 20, 15, 5), (70, 10, 10, 10)
    return Published("employer:sama:KES", 340, pay, unpaid=20, late=late, rejected=rejected, own=own)


async def publish(bot: Bot) -> None:
    """Puts the history on the board, as periods that are over would."""
    for release in history():
        document = to_json(release).encode()
        await bot.app.box.open(release.period)
        await bot.app.box.close(release.period, partial(board, document))


def board(document: bytes, entries: Sequence[bytes]) -> bytes:
    """Gives a board that was drawn before."""
    return document
