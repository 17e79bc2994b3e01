"""A plain model of one ballot or pay period: what each person was answered, and what may therefore be counted."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Told = dict[str, Any]
NOTHING = ""


@dataclass
class Words:
    """What one person said: the codes of which one may be counted, NOTHING among them if none need be."""

    possible: set[str] = field(default_factory=lambda: {NOTHING})
    unfinished: bool = False  # told in a sending that a kill met: the same letter may come a second time
    wrongs: list[str] = field(default_factory=list)
    withdrawn: bool = False  # taken back: a letter about something lost earlier may still come


class Ledger:
    """Remembers what was said and answered, and finds what was counted wrongly."""

    def __init__(self) -> None:
        self.people: defaultdict[int, Words] = defaultdict(Words)
        self.options: dict[str, int] = {}
        self._asked: list[int] = []

    def said(self, act: Told, answer: Told | None) -> None:
        """Notes what somebody said and what was answered; None when the process died before it answered."""
        words = self.people[act["who"]]
        if act["do"] == "withdraw":
            self._withdrew(words, answer)
            return
        code = act["code"]
        self.options[code] = act.get("option", 0)
        receipt = answer["receipt"] if answer else None
        if receipt in ("received", "replaced"):
            words.possible = {code}
        elif receipt == "sealed":
            words.possible.discard(NOTHING)
            if not words.possible:
                words.wrongs.append("somebody is told that a vote is sealed who has none")
        elif receipt is None:
            words.possible.add(code)

    def _withdrew(self, words: Words, answer: Told | None) -> None:
        if answer is None:
            words.possible.add(NOTHING)
        elif answer["withdrawn"]:
            words.possible, words.withdrawn = {NOTHING}, True

    def told(self, who: int, *, unfinished: bool) -> None:
        """Notes a letter that asks to say it again, sent in a round that a kill met or did not."""
        words = self.people[who]
        if words.possible == {NOTHING} and not (words.withdrawn or words.unfinished):
            words.wrongs.append("somebody is asked again who has nothing to lose")
        words.unfinished = unfinished
        words.possible = {NOTHING}
        self._asked.append(who)

    def take_asked(self) -> list[int]:
        """Gives those who were asked again and have not been given the word since."""
        asked, self._asked = self._asked, []
        return asked

    def wrongs(self, counted: Iterable[str], *, report: bool) -> list[str]:
        """Compares with what was counted and says what is wrong, naming nobody."""
        codes, mixed = self._reports(counted) if report else self._votes(counted)
        found = [wrong for words in self.people.values() for wrong in words.wrongs] + mixed
        for words in self.people.values():
            mine = [code for code in words.possible if codes[code]]
            if not mine and NOTHING not in words.possible:
                found.append("an entry is lost in silence")
            if len(mine) > 1 or any(codes[code] > 1 for code in mine):
                found.append("an entry is counted twice")
        extra = set(codes) - {code for words in self.people.values() for code in words.possible}
        return found + ["an entry is counted that was replaced, withdrawn or called lost"] * len(extra)

    def _votes(self, counted: Iterable[str]) -> tuple[Counter[str], list[str]]:
        entries = [bytes.fromhex(entry) for entry in counted]
        codes = Counter(entry[1:13].hex() for entry in entries if entry[:1] == b"c")
        choices = Counter(entry[1] for entry in entries if entry[:1] == b"v")
        meant = Counter(self.options.get(code, -1) for code in codes.elements())
        return codes, [] if choices == meant else ["the ballots are not those of the codes"]

    def _reports(self, counted: Iterable[str]) -> tuple[Counter[str], list[str]]:
        entries = Counter((entry[:24], entry[-2:]) for entry in counted)
        codes = Counter({code: count for (code, part), count in entries.items() if part == "00"})
        whole = all(entries[code, f"{part:02}"] == codes[code] for code, _ in entries for part in range(3))
        return codes, [] if whole else ["a report is counted in part"]
