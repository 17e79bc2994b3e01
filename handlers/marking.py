"""Filling in a ballot paper with one thumb: buttons only, each way of voting as few taps as it can be.

Every screen is drawn from the marks that its button carried, and nothing is kept between two taps. The message is
edited; what was marked is said in words once more before it is cast (handlers/voting.py).
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.ballots.marks import Marks, demanded, demands_taken_back, full, scored, toggled
from bot.ballots.papers import ranks
from bot.ballots.rules import Ballot, Wording
from bot.dialogue import Button, Link, Rows, Screen, rows
from bot.texts import Lines, Text, text
from handlers.paper import Order, blank, link, method, option_line

IN_A_ROW = 6  # scores beside each other


@dataclass(frozen=True)
class Sheet:
    """One voter's paper: the ballot in their language, the options in their order, and what is marked."""

    ballot: Ballot
    wording: Wording
    order: Order
    marks: Marks

    def name(self, option: int) -> Text:
        """Names an option with its number on this paper."""
        return option_line(self.wording, self.order, option)

    def button(self, option: int, marks: Marks, label: Text | None = None) -> Button:
        """Gives a button that shows the paper with other marks."""
        return Button(f"o{option}", label or self.name(option), link(self.ballot, "choose", marks))

    def left(self) -> list[int]:
        """Lists the options that are not marked, in the voter's order."""
        return [option for option in self.order if option not in self.marks]

    def says(self, *parts: Text | Lines) -> Lines:
        """Puts the question above what a screen says."""
        asked = text("marking.question", question=self.wording.question)
        return Lines((asked, *(part for part in parts if not isinstance(part, Lines) or part.parts)))

    def ends(self) -> Rows:
        """Offers to go on to the review, or to vote blank while nothing is marked; and the way back to the paper."""
        if self.marks:
            on = Button("review", text("marking.review.button"), link(self.ballot, "review", self.marks), "primary")
        else:
            on = Button("blank", text(blank(self.ballot.rules)), link(self.ballot, "review", ()))
        return ((on,), (Button("paper", text("marking.paper.button"), Link("ballot", (self.ballot.id,))),))


def marking(sheet: Sheet) -> Screen:
    """Shows the paper as far as it is filled in, in the way of its method."""
    way = ranking if ranks(sheet.ballot.rules) else WAYS[sheet.ballot.rules.method]
    return way(sheet)


def ranking(sheet: Sheet) -> Screen:
    """Lets a voter tap options in order, the best first; the last tap can be taken back."""
    left = sheet.left()
    said = sheet.says(
        text("marking.rank.ask" if left else "marking.rank.all"),
        Lines(tuple(ranked(sheet)), tight=True),
        Lines(tuple(sheet.name(option) for option in left), tight=True),
    )
    taps = [sheet.button(option, (*sheet.marks, option)) for option in left]
    return Screen(said, (*rows(*taps), *taken_back(sheet, sheet.marks[:-1]), *sheet.ends()), protected=True)


def ranked(sheet: Sheet) -> list[Text]:
    """Says the order so far."""
    return [
        text("marking.rank", rank=rank, option=sheet.wording.options[option])
        for rank, option in enumerate(sheet.marks, 1)
    ]


def taken_back(sheet: Sheet, before: Marks) -> Rows:
    """Offers to take the last tap back, where there was one."""
    undo = Button("undo", text("marking.undo.button"), link(sheet.ballot, "choose", before))
    return ((undo,),) if sheet.marks else ()


def ticking(sheet: Sheet) -> Screen:
    """Lets a voter mark several options; a second tap takes a mark away. At the most, only that is offered."""
    rules, at_most = sheet.ballot.rules, full(sheet.ballot.rules, sheet.ballot.options(), sheet.marks)
    open_ones = [one for one in sheet.order if one in sheet.marks or not at_most]
    taps = [sheet.button(one, toggled(sheet.marks, one), ticked(sheet, one)) for one in open_ones]
    limit = at_most and rules.method == "multiple" and len(sheet.marks) < sheet.ballot.options()
    note = [text("marking.ticks.most", most=len(sheet.marks))] if limit else []
    lines = Lines(tuple(ticked(sheet, option) for option in sheet.order), tight=True)
    said = sheet.says(method(rules, sheet.ballot.options()), lines, *note)
    return Screen(said, (*rows(*taps), *sheet.ends()), protected=True)


