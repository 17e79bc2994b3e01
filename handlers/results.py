"""The result of a ballot: what was decided and why, the count step by step, and its files for everybody to keep."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.ballots.board import is_board, read_board, with_words
from bot.ballots.counting.words import words as steps_of
from bot.ballots.log import KEY as LOG
from bot.ballots.log import head, leaf_of, proof
from bot.ballots.outcome import Outcome as Decided
from bot.ballots.outcome import Verdict
from bot.ballots.rules import Ballot
from bot.dialogue import Button, Document, Link, Outcome, Rows, Screen, rows
from bot.permissions import may, require
from bot.texts import Lines, Refusal, Text, Value, data_folder, text
from bot.turn import Office, Stores, Turn
from bot.workplaces.catalogue import EMPLOYERS
from handlers.outcomes import words
from handlers.tallies import TABLED, drawn, shown

ROOM = 2800  # characters of steps on one page of a count, so that a message holds them with its marks
PROGRAM = "verify.py"


async def result(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Shows what was decided, with the ways to look further; of a void ballot that nothing was."""
    ballot = await closed(turn, args)
    if ballot.state == "void":
        return Screen(text("ballots.void", question=ballot.wording(turn.locale).question), rows(*ends()))
    board = await board_of(turn.office, ballot)
    said: list[Text | Lines] = [outcome(ballot, turn.locale), *first_preferences(ballot, board, turn.locale)]
    said += await log_line(turn.office, turn.stores) if board else ()
    buttons = (*onward(turn, ballot), *ways(ballot, board), *rows(*ends(), width=2))
    return Screen(Lines(tuple(said)), buttons, picture=drawn(turn.office, ballot, board, turn.locale))


async def closed(turn: Turn, args: tuple[str, ...]) -> Ballot:
    """Gives the ballot that a button names, which is over. Raises Refusal."""
    require(turn.member, "read", turn.now)
    ballot = await turn.stores.ballots.get(args[0]) if args else None
    if ballot is None or ballot.state not in ("closed", "void"):
        raise Refusal("ballot.unknown")
    return ballot


async def board_of(office: Office, ballot: Ballot) -> bytes | None:
    """Gives the board of a ballot as it was published; None where there is none, or one of the first version."""
    kept = await office.box.board(ballot.id)
    return with_words(kept, ballot) if kept and is_board(kept) else None


def outcome(ballot: Ballot, locale: str) -> Lines:
    """Says in one language what was decided and why: with figures, without, or that nothing may be published."""
    wording, decided = ballot.wording(locale), whole(ballot)
    said = [text("result.question", question=wording.question)]
    said += words(decided, ballot.rules, wording.options, groups())
    if decided.kind == "figures":
        said += figures(ballot, decided, wording.options)
        said += [text("result.cast", cast=decided.cast, size=decided.electorate)]
    return Lines(tuple(said), tight=True)


def first_preferences(ballot: Ballot, board: bytes | None, locale: str) -> list[Lines]:
    """Says of a ranked ballot what its picture shows: first preferences, from which the count began."""
    count = read_board(board).outcome.count if board and is_board(board) else None
    if count is None or ballot.rules.method in TABLED or not (totals := shown(ballot, count)):
        return []
    named = zip(ballot.wording(locale).options, totals, strict=True)
    lines = [text("result.count", option=option, count=total) for option, total in named]
    return [Lines((text("result.first"), *lines), tight=True)]


def whole(ballot: Ballot) -> Decided:
    """Gives the outcome of a ballot; what the first version of the program left open follows from its few rules."""
    found = ballot.outcome or Decided("none")
    if found.why:
        return found
    tied = found.winners if len(found.winners) > 1 else ()
    verdict: Verdict = "unknown" if found.kind == "none" else "tied" if tied else "elected"
    return replace(found, verdict=verdict, why="votes", tied=tied, cast=sum(found.counts), electorate=ballot.electorate)


def figures(ballot: Ballot, decided: Decided, names: tuple[str, ...]) -> list[Text]:
    """Gives the total of each option where it counts voters or scores; other counts are told step by step."""
    if ballot.rules.method not in TABLED:
        return []
    counts = zip(names, decided.counts, strict=True)
    shown = [text("result.count", option=option, count=count) for option, count in counts]
    return shown + ([text("result.blank", blank=decided.blank)] if decided.blank else [])


def groups() -> Mapping[str, Value]:
    """Names employers, for a majority that was asked for in each."""
    return {id: employer.name for id, employer in EMPLOYERS.items()}


async def log_line(office: Office, stores: Stores) -> tuple[Text, ...]:
    """Gives the signed head of the log of boards, where there is one."""
    now = head(office.vault, await stores.ballots.log())
    return (text("result.log", size=now.size, head=str(now)),) if now else ()


