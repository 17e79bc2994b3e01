"""The process keeps to itself what it knows, where the system allows it."""

import resource
import subprocess
import sys

import pytest

from bot import harden
from tests.conftest import ROOT

LINUX = sys.platform == "linux"
LOOK = """
from bot.harden import can_lock_memory, harden_process
harden_process()
status = open("/proc/self/status").read()
locked = int(status.split("VmLck:")[1].split()[0])
print(can_lock_memory(), locked > 0, open("/proc/self/limits").read().split("Max core file size")[1].split()[0])
"""


class System:
    """Stands for the C library: remembers what it was asked."""

    def __init__(self, answer: int = 0) -> None:
        self.asked: list[tuple[int, ...]] = []
        self.answer = answer

    def prctl(self, *given: int) -> int:
        self.asked.append(given)
        return 0

    def mlockall(self, flags: int) -> int:
        self.asked.append((flags,))
        return self.answer


@pytest.mark.parametrize(("allowed", "asked"), [(True, [(4, 0), (7,)]), (False, [(4, 0)])])
def test_memory_is_locked_only_where_no_limit_makes_later_allocations_fail(
    monkeypatch: pytest.MonkeyPatch, allowed: bool, asked: list[tuple[int, ...]]
) -> None:
    system = System()
    monkeypatch.setattr(harden, "can_lock_memory", lambda: allowed)
    harden.harden_process(system)
    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
    assert [given[:2] for given in system.asked] == (asked if LINUX else [])


def test_a_refused_lock_is_no_reason_not_to_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harden, "can_lock_memory", lambda: True)
    assert not harden.lock_memory(System(answer=-1).mlockall)


def test_the_real_process_is_hardened() -> None:
    if not LINUX:
        return
    done = subprocess.run([sys.executable, "-c", LOOK], cwd=ROOT, capture_output=True, text=True, check=True)
    can, locked, core = done.stdout.split()
    assert can == locked and core == "0"
