"""Every hardened pattern beside raw commands, and beside the packages that do the same job."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import os
import platform
import sys
import warnings
from collections.abc import Sequence
from typing import Any

from benchmarks._contest import ROUNDS, Contest, Figure, measure
from benchmarks._contests import contests
from benchmarks._place import Place, start_server
from benchmarks._table import render

__all__ = ["run", "table"]


def run(rounds: int = ROUNDS, only: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Hold the contests of these patterns, of all unless told: a row for each contestant."""
    chosen = [contest for contest in contests() if not only or contest.slug in only]
    if unknown := set(only) - {contest.slug for contest in chosen}:
        raise SystemExit(f"There is no contest for {', '.join(sorted(unknown))}.")
    rows = []
    with start_server() as (port, backend):
        setting = _setting(backend.title, rounds)
        for number, contest in enumerate(chosen, 1):
            print(f"{number}/{len(chosen)} {contest.slug}: {contest.job}", file=sys.stderr, flush=True)
            if reason := contest.needs and backend.why_not(contest.needs):
                rows.append({"slug": contest.slug, "job": contest.job, "not_held": reason, **setting})
                continue
            rows += [dataclasses.asdict(figure) | setting for figure in _hold(contest, port, rounds)]
    return rows


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The rows for people."""
    return render(rows)


def _hold(contest: Contest, port: int, rounds: int) -> list[Figure]:
    place = Place(port)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the peers' own
            return measure(contest, place, rounds)
    finally:
        place.close()


def _setting(server: str, rounds: int) -> dict[str, Any]:
    packages = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("redis", "hiredis"))
    return {
        "server": server,
        "client": f"Python {platform.python_version()}, {packages}, TCP on loopback",
        "cpus": os.cpu_count(),
        "rounds": rounds,
    }