def onward(turn: Turn, ballot: Ballot) -> Rows:
    """Offers organizers, where a consent check was carried, to put the thing itself to the vote."""
    agreed = ballot.rules.preset == "consent" and ballot.outcome is not None and ballot.outcome.verdict == "carried"
    if not agreed or not may(turn.member, "open ballot", turn.now):
        return ()
    return rows(Button("onward", text("result.onward.button"), Link("newballot"), "primary"))


def ways(ballot: Ballot, board: bytes | None) -> Rows:
    """Gives the buttons to the steps of the count and to the files, as far as there are any."""
    if board is None:
        return ()
    counted = ballot.outcome is not None and ballot.outcome.kind == "figures"
    steps = (Button("steps", text("result.steps.button"), Link("steps", (ballot.id, "0"))),) if counted else ()
    file = Button("file", text("result.file.button"), Link("boardfile", (ballot.id, "board")))
    paper = Button("certificate", text("result.certificate.button"), Link("certificate", (ballot.id,)))
    return rows(*steps, file, paper)


def ends() -> tuple[Button, Button]:
    """Gives the buttons that lead away."""
    done = Button("done", text("button.done"), Link("done"), "primary")
    return Button("back", text("button.back"), Link("list")), done


async def steps(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Shows a page of the count, step by step."""
    ballot = await closed(turn, args)
    document = await board_of(turn.office, ballot)
    count = read_board(document).outcome.count if document else None
    if count is None:
        raise Refusal("ballot.unknown")
    pages = paged(turn, steps_of(count, ballot.wording(turn.locale).options))
    page = min(int(args[1]), len(pages) - 1) if len(args) > 1 and args[1].isdecimal() else 0
    title = text("result.steps", question=ballot.wording(turn.locale).question, page=page + 1, pages=len(pages))
    back = Button("back", text("button.back"), Link("result", (ballot.id,)))
    return Screen(Lines((title, *pages[page])), (*arrows(ballot, page, len(pages)), (back,)))


def paged(turn: Turn, told: tuple[Text, ...]) -> list[list[Text]]:
    """Parts the numbered steps of a count into pages that fit a message."""
    pages: list[list[Text]] = []
    room = 0
    for number, step in enumerate(told, 1):
        line = text("result.step", number=number, step=step)
        length = len(turn.office.texts.plain(line, turn.locale, turn.zone))
        if not pages or length > room:
            pages, room = [*pages, []], ROOM
        pages[-1].append(line)
        room -= length
    return pages


def arrows(ballot: Ballot, page: int, pages: int) -> Rows:
    """Gives the buttons to the pages beside this one."""
    back = Button("page.back", text("button.page.back"), Link("steps", (ballot.id, str(page - 1))))
    on = Button("page.on", text("button.page.on"), Link("steps", (ballot.id, str(page + 1))))
    beside = ((back,) if page else ()) + ((on,) if page + 1 < pages else ())
    return (beside,) if beside else ()


async def file(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Gives one of the files: the board, its proof from the log, or the program that counts it again."""
    ballot = await closed(turn, args)
    board = await board_of(turn.office, ballot)
    made = FILES.get(args[1] if len(args) > 1 else "")
    if made is None or board is None:
        raise Refusal("ballot.unknown")
    others = [file_button(ballot, name) for name in FILES if name != args[1]]
    return Screen(text(f"result.file.{args[1]}"), rows(*others), document=await made(turn, ballot, board))


def file_button(ballot: Ballot, name: str) -> Button:
    """Leads to one of the files."""
    return Button(name, text(f"result.file.{name}.button"), Link("boardfile", (ballot.id, name)))


async def board_file(turn: Turn, ballot: Ballot, board: bytes) -> Document:
    """Gives the board itself."""
    about = leaf_of(board).hex()
    caption = text("result.file.caption", sha256=about)
    return Document(f"kauli-ballot-{ballot.id}.json", caption, board, f"board {about}")


async def proof_file(turn: Turn, ballot: Ballot, board: bytes) -> Document:
    """Gives the proof that the board stands in the log, which grew out of each of its earlier heads."""
    log = await turn.stores.ballots.log()
    if not turn.office.vault.has_key(LOG) or leaf_of(board) not in log:
        raise Refusal("ballot.unknown")
    content = json.dumps(proof(turn.office.vault, log, leaf_of(board)), indent=1).encode()
    caption = text("result.file.proof.caption", size=len(log))
    return Document(f"kauli-proof-{ballot.id}.json", caption, content, f"proof {ballot.id} {len(log)}")


async def program(turn: Turn, ballot: Ballot, board: bytes) -> Document:
    """Gives the program that counts a board again without the bot."""
    content = (data_folder("docs") / PROGRAM).read_bytes()
    return Document(PROGRAM, text("result.file.program.caption"), content, f"program {leaf_of(content).hex()}")


FILES: Mapping[str, Callable[[Turn, Ballot, bytes], Awaitable[Document]]] = {
    "board": board_file,
    "proof": proof_file,
    "program": program,
}
