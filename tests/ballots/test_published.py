"""A ballot closes: its board is counted again offline, stands in the log, and the doctor sees when it is altered."""

import json
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.ballots.board import BadBoard, canonical, read_board, rules_hash, with_words
from bot.ballots.examine import examine
from bot.ballots.log import KEY, BadLog, Head, check, head, leaf_of, proof
from bot.ballots.verify import verify
from bot.briefs.faults import BriefError
from bot.checks import examine_surroundings
from bot.database import board as boards
from bot.jobs.ballots import close_ballot
from bot.vault import Vault
from handlers.certificates import from_files
from tests.ballots.boards import random_board
from tests.briefs.test_program import run
from tests.cast import Person
from tests.conftest import ROOT, Bot
from tests.handlers.test_ballots import opened, vote
from tests.handlers.test_brief import file
from tests.people import member


async def closed(bot: Bot) -> tuple[bytes, Person]:
    """Lets twelve people decide, and gives the board and one of them."""
    people = [await member(bot, f"P{number}") for number in range(11)]
    people.append(await opened(bot))
    for number, person in enumerate(people):
        await vote(person, "2. No" if number % 3 else "1. Yes & now")
        await person.sees_new("Received")
    await bot.later(days=3, hours=1, minutes=1)
    (name,) = await bot.app.box.boards()
    kept = await bot.app.box.board(name)
    async with bot.app.office.reading() as stores:
        (ballot,) = await stores.ballots.having("closed")
    assert kept and b"Shall we" not in kept  # the box keeps no words
    return with_words(kept, ballot), people[1]


async def logged(bot: Bot) -> list[bytes]:
    """Gives the log."""
    async with bot.app.office.reading() as stores:
        return await stores.ballots.log()


async def doctor(bot: Bot) -> str:
    """Gives what the doctor says of the log."""
    found = [
        one async for one in examine_surroundings(bot.settings) if "log" in one.words and "PostgreSQL" not in one.words
    ]
    return "\n".join(f"{one.well} {one.words}" for one in found)


async def test_the_board_of_a_ballot_is_what_was_frozen_counted_and_logged(bot: Bot, tmp_path: Path) -> None:
    document, ana = await closed(bot)
    found = verify(document)
    assert not found.faults and not found.unseen and found.board.outcome.counts == (4, 8, 0)
    async with bot.app.office.reading() as stores:
        (ballot,) = await stores.ballots.having("closed")
    assert read_board(document).rules_hash == rules_hash(ballot) and ballot.frozen
    assert await logged(bot) == [leaf_of(document)]
    await close_ballot(bot.app.office, ballot)  # as after a crash between the board and the outcome
    assert (
        await logged(bot) == [leaf_of(document)]
        and with_words(await bot.app.box.board(ballot.id) or b"", ballot) == document
    )
    assert "True the log has 1 boards" in await doctor(bot)
    await members_look(bot, ana, document)
    altered = canonical(json.loads(document) | {"closed_at": "2026-12-24T00:00:00Z"})
    async with bot.app.database.box.writer.begin() as connection:
        await connection.execute(update(boards).values(document=altered))
    assert "False a board does not stand in the log" in await doctor(bot)


async def members_look(bot: Bot, ana: Person, document: bytes) -> None:
    """A member reads the result and its steps, and takes the files away; the head of the log is in the digest."""
    kept = str(head(bot.app.vault, await logged(bot)))
    await ana.says("/digest")
    await ana.sees_new("Chosen: No, with 8 of 12 valid votes.", kept)
    await ana.says("/ballots")
    await ana.presses("Result: Shall we strike")
    await ana.sees_new("Chosen: No", "Yes & now: 4", "12 of 12 voted", kept)
    await ana.presses("The count step by step")
    await ana.sees_new("page 1 of 1", "1. Valid votes: 12. Votes for each option: Yes & now 4, No 8, and Later 0.")
    await ana.presses("Back")
    await ana.presses("Certificate (PDF)")
    await ana.sees_new("for minutes, labour offices and employers")
    assert (await file(bot, ana))[1].startswith(b"%PDF")
    await ana.presses("Files to check the count")
    await ana.sees_new("This file is the public board")
    assert (await file(bot, ana))[1] == document
    await ana.presses("Proof from the log")
    await ana.sees_new("This file proves")
    assert str(check(json.loads((await file(bot, ana))[1]), document)) == kept
    await ana.presses("Checking program")
    await ana.sees_new("on any computer with Python")
    assert (await file(bot, ana))[1] == (ROOT / "docs/verify.py").read_bytes()


def published(tmp_path: Path) -> tuple[Path, Path, str]:
    """Gives the files of a board and of its proof in a log of two, and the head of the log when it was new."""
    document, vault = random_board(5, "choice"), Vault.unlock(tmp_path / "keys", fresh=True)
    vault.make_key(KEY)
    file, proved, leaves = (
        tmp_path / "board.json",
        tmp_path / "proof.json",
        [leaf_of(document), leaf_of(b"a later one")],
    )
    file.write_bytes(document)
    proved.write_text(json.dumps(proof(vault, leaves, leaves[0])))
    return file, proved, str(head(vault, leaves[:1]))


async def test_anybody_verifies_it_with_the_files_alone(tmp_path: Path) -> None:
    file, proved, kept = published(tmp_path)
    code = read_board(file.read_bytes()).codes[3]
    done, printed, _ = await run("verify", str(file), "--code", code, "--proof", str(proved), "--head", kept)
    said = printed.decode()
    assert done == 0 and said.startswith("Accepted.") and f"The code {code} stands on the board" in said
    assert "The log of 2 boards holds this one at place 1, and grew out of the head with 1 boards" in said
    well, said = examine(file, "00" * 12, None, None)
    assert not well and "does NOT stand on the board" in said
    board = json.loads(file.read_bytes())
    board["outcome"]["cast"] += 1
    file.write_bytes(canonical(board))
    done, printed, _ = await run("verify", str(file))
    assert done == 2 and "REFUSED" in printed.decode() and "- outcome: cast is published as 61" in printed.decode()


def test_what_cannot_be_verified_is_said_in_one_line(tmp_path: Path) -> None:
    file, proved, kept = published(tmp_path)
    forged = str(Head(1, bytes(32), bytes(64)))
    for arguments, mend in (
        ((tmp_path / "none.json", None, None, None), "cannot be read"),
        ((proved, None, None, None), "no board of version 1"),
        ((file, None, None, kept), "give it with --proof"),
        ((file, None, file, None), "no proof of the log"),
        ((file, None, proved, forged), "was kept is not signed"),
    ):
        with pytest.raises((BadBoard, BadLog), match=mend):
            examine(*arguments)


async def test_the_certificate_is_made_again_from_the_board_to_the_byte(tmp_path: Path) -> None:
    file, proved, _ = published(tmp_path)
    asked = ("certificate", str(file), "--language", "sw", "--union", "DLA", "--proof", str(proved))
    done, written, said = await run(*asked)
    assert (done, said) == (0, "") and written.startswith(b"%PDF")
    assert await from_files(file, "sw", "DLA", proved) == written != await from_files(file, "sw", "DLA", None)
    with pytest.raises(BriefError, match="the language xx is not offered: choose one of en, sw"):
        await from_files(file, "xx", "", None)
