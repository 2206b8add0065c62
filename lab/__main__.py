"""python -m lab doctor [--json] [--brief]: the Redis that Keyspace will use, and why it is not a better one.

Exit status 0: a real server answers. 2: what REDIS_URL or KEYSPACE_SERVER names cannot be used. 3: only
fakeredis is left.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from lab.backend import Backend
from lab.chain import Candidate, find_servers
from lab.errors import LabError
from lab.pool import ServerPool

OWNER = "doctor"
REAL, UNUSABLE, ONLY_FAKE = 0, 2, 3
ORIGINS = {"embedded": "came with the requirements", "PATH": "found on PATH"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the result is the exit status."""
    parser = argparse.ArgumentParser(prog="python -m lab", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    doctor = commands.add_parser("doctor", help="say which Redis is used, what it can do, and why not more")
    doctor.add_argument("--json", action="store_true", help="one JSON document on standard output")
    doctor.add_argument("--brief", action="store_true", help="one line")
    options = parser.parse_args(arguments)
    status, found = examine()
    if options.json:
        text = json.dumps(found, indent=2, ensure_ascii=False)
    else:
        text = "\n".join(brief(found) if options.brief else report(found))
    try:
        print(text, flush=True)
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


def examine() -> tuple[int, dict[str, Any]]:
    """Start a server as the app would, look at it, end it."""
    pool = ServerPool()
    backend: Backend | None = None
    candidates: tuple[Candidate, ...] = ()
    problem = pool.problem
    try:
        if not problem:
            try:
                backend = pool.backend(OWNER)
            except LabError as error:
                problem = error
        if not backend:
            pool.use_embedded(OWNER)
            backend = pool.backend(OWNER)
        if backend.origin != "REDIS_URL":
            candidates = find_servers()
    except LabError as error:
        problem = problem or error
    finally:
        notice = pool.notice(OWNER)
        pool.close()
    found: dict[str, Any] = {
        "server": backend.kind if backend else None,
        "title": backend.title if backend else None,
        **{name: value for name, value in (asdict(backend) if backend else {}).items() if name != "kind"},
        "problem": {"kind": problem.kind, "says": problem.says} if problem else None,
        "notice": notice,
        "candidates": [asdict(candidate) for candidate in candidates],
    }
    if problem:
        return UNUSABLE, found
    return (ONLY_FAKE if found["server"] == "fakeredis" else REAL), found


def brief(found: dict[str, Any]) -> list[str]:
    """One line, and one more before it if REDIS_URL cannot be used."""
    lines = []
    if found["problem"]:
        lines.append(found["problem"]["says"])
    if found["server"]:
        modules = f"; modules: {', '.join(found['modules'])}" if found["modules"] else ""
        program = "" if found["origin"] in ("REDIS_URL", "in-process") else f" ({found['program']})"
        lines.append(f"{'Instead: ' if found['problem'] else ''}{found['title']}{program}{modules}")
    return lines


def report(found: dict[str, Any]) -> list[str]:
    """Everything, in words."""
    lines: list[str] = []
    problem = found["problem"]
    if problem:
        lines += [problem["says"], ""]
    if found["server"]:
        lines += ["Offered instead" if problem else "Keyspace runs on", f"  {found['title']}"]
        if found["origin"] in ORIGINS:
            lines.append(f"  program: {found['program']} ({ORIGINS[found['origin']]})")
        lines.append(f"  modules: {', '.join(found['modules']) or 'none'}")
        lines += [f"  {note}" for note in found["notes"]]
        lines += [f"  not as on Redis: {sentence}" for sentence in found["unfaithful"]]
        lines += ["", "What it can do"]
        for capability in found["capabilities"]:
            mark, name = ("yes" if capability["available"] else "NO "), capability["name"]
            lines.append(f"  {mark}  {name:<16} {capability['reason']}".rstrip())
    if found["notice"]:
        lines += ["", found["notice"]]
    if found["candidates"]:
        lines += ["", "Servers looked for, best first"]
        for candidate in found["candidates"]:
            lines += _candidate_lines(candidate)
    return lines


def _candidate_lines(candidate: dict[str, Any]) -> list[str]:
    if not candidate["usable"]:
        return [f"  NO   {candidate['program']}: {candidate['reason']}"]
    loaded = [module["name"] for module in candidate["modules"] if module["loads"]]
    what = f"{candidate['kind'].capitalize()} {candidate['version']}"
    lines = [f"  yes  {candidate['program']}: {what}, with {', '.join(loaded) or 'no module'}"]
    for module in candidate["modules"]:
        if not module["loads"]:
            lines.append(f"         without {module['name']}: {module['reason']}")
    return lines


if __name__ == "__main__":
    sys.exit(main())
