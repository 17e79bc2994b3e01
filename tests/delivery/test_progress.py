"""What organizers see of a send: percent, and of what could not be delivered only what concerns ten people or more."""

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.rules import progress_of

COUNTS = st.dictionaries(
    st.sampled_from(("sent", "unreachable:blocked", "unreachable:deactivated", "failed:refused", "cancelled")),
    st.integers(1, 60),
)


@given(st.integers(0, 60), COUNTS)
def test_no_figure_concerns_fewer_than_ten(waiting: int, totals: dict[str, int]) -> None:
    shown = progress_of(waiting, totals, 28)
    everybody = waiting + sum(totals.values())
    assert (shown.share is None) == (everybody < 10)
    for reason, size in shown.reasons:
        real = sum(count for name, count in totals.items() if reason in (name, name.split(":")[0]))
        assert size >= 10 and size % 10 == 0 and size <= real < size + 10
    if shown.share is not None:
        assert shown.share <= 100 and (shown.share == 100) <= (waiting == 0)


@given(st.integers(0, 60), COUNTS)
def test_the_percentage_does_not_tell_who_got_it(waiting: int, totals: dict[str, int]) -> None:
    sent = {"sent": sum(totals.values())}
    assert progress_of(waiting, sent, 28).share == progress_of(waiting, totals, 28).share
