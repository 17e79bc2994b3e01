"""Keeps what this process knows in this process: no core dumps, no reading by others, no swap (privacy.md 3.7).

Python cannot wipe its memory; this only makes it harder to come by. Each is done where the system allows it.
"""

import ctypes
import resource
import sys
from collections.abc import Callable
from typing import Any

PR_SET_DUMPABLE = 4
MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT = 1, 2, 4  # on fault: pages are locked as they are used, so that none is wasted
NO_LIMIT = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


def harden_process(system: Any = None) -> None:
    """Turns core dumps off; on Linux keeps other processes from reading our memory, and it out of the swap."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        library = system or ctypes.CDLL(None)
        library.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
        lock_memory(library.mlockall)


def lock_memory(mlockall: Callable[[int], int]) -> bool:
    """Locks all memory where no limit could make a later allocation fail; says whether it is locked."""
    return can_lock_memory() and mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0


def can_lock_memory() -> bool:
    """Says whether this user may lock as much memory as wanted, lifting the limit where that is allowed."""
    try:
        resource.setrlimit(resource.RLIMIT_MEMLOCK, NO_LIMIT)
    except (ValueError, OSError):
        return False
    return sys.platform == "linux"
