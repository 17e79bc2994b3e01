"""The ballot paper: what is asked, how one votes and how it is counted, what is promised and what is not."""

from bot.ballots.board import WHOLE_FROM, fingerprint
from bot.ballots.marks import Marks, written
from bot.ballots.papers import SINGLE, longest
from bot.ballots.rules import Ballot, Rules, Wording
from bot.dialogue import Button, Link, Rows, Screen, rows
from bot.texts import LanguageName, Lines, Text, text, units
from handlers.attachments import read_button
from handlers.rulewords import decided_by, groups_in_words

Order = tuple[int, ...]
ROOM = 1200  # UTF-16 units of a ballot's own words beside which everything that a paper can say fits a message


def paper(ballot: Ballot, locale: str, by: str = "vote", order: Order = ()) -> Screen:
    """Gives the ballot paper in a language.

    `by` is the command of the options: on a paper that was sent to everybody ("vote") a choice opens a message of its
    own, so that the paper stays as it is on every phone, whether or not one voted. `order` is the voter's own order of
    the options, where one is drawn; a paper that was sent shows them in the order in which they were put.
    """
    wording = ballot.wording(locale)
    asked = text("ballot.question", question=wording.question, closes=ballot.closes_at)
    lines: list[Text | Lines] = [Lines((text("ballot.secret"), text("guarantee")), tight=True)]
    lines += [Lines((*standing(ballot), *which_text(ballot, wording, locale)), tight=True)]
    lines += [Lines((asked, *(explanation(wording) if roomy(wording) else ())), tight=True)]
    lines += [Lines(tuple(listed(wording, order or in_order(ballot))), tight=True)]
    lines += [Lines(how_decided(ballot) if roomy(wording) else (text("paper.more"),), tight=True)]
    lines += [Lines(tuple(good_to_know(ballot, own=bool(order))), tight=True)]
    kept = tuple(part for part in lines if not isinstance(part, Lines) or part.parts)
    voting = () if ballot.halted else marks_to_make(ballot, wording, by, order)
    return Screen(Lines(kept), (*voting, *beside(ballot, locale)), protected=True)


def standing(ballot: Ballot) -> tuple[Text, ...]:
    """Says what a ballot decides where that is not plain, and what happened to it while it ran."""
    said = [text("ballot.halted")] if ballot.halted else []
    said += [text("ballot.advice")] if ballot.country or ballot.employer else []
    said += [text("ballot.indicative")] if ballot.rules.indicative else []
    said += [text("ballot.prolonged")] if ballot.paused else []
    return tuple(said)


def which_text(ballot: Ballot, wording: Wording, locale: str) -> tuple[Text, ...]:
    """Says which language decides, and how far the text that is shown can be trusted."""
    deciding = LanguageName(ballot.wordings[0].locale)
    said = [text("ballot.other_language", language=deciding)] if wording.locale != locale else []
    said += [text("ballot.decides", language=deciding)] if not said and len(ballot.wordings) > 1 else []
    translated = wording.locale != ballot.wordings[0].locale
    said += [text("ballot.not_reviewed")] if ballot.rules.binding and translated and not wording.reviewed else []
    corrected = [note.day for note in ballot.notes if note.what == "wording" and note.locale == wording.locale]
    said += [text("ballot.corrected", date=corrected[-1])] if corrected else []
    return tuple(said)


def explanation(wording: Wording) -> tuple[Text, ...]:
    """Gives the explanation, where there is one."""
    return (text("value", value=wording.explanation),) if wording.explanation else ()


def in_order(ballot: Ballot) -> Order:
    """Gives the options in the order in which they were put."""
    return tuple(range(ballot.options()))


def listed(wording: Wording, order: Order) -> list[Text]:
    """Lists the options in full: what a button has no room for stands here, under the same number."""
    return [option_line(wording, order, option) for option in order]