def ticked(sheet: Sheet, option: int) -> Text:
    """Names an option with its tick."""
    return text("chosen", value=sheet.name(option)) if option in sheet.marks else sheet.name(option)


def scoring(sheet: Sheet) -> Screen:
    """Shows every option with its score; a tap on one asks for it."""
    taps = [
        Button(f"o{option}", given(sheet, option), link(sheet.ballot, "scores", sheet.marks, f"{option:02}"))
        for option in sheet.order
    ]
    lines = Lines(tuple(given(sheet, option) for option in sheet.order), tight=True)
    said = sheet.says(text("marking.score.ask", top=sheet.ballot.rules.top), lines)
    return Screen(said, (*rows(*taps), *sheet.ends()), protected=True)


def given(sheet: Sheet, option: int) -> Text:
    """Names an option with the score it has so far."""
    score = sheet.marks[option] if sheet.marks else -1
    return text("marking.score", option=sheet.name(option), score=score) if score >= 0 else sheet.name(option)


def scores(sheet: Sheet, option: int) -> Screen:
    """Asks for the score of one option; a tap leads to the next one without a score, at last to the whole paper."""
    top, size = sheet.ballot.rules.top, sheet.ballot.options()
    taps = [
        Button(f"s{score}", text("value", value=score), after_score(sheet, scored(size, sheet.marks, option, score)))
        for score in range(top + 1)
    ]
    said = sheet.says(text("marking.score.one", option=sheet.name(option), top=top))
    whole = Button("all", text("marking.score.all.button"), link(sheet.ballot, "choose", sheet.marks))
    return Screen(said, (*rows(*taps, width=IN_A_ROW), (whole,)), protected=True)


def after_score(sheet: Sheet, marks: Marks) -> Link:
    """Gives where a score leads."""
    following = next((option for option in sheet.order if marks[option] < 0), None)
    if following is None:
        return link(sheet.ballot, "choose", marks)
    return link(sheet.ballot, "scores", marks, f"{following:02}")


def demanding(sheet: Sheet) -> Screen:
    """Lets a voter tap up to three most important options in order; then the least important one can be named."""
    size, rules = sheet.ballot.options(), sheet.ballot.rules
    taps = [] if full(rules, size, sheet.marks) else sheet.left()
    buttons = [sheet.button(option, demanded(size, sheet.marks, option)) for option in taps]
    said = sheet.says(
        text("marking.demands.ask" if taps else "marking.demands.full"),
        Lines(tuple(demands(sheet)), tight=True),
        Lines(tuple(sheet.name(option) for option in sheet.left()), tight=True),
    )
    undo = taken_back(sheet, demands_taken_back(sheet.marks))
    return Screen(said, (*rows(*buttons), *undo, *least_button(sheet), *sheet.ends()), protected=True)


def demands(sheet: Sheet) -> list[Text]:
    """Says what is most important so far, and what least where that is named."""
    names, (worst, *best) = sheet.wording.options, sheet.marks or (len(sheet.order),)
    said = [text("marking.demands.best", rank=rank, option=names[one]) for rank, one in enumerate(best, 1)]
    return [*said, text("marking.demands.worst", option=names[worst])] if worst < len(names) else said


def least_button(sheet: Sheet) -> Rows:
    """Offers to name the least important option once there is a most important one, and another one is left."""
    name = Button("least", text("marking.demands.least.button"), link(sheet.ballot, "least", sheet.marks))
    return ((name,),) if sheet.marks and len(sheet.marks[1:]) < len(sheet.order) else ()


def leasting(sheet: Sheet) -> Screen:
    """Asks for the least important option, which leads on to the review."""
    size, best = sheet.ballot.options(), sheet.marks[1:]
    left = [option for option in sheet.order if option not in best]
    taps = [Button(f"o{option}", sheet.name(option), link(sheet.ballot, "review", (option, *best))) for option in left]
    none = Button("none", text("marking.demands.none.button"), link(sheet.ballot, "review", (size, *best)))
    back = Button("back", text("button.back"), link(sheet.ballot, "choose", sheet.marks))
    said = sheet.says(text("marking.demands.least.ask"), Lines(tuple(map(sheet.name, left)), tight=True))
    return Screen(said, (*rows(*taps, none), (back,)), protected=True)


WAYS: dict[str, Callable[[Sheet], Screen]] = {
    "multiple": ticking,
    "approval": ticking,
    "score": scoring,
    "demands": demanding,
}
