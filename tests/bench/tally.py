"""What a tally costs: 100,000 distinct rankings of 12 options for 4 seats, beside other libraries in the same run.

Repeat: `make bench BENCH=tests/bench/tally.py`. It makes an environment in a temporary folder and installs the other
libraries there, with several hundred megabytes of what they need; without a network only Kauli is measured.
Seconds of one core, the best of three counts, from the votes in the form that each library takes (making that form is
not included, and takes others longer than counting) to the end of the count.

Kauli counts exactly and records every stage. PyRankVote's STV passes surpluses on in floating point; VoteKit's too, in
numpy arrays; pref_voting has the Scottish rules in floating point, without stages. abcvoting has none for rankings.
"""

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

from bot.ballots.counting import Vote, count

RIVALS = ("pyrankvote==2.0.6", "votekit==3.5.0", "pref-voting==1.18.2")
VOTES, OPTIONS, SEATS, SEED = 100_000, 12, 4, 20261125
OURS = {"stv": SEATS, "meek": SEATS, "irv": 1}
LOT = range(OPTIONS)
TIMES = 3
Counting = Callable[[], object]


def main() -> None:
    """Measures here, or first makes an environment with the other libraries."""
    if "--here" in sys.argv:
        measure()
        return
    with tempfile.TemporaryDirectory() as name:
        python = Path(name) / "bin" / "python"
        subprocess.run((sys.executable, "-m", "venv", name), check=True)
        pip = (str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *RIVALS)
        if subprocess.run(pip, check=False).returncode:
            print("the other libraries cannot be installed: Kauli alone")
        subprocess.run((str(python), "-m", "tests.bench.tally", "--here"), check=True)


def measure() -> None:
    """Prints seconds and ratios for rankings of all options, and for such as people give."""
    for title, votes in (("all options ranked", ranked(whole=True)), ("some options ranked", ranked(whole=False))):
        print(f"{title}: {VOTES} distinct rankings of {OPTIONS} options, {SEATS} seats")
        ours = {method: best(partial(count, method, votes, OPTIONS, seats, LOT)) for method, seats in OURS.items()}
        for method, spent in ours.items():
            print(f"  kauli {method}: {spent:.2f} s")
        for name, prepare in OTHERS.items():
            if find_spec(name) is None:
                print(f"  {name}: not installed")
                continue
            spent = best(prepare(list(votes)))
            print(f"  {name}: {spent:.2f} s, {spent / ours['stv']:.1f} times Kauli's stv{BAR.get(name, '')}")


def best(counting: Counting) -> float:
    """Gives the seconds of one core of the fastest of some counts; of the first when it takes long."""
    spent: list[float] = []
    while len(spent) < TIMES and sum(spent) < 30:
        began = time.process_time()
        counting()
        spent.append(time.process_time() - began)
    return min(spent)


def ranked(*, whole: bool) -> dict[Vote, int]:
    """Draws distinct rankings in which some options are better liked than others."""
    return dict.fromkeys(islice(distinct(whole=whole), VOTES), 1)


def distinct(*, whole: bool) -> Iterator[Vote]:
    """Gives rankings one after the other, none twice."""
    source, seen = random.Random(SEED), set[Vote]()
    while True:
        liked = {option: source.random() ** (1 + option / 4) for option in range(OPTIONS)}
        length = OPTIONS if whole else min(OPTIONS, 4 + int(source.expovariate(0.4)))
        vote = tuple(sorted(liked, key=lambda option: -liked[option])[:length])
        if vote not in seen:
            seen.add(vote)
            yield vote


def pyrankvote(votes: list[Vote]) -> Counting:
    """Prepares PyRankVote."""
    library = import_module("pyrankvote")
    candidates = [library.Candidate(str(option)) for option in range(OPTIONS)]
    ballots = [library.Ballot([candidates[option] for option in vote]) for vote in votes]
    return lambda: library.single_transferable_vote(candidates, ballots, SEATS)


def votekit(votes: list[Vote]) -> Counting:
    """Prepares VoteKit."""
    library, elections = import_module("votekit"), import_module("votekit.elections")
    ballots = [library.RankBallot(ranking=[{str(option)} for option in vote]) for vote in votes]
    profile = library.RankProfile(ballots=ballots, candidates=[str(option) for option in range(OPTIONS)])
    return lambda: elections.FastSTV(profile, n_seats=SEATS, tiebreak="random", simultaneous=False)


def pref_voting(votes: list[Vote]) -> Counting:
    """Prepares pref_voting."""
    profiles = import_module("pref_voting.profiles_with_ties")
    rankings = [{option: rank for rank, option in enumerate(vote, 1)} for vote in votes]
    profile: Any = profiles.ProfileWithTies(rankings, candidates=list(range(OPTIONS)))
    methods = import_module("pref_voting.proportional_methods")
    return lambda: methods.stv_scottish(profile, num_seats=SEATS)


OTHERS: dict[str, Callable[[list[Vote]], Counting]] = {
    "pyrankvote": pyrankvote,
    "votekit": votekit,
    "pref_voting": pref_voting,
}
BAR = {"pyrankvote": " (bar: at least 1)"}


if __name__ == "__main__":
    main()
