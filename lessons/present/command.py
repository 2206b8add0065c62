"""`python -m lessons rehearse`: what the command line prints of a rehearsal."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

from lab.bench import Bench
from lab.pool import ServerPool
from lessons.library import Loaded
from lessons.present import decks
from lessons.present.rehearse import Rehearsal, Rehearsed, port_fails, rehearse

__all__ = ["rehearse_decks"]

OWNER = "rehearsal"


def rehearse_decks(
    names: tuple[str, ...],
    *,
    port: int,
    patience: float,
    twice: bool,
    as_json: bool,
    say: Callable[[str], None],
) -> int:
    """Rehearse each deck on a server of its own; 0 only if nothing fails."""
    pool = ServerPool()
    found: list[Rehearsal] = []
    taken = port_fails(port) if port else ""
    try:
        if not as_json:
            say(taken or f"Port {port} is free." if port else "No port was looked at.")
        for name in names:
            deck, loaded = decks.find(name)
            done: list[Rehearsed] = []
            if not as_json:
                planned = f"{deck.seconds // 60} min planned"
                say(f"\n# {deck.title} ({deck.name}): {len(deck.scenes)} scenes, {planned}")

            def bench_for(one: Loaded) -> Bench:
                if pool.problem:
                    raise pool.problem
                return pool.bench(OWNER, one.slug, one.lesson.needs)

            for scene in rehearse(deck, loaded, bench_for, patience=patience, twice=twice):
                done.append(scene)
                if not as_json:
                    say(_line(scene))
            found.append(Rehearsal(deck, tuple(done)))
    finally:
        pool.close()
    ok = not taken and all(one.ok for one in found)
    if as_json:
        document = {"ok": ok, "port": port, "port_taken": taken, "decks": [one.as_json() for one in found]}
        say(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        say(_sum(found, taken))
    sys.stdout.flush()
    return 0 if ok else 1


def _line(scene: Rehearsed) -> str:
    lines = [f"  {scene.number:>3}  {scene.seconds:6.2f} s  {scene.kind:<10} {scene.title}"]
    lines += [f"                 FAILS: {says}" for says in scene.fails]
    lines += [f"                 falls back: {says}" for says in scene.falls_back]
    if scene.differs:
        lines.append(f"                 not the same twice: {scene.differs}")
    return "\n".join(lines)


def _sum(found: list[Rehearsal], taken: str) -> str:
    scenes = [scene for one in found for scene in one.scenes]
    failing = [scene for scene in scenes if scene.fails]
    back = sum(bool(scene.falls_back) for scene in scenes)
    seconds = sum(scene.seconds for scene in scenes)
    verdict = (
        "nothing fails" if not failing and not taken else f"{len(failing) + bool(taken)} would fail here"
    )
    return f"\n{len(scenes)} scenes, {seconds:.1f} s, {back} fall back: {verdict}."
