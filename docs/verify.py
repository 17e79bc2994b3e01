#!/usr/bin/env python3
"""Counts the published board of a Kauli ballot again. It needs Python 3.8 or later, this file, and nothing else.

    python3 verify.py board.json
    python3 verify.py board.json --code 0f3a...     was my vote counted in?

It was written from the descriptions of the methods, not from the bot's code, so that a fault in one is found by the
other. It says Accepted, or REFUSED and what differs. docs/VERIFY.md explains each step.
"""

import argparse
import hashlib
import json
import re
import sys
from collections import Counter

KEYS = "ballots closed_at codes frozen groups lot notes outcome root rules_hash salt texts version"
EXCLUDING = ("irv", "stv", "meek")
MEASURED = ("yesno", "choice", "multiple", "approval")
HALF = {"over": 1, "of": 2, "strict": True}
FAILED = ("not_carried", "group", False)  # what a verdict over all votes may become where groups must agree too
BY_GROUPS = {"carried": [("carried", "groups", True), FAILED], "elected": [("elected", "groups", True), FAILED]}
BY_GROUPS["tied"] = [*BY_GROUPS["elected"], ("none_of_above", "votes", False)]


def canonical(value):
    """Writes JSON with sorted keys and no spaces, in UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha(content):
    """Gives the SHA-256."""
    return hashlib.sha256(content).digest()


def tree(leaves):
    """Gives the tree hash of RFC 6962, section 2.1."""
    level = [sha(b"\0" + leaf) for leaf in leaves]
    while len(level) > 1:
        pairs = [sha(b"\1" + level[i] + level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + ([level[-1]] if len(level) % 2 else [])
    return level[0]


def words_of(text):
    """Gives what is hashed of a text."""
    return canonical({name: text[name] for name in ("locale", "question", "options", "explanation", "document")})


def root_of(board):
    """Gives the hash of everything that a lot hangs on."""
    lists = (board["salt"], *board["codes"], *board["ballots"])
    return tree([canonical(board["frozen"]), *map(words_of, board["texts"]), *map(canonical, lists)]).hex()


def lot(root, options):
    """Puts the options in the order of SHA-256(root, number of the option in two bytes)."""
    return sorted(range(options), key=lambda option: sha(bytes.fromhex(root) + option.to_bytes(2, "big")))


def stage(did, options=(), amounts=(), totals=(), rest=0):
    """Makes one step of a count."""
    return dict(did=did, options=list(options), amounts=list(amounts), totals=list(totals), rest=rest)


def levels(figures, among):
    """Puts options with equal figures on one level, the highest first."""
    return [[o for o in among if figures[o] == f] for f in sorted({figures[o] for o in among}, reverse=True)]


def seated(ranked, seats, order):
    """Fills seats level by level; a level that is too large is drawn, or is a tie."""
    winners, told = [], []
    for level in ranked:
        left = seats - len(winners)
        if left <= 0:
            break
        if len(level) > left and order:
            level = sorted(level, key=order.index)
            told, level = [stage("lot", level, [left])], level[:left]
        elif len(level) > left:
            told = [stage("tie", level, [left])]
        winners += level
    return winners, told


def plurality(votes, n, seats, order, name="votes"):
    """Yes or no, single and multiple choice, approval, score: the highest totals above nought."""
    totals = [sum(vote[o] if name == "scores" else o in vote for vote in votes) for o in range(n)]
    winners, told = seated(levels(totals, [o for o, total in enumerate(totals) if total]), seats, order)
    last = [stage("elected", winners, [totals[w] for w in winners])] if winners else []
    return winners, [stage(name, (), [len(votes)], totals), *told, *last], totals, 1, []


def in_order(ranked, seats, order):
    """Ranks all options; tells every level of several options."""
    told, whole = [], []
    for level in ranked:
        left = max(0, seats - len(whole))
        level = sorted(level, key=order.index) if order else level
        if len(level) > 1 and order:
            told.append(stage("lot", level, [left]))
        elif len(level) > 1:
            told.append(stage("tie", level, [left]) if 0 < left < len(level) else stage("equal", level))
        whole += level
    winners = whole[:seats] if order else seated(ranked, seats, None)[0]
    return winners, [*told, stage("order", whole)], whole


def schulze(votes, n, seats, order):
    """Schulze: the strongest paths, with winning votes; again and again those whom nobody of the rest beats."""
    pairs = [[0] * n for _ in range(n)]
    for vote, people in Counter(map(tuple, votes)).items():
        rank = {option: place for place, option in enumerate(vote)}
        for a in rank:
            for b in range(n):
                pairs[a][b] += people * (rank[a] < rank.get(b, n))
    paths = [[pairs[a][b] if pairs[a][b] > pairs[b][a] else 0 for b in range(n)] for a in range(n)]
    for m in range(n):
        for a in range(n):
            for b in range(n):
                if len({a, b, m}) == 3:
                    paths[a][b] = max(paths[a][b], min(paths[a][m], paths[m][b]))
    beats, rest, ranked = [[paths[a][b] > paths[b][a] for b in range(n)] for a in range(n)], list(range(n)), []
    while rest:
        ranked.append([b for b in rest if not any(beats[a][b] for a in rest)])
        rest = [o for o in rest if o not in ranked[-1]]
    winners, told, whole = in_order(ranked, seats, order)
    rows = [stage(name, [a], table[a]) for name, table in (("pairs", pairs), ("paths", paths)) for a in range(n)]
    return winners, rows + told, [sum(row) for row in beats], 1, whole


def demands(votes, n, seats, order):
    """Demands: named first minus named least important, then Borda points 3, 2, 1."""
    first, last, borda = [0] * n, [0] * (n + 1), [0] * n
    for vote in votes:
        first[vote[1]] += 1
        last[vote[0]] += 1
        for points, option in zip((3, 2, 1), vote[1:]):
            borda[option] += points
    balance = [first[o] - last[o] for o in range(n)]
    winners, told, whole = in_order(levels(list(zip(balance, borda)), range(n)), seats, order)
    rows = [stage("firsts", range(n), first), stage("lasts", range(n), last[:n]), stage("borda", range(n), borda)]
    return winners, [*rows, stage("balance", totals=balance), *told], balance, 1, whole


def broken(tied, history, order, most, name):
    """Breaks a tie by earlier stages, the latest first, then by the lot."""
    kept, told = sorted(tied), []
    for number in range(len(history), 0, -1):
        best = (max if most else min)(history[number - 1][o] for o in kept)
        still = [o for o in kept if history[number - 1][o] == best]
        if len(still) < len(kept):
            kept = still
            told.append(stage(f"{name}.earlier.{'most' if most else 'fewest'}", kept, [number]))
    who = (min if most else max)(kept, key=order.index)
    if len(kept) > 1:
        told.append(stage(f"{name}.lot.{'first' if most else 'last'}", [who] + [o for o in kept if o != who]))
    return who, told


def irv(votes, n, seats, order):
    """Instant runoff: until one has more than half of what is not exhausted."""
    alive, piles, rest = set(range(n)), [[v for v in votes if v[0] == o] for o in range(n)], 0
    totals = [len(pile) for pile in piles]
    history, stages = [totals[:]], [stage("irv.first", (), [len(votes)], totals)]
    while len(alive) > 1 and 2 * max(totals) <= sum(totals):
        fewest = min(totals[o] for o in alive)
        who, told = broken([o for o in alive if totals[o] == fewest], history, order, False, "irv")
        alive.remove(who)
        for vote in piles[who]:
            for to in [o for o in vote[vote.index(who) :] if o in alive][:1]:
                piles[to].append(vote)
        piles[who] = []
        totals = [len(pile) for pile in piles]
        rest = len(votes) - sum(totals)
        history.append(totals)
        stages += [*told, stage("irv.excluded", [who], [fewest], totals, rest)]
    winner = max(alive, key=lambda o: totals[o])
    return [winner], [*stages, stage("irv.elected", [winner], [totals[winner], sum(totals)])], totals, 1, []


def elect(name, options, totals, order, elected, stages):
    """Elects options, those with more votes first, equal ones in the order of the lot."""
    for o in sorted(options, key=lambda o: (-totals[o], order.index(o))):
        elected.append(o)
        stages.append(stage(name, [o], [totals[o]]))


def scottish(votes, n, seats, order):
    """STV, Scottish rules: 1/100,000 of a vote, every remainder dropped."""
    one, alive, elected, rest = 100000, set(range(n)), [], 0
    papers = [[(v, one) for v in votes if v[0] == o] for o in range(n)]
    totals = [len(pile) * one for pile in papers]
    quota = (len(votes) // (seats + 1) + 1) * one
    history, stages = [totals[:]], [stage("stv.first", (), [len(votes), seats, quota], totals)]
    while True:
        elect("stv.elected", [o for o in alive if totals[o] >= quota], totals, order, elected, stages)
        alive -= set(elected)
        if len(alive) <= seats - len(elected):
            elect("stv.remaining", alive, totals, order, elected, stages)
            alive.clear()
        if len(elected) == seats or not alive:
            return elected, stages, totals, one, []
        most, fewest = max([totals[o] for o in elected] or [0]), min(totals[o] for o in alive)
        surplus = most > quota
        among = [o for o in (elected if surplus else alive) if totals[o] == (most if surplus else fewest)]
        who, told = broken(among, history, order, surplus, "stv")
        alive.discard(who)
        held, had, before, pile = (quota if surplus else 0), totals[who], sum(totals), papers[who]
        totals[who], papers[who] = held, []
        for vote, value in pile:
            worth = (had - quota) * value // had if surplus else value
            for to in [o for o in vote[vote.index(who) :] if o in alive][:1]:
                papers[to].append((vote, worth))
                totals[to] += worth
        rest += before - sum(totals)
        history.append(totals[:])
        did = stage("stv.surplus", [who], [had - quota]) if surplus else stage("stv.excluded", [who], [had])
        stages += [*told, dict(did, totals=totals[:], rest=rest)]


def meek(votes, n, seats, order):
    """STV, Meek's method: nine digits, products and quotients rounded up."""
    one, keep, elected, out, said = 10**9, [10**9] * n, [], set(), Counter(map(tuple, votes))
    stages, ready, before = [], [], None
    while True:
        hopeful = [o for o in range(n) if o not in elected and o not in out]
        while True:
            totals, rest = [0] * n, 0
            for vote, people in said.items():
                weight = one
                for o in vote:
                    part = -(-weight * keep[o] // one)
                    totals[o] += part * people
                    weight -= part
                rest += weight * people
            quota = sum(totals) // (seats + 1) + 1
            ready = [o for o in hopeful if totals[o] >= quota]
            surplus = max(0, sum(totals[o] - quota for o in elected + ready))
            if ready or surplus < one // 10**6 or (before is not None and surplus >= before):
                break
            before = surplus
            for o in elected:
                keep[o] = -(-one * -(-keep[o] * quota // one) // totals[o])
        figures = [quota, surplus] if stages else [len(votes), seats, quota]
        stages.append(stage("meek.round" if stages else "meek.first", (), figures, totals, rest))
        before = None
        if len(hopeful) > seats - len(elected) and ready:
            elect("meek.elected", ready, totals, order, elected, stages)
        elif len(hopeful) > seats - len(elected):
            fewest = min(totals[o] for o in hopeful)
            tied = [o for o in hopeful if totals[o] <= fewest + surplus]
            who = max(tied, key=order.index)
            if len(tied) > 1:
                stages.append(stage("meek.lot.last", [who] + [o for o in tied if o != who]))
            out.add(who)
            keep[who] = 0
            stages.append(stage("meek.excluded", [who], [totals[who]]))
        hopeful = [o for o in hopeful if o not in elected and o not in out]
        if len(hopeful) <= seats - len(elected):
            elect("meek.remaining", hopeful, totals, order, elected, stages)
            hopeful = []
        if len(elected) == seats or not hopeful:
            return elected, stages, totals, one, []


METHODS = dict(yesno=plurality, choice=plurality, multiple=plurality, irv=irv, schulze=schulze)
METHODS.update(stv=scottish, meek=meek, demands=demands)
METHODS.update(approval=lambda *got: plurality(*got, "approvals"), score=lambda *got: plurality(*got, "scores"))


def reached(share, part, whole):
    """Says whether a part is enough of a whole."""
    return part * share["of"] >= share["over"] * whole + share["strict"]


def decide(board, said):
    """Counts votes with their groups, and gives the outcome as the board should say it."""
    frozen = board["frozen"]
    rules, n = frozen["rules"], frozen["options"]
    drawn = rules["tie"] == "drawn" or rules["method"] in EXCLUDING
    votes = [vote for _, vote in said if vote]
    got = METHODS[rules["method"]](votes, n, rules["seats"], board["lot"] if drawn else None)
    count = dict(zip(("winners", "stages", "totals", "scale", "order"), got))
    option = 0 if rules["method"] == "yesno" else (count["winners"] + [0])[0]
    tallies = cells(frozen, said, option)[:-1] if board["groups"] else []
    found = dict(zip(("verdict", "why", "winners", "tied"), ruling(frozen, said, count)))
    found.update(counts=count["totals"], count=count, cast=len(said), blank=len(said) - len(votes), groups=tallies)
    return found


def share_of(rules):
    """Gives the share that must be reached, or None."""
    least = HALF if rules["method"] == "yesno" or rules["double"] else None
    return (rules["threshold"] or least) if rules["method"] in MEASURED else None


def ruling(frozen, said, count):
    """Gives verdict, reason, winners and who is equal."""
    rules, size, winners = frozen["rules"], frozen["electorate"]["size"], count["winners"]
    missed = {option: misses(frozen, said, option) for option in [0, *winners]}
    tie = [one["options"] for one in count["stages"] if one["did"] == "tie"]
    tied = tie[-1] if len(winners) > rules["seats"] else []
    yes = "groups" if rules["double"] else "threshold"
    if rules["quorum"] and not reached(rules["quorum"], len(said), size):
        return "no_quorum", "quorum", [], []
    if rules["method"] == "yesno":
        return ("not_carried", missed[0], [], []) if missed[0] else ("carried", yes, [0], [])
    if rules["method"] == "demands":
        return "ordered", "tie" if tied else "votes", winners, tied
    if any(not missed[option] for option in tied):
        return "tied", "tie", winners, tied
    if not winners:
        return "not_carried", "few", [], []
    if rules["none_option"] and rules["method"] not in ("stv", "meek") and frozen["options"] - 1 in winners:
        winners = winners[: winners.index(frozen["options"] - 1)]
    if not winners:
        return "none_of_above", "votes", [], []
    enough = [winner for winner in winners if not missed[winner]]
    lots = [one for one in count["stages"] if one["did"] == "lot" and 0 < one["amounts"][0] < len(one["options"])]
    why = yes if share_of(rules) else "lot" if lots and rules["method"] not in EXCLUDING else "votes"
    return ("elected", why, enough, []) if enough else ("not_carried", missed[winners[0]], [], [])


def cells(frozen, said, option):
    """Counts each group, and all voters at the end."""
    groups = [(g["id"], g["size"], [v for at, v in said if at == i]) for i, g in enumerate(frozen["groups"])]
    groups.append(("", frozen["electorate"]["size"], [vote for _, vote in said]))
    tally = ((sum(option in vote for vote in votes), votes.count([]), len(votes)) for _, _, votes in groups)
    return [dict(group=g[0], size=g[1], part=t[0], blank=t[1], cast=t[2]) for g, t in zip(groups, tally)]


def misses(frozen, said, option):
    """Says what an option does not reach: "threshold", "group", or nothing."""
    rules, share, agreed = frozen["rules"], share_of(frozen["rules"]), []
    for one in cells(frozen, said, option) if share else ():
        base = dict(cast=one["cast"], valid=one["cast"] - one["blank"], electorate=one["size"])[rules["base"]]
        agreed.append(one["cast"] >= 5 and reached(share, one["part"], base))
    if share and not agreed[-1]:
        return "threshold"
    return "group" if rules["double"] and not all(agreed) else ""


def fits(rules, n, vote):
    """Says whether the method takes a vote."""
    method, distinct = rules["method"], len(set(vote)) == len(vote) and all(0 <= o < n for o in vote)
    if not vote:
        return True
    if method == "score":
        return len(vote) == n and all(0 <= points <= rules["top"] for points in vote)
    if method == "demands":
        best = vote[1:]
        return 0 <= vote[0] <= n and vote[0] not in best and 1 <= len(best) <= 3 and fits({"method": "irv"}, n, best)
    most = 1 if method in ("yesno", "choice") else rules["most"] or n if method == "multiple" else n
    ranked = method in ("irv", "schulze", "stv", "meek")
    return distinct and len(vote) <= most and (ranked or vote == sorted(vote))


def frozen_parts(board):
    """Checks rules, texts, closing and salt."""
    frozen, texts = board["frozen"], board["texts"]
    if sha(canonical(frozen)).hex() != board["rules_hash"]:
        yield "rules: they are not those of the hash that was shown on the paper"
    size = frozen["electorate"]["size"]
    if (frozen["decides"], size) != (frozen["texts"][0]["locale"], board["outcome"]["electorate"]):
        yield "rules: the deciding language or the electorate is not that of the opening"
    for text in texts:
        if sha(words_of(text)).hex() != text["sha256"] or len(text["options"]) != frozen["options"]:
            yield f"text {text['locale']}: it is not the one of its hash"
    there, then = [{(text["locale"], text["sha256"]) for text in some} for some in (texts, frozen["texts"])]
    noted = {note["locale"] for note in board["notes"] if note["what"] == "wording"}
    yield from (f"text {locale}: the one of the opening is missing" for locale, _ in sorted(then - there))
    for locale, _ in sorted(there - then):
        if locale not in noted:
            yield f"text {locale}: it is not the one of the opening, and no note says that it was replaced"
    if board["closed_at"] != [frozen["closes_at"], *(note["closes_at"] for note in board["notes"])][-1]:
        yield "notes: the ballot did not close when the rules and notes say"
    if sha(bytes.fromhex(board["salt"])).hex() != frozen["salt"]:
        yield "salt: it is not the one that was fixed at the opening"


def lists(board):
    """Checks codes, ballots, root and lot."""
    frozen, codes, votes, out = board["frozen"], board["codes"], board["ballots"], board["outcome"]
    yield from (f"code {code}: no inclusion code" for code in codes if not re.fullmatch("[0-9a-f]{24}", code))
    for number, vote in enumerate(votes, 1):
        if not fits(frozen["rules"], frozen["options"], vote):
            yield f"ballot {number}: {vote} is none that the method takes"
    if codes != sorted(set(codes)) or votes != sorted(votes):
        yield "codes and ballots: they are not sorted, or a code stands there twice"
    if len(codes) != out["cast"] or (votes and len(votes) != len(codes)) or len(board["groups"]) not in (0, len(votes)):
        yield "codes and ballots: there are not as many of each as votes were cast"
    if root_of(board) != board["root"]:
        yield "root: rules, texts, salt, codes and ballots are not all those that were published"
    drawn = frozen["rules"]["tie"] == "drawn" or frozen["rules"]["method"] in EXCLUDING
    if board["lot"] != (lot(board["root"], frozen["options"]) if drawn and out["kind"] == "figures" else []):
        yield "lot: it is not the order that follows from the root"


def counted(board):
    """Counts again what is published, and compares."""
    frozen, out, rules = board["frozen"], board["outcome"], board["frozen"]["rules"]
    if out["kind"] != "figures":
        if any(board[name] for name in ("codes", "ballots", "groups")) or out["count"] or out["cast"] or out["counts"]:
            yield "outcome: it says that figures are withheld, and yet there are some"
    elif board["ballots"]:
        hidden = rules["double"] and not board["groups"]
        if hidden:  # the whole is counted; what hung on groups is taken as published
            board = dict(board, frozen=dict(frozen, rules=dict(rules, double="", threshold=share_of(rules))))
        at = board["groups"] or [len(frozen["groups"])] * len(board["ballots"])
        found = decide(board, list(zip(at, board["ballots"])))
        may_be = BY_GROUPS.get(found["verdict"], ()) if hidden and set(out["winners"]) <= set(found["winners"]) else ()
        if (out["verdict"], out["why"], bool(out["winners"])) in may_be:
            found.update(verdict=out["verdict"], why=out["why"], winners=out["winners"], tied=[])
        yield from differences(out, found)
    elif out["cast"] >= 50 or rules["method"] in ("yesno", "choice"):
        yield "ballots: they are missing"
    else:
        yield from from_stages(board, out, rules)


def differences(out, found):
    """Names what is published otherwise than counted."""
    for name, value in found.items():
        if name != "count" and out[name] != value:
            yield f"outcome: {name} is published as {out[name]}, counted as {value}"
    said, is_ = out["count"]["stages"], found["count"]["stages"]
    for number in range(max(len(said), len(is_))):
        if said[number : number + 1] != is_[number : number + 1]:
            yield f"stage {number + 1} of the count: published as {said[number : number + 1]}"
    if dict(out["count"], stages=0) != dict(found["count"], stages=0):
        yield "count: its winners, totals or order are not those that were counted"


def from_stages(board, out, rules):
    """Where ballots are withheld: counts stand-ins with the same totals, or checks that stages share out all votes."""
    n, valid, count, method = board["frozen"]["options"], out["cast"] - out["blank"], out["count"], rules["method"]
    totals, votes = count["totals"], [[0]] * valid
    if method in ("score", "multiple", "approval"):
        marks = [option for option, total in enumerate(totals) for _ in range(total)]
        spread = [[total // valid + (i < total % valid) for total in totals] for i in range(valid)]
        votes = spread if method == "score" else [marks[i::valid] for i in range(valid)]
        if out["counts"] != totals or not all(vote and fits(dict(rules, most=0), n, vote) for vote in votes):
            yield "stage 1 of the count: its totals are more than the ballots that were cast"
            return
        yield from differences(out, decide(board, [(0, vote) for vote in votes] + [(0, [])] * out["blank"]))
        return
    for number, one in enumerate(count["stages"], 1):
        if method in EXCLUDING and one["totals"] and sum(one["totals"]) + one["rest"] != valid * count["scale"]:
            yield f"stage {number} of the count: its totals are not all the valid votes"
    found = ruling(board["frozen"], [(0, vote) for vote in votes] + [(0, [])] * out["blank"], count)
    if list(found) != [out["verdict"], out["why"], out["winners"], out["tied"]] or out["counts"] != totals:
        yield f"outcome: {out['verdict']} is published, but {found[0]} follows from the count and the rules"


def faults(document):
    """Gives everything that is wrong with a board; raises ValueError for a file that is none."""
    board = json.loads(document)
    if (
        not isinstance(board, dict)
        or " ".join(sorted(board)) != KEYS
        or board["version"] != 1
        or canonical(board) != document
    ):
        raise ValueError("this is no board of version 1 as it was published")
    found = []
    for check in (frozen_parts, lists, counted):
        try:
            found += check(board)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            found.append(f"{check.__name__}: they make no sense together, so that nothing can be counted")
    return found


def main():
    """Reads the arguments, checks, and says what it found."""
    parser = argparse.ArgumentParser(description="Counts the published board of a Kauli ballot again.")
    parser.add_argument("board", help="the file of the board, as the bot gave it")
    parser.add_argument("--code", help="look for an inclusion code on it")
    asked = parser.parse_args()
    try:
        with open(asked.board, "rb") as file:
            document = file.read().rstrip(b"\n")
        found, board = faults(document), json.loads(document)
    except (OSError, LookupError, TypeError, ValueError) as error:
        sys.exit(f"verify.py: {error}")
    if asked.code and asked.code.lower() not in board["codes"]:
        found.append(f"code {asked.code}: it does not stand on this board")
    out, text = board["outcome"], board["texts"][0]
    print("REFUSED" if found else "Accepted", *(f"- {fault}" for fault in found), sep="\n")
    print(f"{text['question']}: {out['verdict']} ({out['why']})", *(text["options"][w] for w in out["winners"]))
    print("Counted again from the ballots." if board["ballots"] else "Ballots are withheld: see docs/VERIFY.md.")
    print("SHA-256 of the file, as in the log:", sha(document).hex())
    sys.exit(2 if found else 0)


if __name__ == "__main__":
    main()
