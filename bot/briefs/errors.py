"""How far the published median of an employer can be off, by size: two columns of the tables of bot/pay/budget.py.

They are those of cells that stay: "employer pay", and "pay" of grown cells. A test holds them against the tables.
"""

Row = tuple[int, int, int]  # reports, error in per cent that half of all figures keep within, and that nine in ten do
PLAIN: tuple[Row, ...] = (
    (40, 10, 40),
    (50, 10, 33),
    (70, 9, 22),
    (100, 5, 15),
    (200, 4, 10),
    (300, 4, 9),
    (500, 4, 5),
    (1000, 1, 4),
)
GROWN: tuple[Row, ...] = (
    (100, 10, 42),
    (150, 9, 27),
    (200, 5, 21),
    (300, 5, 14),
    (500, 4, 9),
    (1000, 1, 5),
    (2000, 1, 5),
)


def off_by(size: int, *, grown: bool) -> tuple[int, int]:
    """Gives the errors of the largest row that a size reaches; of the first row below it."""
    table = GROWN if grown else PLAIN
    _, middle, wide = max((row for row in table if row[0] <= size), default=table[0])
    return middle, wide
