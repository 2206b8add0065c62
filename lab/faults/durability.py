"""kill -9 under load, and a restart on the same files: what comes back is what was on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

from lab.errors import LabError
from lab.faults.stage import Aside, Outcome, Stage
from lab.workshop import Workshop

__all__ = ["FSYNC", "PERSISTENCE", "Fsync", "Persistence", "disk_refuses", "restarted"]

Persistence = Literal["none", "RDB", "AOF", "AOF and a power cut"]
PERSISTENCE: tuple[Persistence, ...] = get_args(Persistence)
Fsync = Literal["always", "everysec", "no"]
FSYNC: tuple[Fsync, ...] = get_args(Fsync)

CUT_OFF = (
    307  # bytes at the end of the file that had not reached the disk, in the power cut that is simulated
)


def restarted(
    workshop: Workshop, persistence: Persistence = "AOF", *, fsync: Fsync = "always", writes: int = 400
) -> Outcome:
    """Jobs are pushed one after the other, each acknowledged; kill -9 in the middle of it; a restart.

    RDB takes its snapshot halfway. For the power cut the last bytes of the file are cut off, as if they had
    been in the page cache only: that part is simulated, the rest is not. With `always` there are no such
    bytes of an acknowledged job, as Redis forces them to the disk before it replies.
    """
    options: dict[str, str] = {"none": {}, "RDB": {"save": "3600 100000"}}.get(
        persistence, {"appendonly": "yes", "appendfsync": fsync}
    )
    data = workshop.data()
    stage = Stage(workshop, timeout=5, data=data, options=options)
    workshop.progress(0.1, "Jobs are pushed, and each is acknowledged.")
    _push(stage, 0, writes // 2)
    if persistence == "RDB":
        with stage.lasting("snapshot"):
            stage.patient.bgsave()
            stage.until(lambda: not stage.patient.info("persistence")["rdb_bgsave_in_progress"], "BGSAVE")
    under_load = Aside(lambda: _push(stage, writes // 2, 100 * writes))
    stage.until(lambda: len(stage.ledger.entries) >= writes, "the jobs are pushed")
    workshop.progress(0.6, "kill -9, while more jobs come in.")
    stage.kill()
    under_load.join()
    if persistence == "AOF and a power cut":
        stage.notes["cut off"] = f"{_cut_off(data) if fsync != 'always' else 0} bytes"
        stage.event("power cut")
    with stage.lasting("starts again"):
        stage.start_again()
    workshop.progress(0.9, "It is back. What does it hold?")
    return stage.outcome("jobs")


def disk_refuses(workshop: Workshop) -> Outcome:
    """The snapshot cannot be written: Redis stops taking writes (MISCONF), and still answers reads."""
    data = workshop.data()
    stage = Stage(workshop, timeout=5, data=data, options={"save": "3600 100000"})
    stage.attempt("SET", "name", "Ann")
    (data / "dump.rdb").mkdir()  # a folder stands where the file should be
    workshop.progress(0.4, "A snapshot is tried, and the disk refuses it.")
    with stage.lasting("BGSAVE fails"):
        stage.patient.bgsave()
        stage.until(
            lambda: stage.patient.info("persistence")["rdb_last_bgsave_status"] == "err", "BGSAVE fails"
        )
    stage.attempt("SET", "name", "Ben")
    stage.attempt("GET", "name")
    return stage.outcome("name")


def _push(stage: Stage, first: int, last: int) -> None:
    """Push jobs until one is not acknowledged."""
    for number in range(first, last):
        if stage.attempt("LPUSH", "jobs", f"j{number}", who="producer").status != "acknowledged":
            return


def _cut_off(data: Path) -> int:
    files = sorted((data / "appendonlydir").glob("*.incr.aof"))
    if not files:
        raise LabError("unusable", "The server has written no append-only file.")
    size = files[-1].stat().st_size
    lost = min(CUT_OFF, size)
    with files[-1].open("r+b") as file:
        file.truncate(size - lost)
    return lost
