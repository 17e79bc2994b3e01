"""How far the published median of an employer can be off, by size: the table of bot/pay/budget.py, "employer pay", of
cells that stay. A test holds the two against each other."""

ERRORS = (  # reports, error in per cent that half of all figures exceed, and that one figure in ten exceeds
    (40, 10, 40),
    (50, 10, 33),
    (70, 9, 21),
    (100, 5, 15),
    (300, 4, 9),
    (500, 4, 5),
    (1000, 1, 4),
)


def off_by(size: int) -> tuple[int, int]:
    """Gives the errors of the largest row that a size reaches; of the first row below it."""
    reached = [(middle, wide) for reports, middle, wide in ERRORS if reports <= size]
    return reached[-1] if reached else ERRORS[0][1:]
