"""Mass sends: begun by one organizer, hastened by a second one, stopped by any of them, and watched in percent."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from bot.delivery.rules import Progress, minutes_for, progress_of, to_everybody
from bot.dialogue import Button, Link, Outcome, Screen, rows
from bot.digests.posts import SEND_WAIT
from bot.members.rules import reachable
from bot.permissions import require
from bot.proposals.rules import Proposal
from bot.texts import Lines, Percent, Refusal, Text, text
from bot.turn import Turn
from handlers.proposals import draft, propose


async def begin(turn: Turn, post_id: str) -> Screen:
    """Queues the digest for everybody in ten minutes and asks a second organizer to let it go at once."""
    sending = f"digest-{secrets.token_hex(6)}"
    members = [member.telegram_id for member in await turn.stores.members.all() if reachable(member)]
    values, due = {"post": post_id}, turn.now + SEND_WAIT
    await turn.stores.outbox.add(to_everybody(sending, members, "digest", values, "digest", due))
    proposal = draft(turn, "send", thing=sending)
    await propose(turn, proposal)
    turn.wake()
    wait, takes = int(SEND_WAIT.total_seconds() // 60), minutes_for(len(members), turn.office.rate)
    return Screen(text("post.sending", minutes=wait, takes=takes), buttons(proposal))


def buttons(proposal: Proposal) -> tuple[tuple[Button, ...], ...]:
    """Gives what one may do about a send on its way."""
    stop_ = Button("stop", text("post.stop.button"), Link("stop", (proposal.id,)), "danger")
    watch = Button("progress", text("menu.progress.button"), Link("progress", (proposal.id,)))
    return rows(watch, stop_)


async def stop(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Cancels what has not left of a mass send, whoever began it."""
    proposal = await found(turn, args)
    if proposal is None or not await turn.stores.outbox.cancel(proposal.thing):
        return Screen(text("post.not_stopped"))
    await turn.stores.proposals.put(replace(proposal, settled=True))
    return Screen(text("post.stopped"))


async def pause(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Lets a mass send wait, whoever began it; what is in hand still goes."""
    proposal = await sent(turn, args)
    await turn.stores.outbox.pause(proposal.thing)
    return await progress(turn, args)


async def resume(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Lets a paused send go on."""
    proposal = await sent(turn, args)
    await turn.stores.outbox.resume(proposal.thing)
    turn.wake()
    return await progress(turn, args)


async def sent(turn: Turn, args: tuple[str, ...]) -> Proposal:
    """Gives the send that a button is about. Raises Refusal when it is gone, or this is no organizer."""
    proposal = await found(turn, args)
    if proposal is None:
        raise Refusal("post.not_stopped")
    return proposal


async def found(turn: Turn, args: tuple[str, ...]) -> Proposal | None:
    """Gives the send that a button is about, or None when it is gone. Raises Refusal for who is no organizer."""
    require(turn.member, "send digest", turn.now)
    proposal = await turn.stores.proposals.hold(args[0]) if args else None
    return proposal if proposal and proposal.kind == "send" else None


async def progress(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Says how far a mass send is, in percent; without a name, every one that is still on its way."""
    require(turn.member, "send digest", turn.now)
    sends = [one for one in await turn.stores.proposals.all() if one.kind == "send" and (not args or one.id == args[0])]
    lines: list[Text | Lines] = []
    moving: list[Proposal] = []
    for send in sends:
        waiting = await turn.stores.outbox.waiting(send.thing)
        if waiting:
            moving.append(send)
        if waiting or args:
            paused = await turn.stores.outbox.is_paused(send.thing)
            totals = await turn.stores.outbox.totals(send.thing)
            lines.append(said(progress_of(waiting, totals, turn.office.rate), paused=paused))
    shown = Lines((text("progress.title"), *(lines or [text("progress.none")])))
    return Screen(shown, rows(*await to_do(turn, moving, args)))


async def to_do(turn: Turn, moving: Sequence[Proposal], args: tuple[str, ...]) -> list[Button]:
    """Gives the buttons of what is on its way: look again, and for one send let it wait, go on, or end it."""
    again = Button("again", text("progress.again.button"), Link("progress", args))
    if len(moving) != 1:
        return [again] if moving else []
    paused, name = await turn.stores.outbox.is_paused(moving[0].thing), (moving[0].id,)
    hold = "resume" if paused else "pause"
    return [
        again,
        Button(hold, text(f"progress.{hold}.button"), Link(f"{hold}send", name)),
        Button("stop", text("post.stop.button"), Link("stop", name), "danger"),
    ]


def said(progress: Progress, *, paused: bool) -> Lines:
    """Says a send's progress: in percent, and of what could not be delivered only what concerns ten people or more."""
    waits = (text("progress.paused"),) if paused and progress.moving else ()
    if progress.share is None:
        return Lines((*waits, text("progress.few" if progress.moving else "progress.few.over")), tight=True)
    share = Percent(Fraction(progress.share, 100))
    left = (text("progress.left", n=progress.minutes),) if progress.moving and not paused else ()
    reasons = [text(f"progress.reason.{reason.replace(':', '.')}", size=size) for reason, size in progress.reasons]
    return Lines((*waits, text("progress.share", share=share), *left, *reasons), tight=True)
