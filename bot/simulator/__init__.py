"""Telegram on your own machine: the Bot API over HTTP and a chat page in the browser, for the demo and the tests."""

from bot.simulator.server import Simulator

__all__ = ["Simulator"]