def option_line(wording: Wording, order: Order, option: int) -> Text:
    """Names an option with its number on this paper."""
    return text("ballot.option", number=order.index(option) + 1, option=wording.options[option])


def roomy(wording: Wording) -> bool:
    """Says whether explanation and rules stand on the paper itself; with long texts they are behind its button."""
    words = (wording.question, wording.explanation, *wording.options)
    return sum(map(units, words)) <= ROOM


def how_decided(ballot: Ballot) -> tuple[Text, ...]:
    """Says how one marks the paper and by which rules it is decided."""
    return (method(ballot.rules, ballot.options()), *decided_by(ballot.rules))


def good_to_know(ballot: Ballot, *, own: bool) -> list[Text]:
    """Says what one should know before voting, however long the texts are."""
    rules = ballot.rules
    said = [text("paper.shuffled.own" if own else "paper.shuffled")] if rules.shuffled else []
    said += [] if rules.changeable else [text("paper.final")]
    said += [] if rules.method in SINGLE else [text("paper.fingerprint", least=WHOLE_FROM)]
    said += [text("paper.hash", hash=fingerprint(ballot))] if ballot.frozen else []
    return said


def method(rules: Rules, options: int) -> Text:
    """Says in plain words how one marks the paper and how it is counted."""
    key = f"paper.method.{rules.method}"
    return text(key, seats=rules.seats, most=longest(rules, options), top=rules.top)


def link(ballot: Ballot, command: str, marks: Marks, *more: str) -> Link:
    """Gives a link that carries a ballot and all marks."""
    return Link(command, (ballot.id, written(ballot.rules, ballot.options(), marks), *more))


def marks_to_make(ballot: Ballot, wording: Wording, by: str, order: Order) -> Rows:
    """Gives the buttons by which one votes.

    Where one tap is a whole vote, each option has a button; else, and where the order is drawn for each person and this
    paper is everybody's, one button opens a paper of one's own.
    """
    sent = by == "vote"
    if ballot.rules.method in SINGLE and not (sent and ballot.rules.shuffled):
        return rows(*single(ballot, wording, by, order or in_order(ballot)))
    fill = Link("fill", (ballot.id,)) if sent else link(ballot, by, ())
    return rows(Button("fill", text("paper.fill.button"), fill, "primary"))


def single(ballot: Ballot, wording: Wording, by: str, order: Order) -> list[Button]:
    """Gives a button for each option and one for none of them; the data of all has one length."""
    marked = [Button(f"o{one}", option_line(wording, order, one), link(ballot, by, (one,))) for one in order]
    return [*marked, Button("blank", text(blank(ballot.rules)), link(ballot, by, ()))]


def blank(rules: Rules) -> str:
    """Gives the key of the button of who says neither."""
    return "paper.abstain.button" if rules.method == "yesno" else "paper.blank.button"


def beside(ballot: Ballot, locale: str) -> Rows:
    """Offers what everybody is offered beside voting: the rules, to say that a text is wrong, to hear no reminders."""
    wrong = Button("wrong", text("paper.wrong.button"), Link("wrong", (ballot.id,)))
    mute = Button("mute", text("paper.mute.button"), Link("mute", (ballot.id,)))
    rules = Button("rules", text("paper.rules.button"), Link("rules", (ballot.id,)))
    return (*rows(rules, *read_button(ballot, locale), width=2), (mute,) if ballot.halted else (wrong, mute))


def rules_of(ballot: Ballot, locale: str) -> Lines:
    """Says what a ballot asks in full, and by which rules it is decided."""
    wording = ballot.wording(locale)
    asked = text("ballot.question", question=wording.question, closes=ballot.closes_at)
    groups = (groups_in_words(ballot),) if ballot.groups else ()
    how = Lines((*how_decided(ballot), *good_to_know(ballot, own=False), text("rules.extension")), tight=True)
    return Lines((Lines((asked, *explanation(wording)), tight=True), how, *groups))
