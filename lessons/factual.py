"""python -m lessons facts: every fact that a run can check, run on the server that is found here."""

from __future__ import annotations

import json
from collections.abc import Callable

from lab.pool import ServerPool
from lessons.facts import Checked, check_all
from lessons.runner import backend_as_json

__all__ = ["show_facts"]

OWNER = "command-line"


def show_facts(say: Callable[[str], object], *, as_json: bool) -> int:
    """Run them all. The exit status is 1 if one does not hold, or if none could be run."""
    pool = ServerPool()
    try:
        if pool.problem:
            raise pool.problem
        backend = pool.backend(OWNER)
        found = list(check_all(pool.bench(OWNER, "facts")))
    finally:
        pool.close()
    ran = sum(one.seen is not None for one in found)
    ok = all(one.ok for one in found) and ran > 0
    if as_json:
        document = {"backend": backend_as_json(backend), "facts": [one.as_json() for one in found], "ok": ok}
        say(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        say(f"On {backend.title}.")
        for one in found:
            _tell(one, say)
        wrong = sum(not one.ok for one in found)
        say(f"\n{len(found)} facts, {ran} run here, {wrong} that do not hold.")
    return 0 if ok else 1


def _tell(one: Checked, say: Callable[[str], object]) -> None:
    state = "not run" if one.seen is None else "holds" if one.ok else "DOES NOT HOLD"
    say(f"\n{one.fact.id} ({state}, {one.fact.checked}): {one.fact.says}")
    if one.fact.trap:
        say(f"  Not: {one.fact.trap}")
    say(f"  {one.seen.says if one.seen else one.why}")
    for citation in one.fact.citations:
        say(f"  Source: {citation.title} <{citation.url}>")
