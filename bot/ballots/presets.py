"""The rules that unions usually mean when they name a kind of ballot; each can be changed before it opens."""

from collections.abc import Mapping

from bot.ballots.rules import Rules, Share

HALF = Share(1, 2)
MAJORITY = Share(1, 2, strict=True)

PRESETS: Mapping[str, Rules] = {
    "straw": Rules("choice", "straw"),
    "committee": Rules("stv", "committee", seats=3, shuffled=True, binding=True),
    "priorities": Rules("demands", "priorities", shuffled=True),
    "ratification": Rules("yesno", "ratification", quorum=HALF, threshold=MAJORITY, binding=True),
    "strike": Rules("yesno", "strike", quorum=HALF, threshold=MAJORITY, indicative=True),
    "petition": Rules("yesno", "petition", threshold=MAJORITY, base="electorate", binding=True),
}
