"""`make audit`: plays the worlds, lets the attackers at them and writes docs/AUDIT.md, saying how far it is."""

import argparse
import sys
import time
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from tests.audit.findings import Results
from tests.audit.keepers import keep_the_log
from tests.audit.plan import QUICK, ROOT, THOROUGH, Job, Servers, jobs
from tests.audit.report import Run, write
from tests.postgres import postgres_server

SEED = 20261125
PAGE = ROOT / "docs" / "AUDIT.md"
PROCESSES = 2


def main() -> int:
    """Runs the audit; 0 when every bar was met, 1 when not."""
    wanted = arguments()
    extent, began = (QUICK if wanted.quick else THOROUGH), time.monotonic()
    with postgres_server() as many, postgres_server() as alone:
        keep_the_log(many)
        keep_the_log(alone)
        listed = jobs(wanted.seed, extent, Servers(many.home, alone.home), thorough=not wanted.quick)
        results = work(listed, began)
    said = f"python -m tests.audit --seed {wanted.seed}{' --quick' if wanted.quick else ''}"
    run = Run(wanted.seed, extent, time.monotonic() - began, not wanted.quick, said)
    page, passed = write(results, run)
    wanted.output.write_text(page, encoding="utf-8")
    tell(f"{'every bar was met' if passed else 'a bar was NOT met'}: see {wanted.output}")
    return 0 if passed else 1


def arguments() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.audit", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a minute or two, for a look; its bounds are wide")
    parser.add_argument("--seed", type=int, default=SEED, help="what everything is drawn from")
    parser.add_argument("--output", type=Path, default=PAGE, help="where to write the page")
    return parser.parse_args()


def work(listed: list[Job], began: float) -> Results:
    """Does all jobs, two at a time, and says after each how far it is."""
    results, whole, done = Results(), sum(job.weight for job in listed), 0.0
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        begun: dict[Future[object], Job] = {pool.submit(job.work, *job.arguments): job for job in listed}
        for future in as_completed(begun):
            job = begun[future]
            results.add(job.topic, job.name, future.result())
            done += job.weight
            left = (time.monotonic() - began) / done * (whole - done)
            tell(f"{100 * done / whole:3.0f} %, about {left / 60:.0f} min left: {job.topic}, {job.name}")
    return results


def tell(line: str) -> None:
    """Says how far it is."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
