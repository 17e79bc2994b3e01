"""A ballot paper while it is filled in: what is marked so far, as it stands in the data of buttons.

Every button of a paper carries all marks that the paper would have after it, so nothing has to be remembered between
two taps: a restart loses nothing, and an old or a doubled tap can only show again what it showed before. The data of
all buttons of one ballot has one length, whatever is marked.

Marks are a vote (papers.py) in the making. They differ from one in two methods: a score that is not given yet is
UNSCORED, and of demands the least important one may stand before there are three most important ones.
"""

from string import ascii_letters, digits

from bot.ballots.papers import MOST_DEMANDS, Vote, fits, longest
from bot.ballots.rules import Rules
from bot.texts import Refusal

Marks = tuple[int, ...]
SIGNS = digits + ascii_letters  # a number up to 61 in one character
EMPTY = "-"
UNSCORED = -1


def written(rules: Rules, options: int, marks: Marks) -> str:
    """Writes marks with one character for each place that the method has."""
    if rules.method == "demands" and marks and marks[0] == options:
        marks = (UNSCORED, *marks[1:])
    signs = (SIGNS[mark] if mark >= 0 else EMPTY for mark in marks)
    return "".join(signs).ljust(longest(rules, options), EMPTY)


def read(rules: Rules, options: int, words: str) -> Marks:
    """Reads marks from a button's data. Raises Refusal for what no button of this ballot carries."""
    if len(words) != longest(rules, options) or not set(words) <= {*SIGNS, EMPTY}:
        raise Refusal("ballot.unknown")
    marks = shaped(rules, options, tuple(SIGNS.find(sign) for sign in words))
    if not fits(rules, options, vote_of(marks)):
        raise Refusal("ballot.unknown")
    return marks


def shaped(rules: Rules, options: int, numbers: tuple[int, ...]) -> Marks:
    """Gives numbers as the method's marks: places at the end that nothing was put in are no part of them."""
    if all(number == UNSCORED for number in numbers):
        return ()
    if rules.method == "score":
        return numbers
    if rules.method == "demands":
        return (options if numbers[0] == UNSCORED else numbers[0], *trimmed(numbers[1:]))
    return trimmed(numbers)


def trimmed(numbers: tuple[int, ...]) -> tuple[int, ...]:
    """Gives numbers without the empty places at their end."""
    while numbers and numbers[-1] == UNSCORED:
        numbers = numbers[:-1]
    return numbers


def vote_of(marks: Marks) -> Vote:
    """Gives the vote that marks make: an option without a score gets 0."""
    return tuple(max(0, mark) for mark in marks)


def toggled(marks: Marks, option: int) -> Marks:
    """Marks an option, or takes its mark away."""
    return tuple(sorted(set(marks) ^ {option}))


def full(rules: Rules, options: int, marks: Marks) -> bool:
    """Says whether nothing more can be marked."""
    if rules.method == "demands":
        return len(marks) > min(MOST_DEMANDS, options)
    return len(marks) >= longest(rules, options)


def scored(options: int, marks: Marks, option: int, score: int) -> Marks:
    """Gives an option its score."""
    before = marks or (UNSCORED,) * options
    return (*before[:option], score, *before[option + 1 :])


def demanded(options: int, marks: Marks, option: int) -> Marks:
    """Adds an option to the most important ones."""
    return (*(marks or (options,)), option)


def demands_taken_back(marks: Marks) -> Marks:
    """Takes back the last of the most important ones; with the first of them nothing is left."""
    return marks[:-1] if len(marks) > 2 else ()


def least(marks: Marks, option: int) -> Marks:
    """Names the least important option; the number of options names none."""
    return (option, *marks[1:])
