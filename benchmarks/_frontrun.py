"""frontrun's complete mode, a process for each client, on its own case; run by race.py under its CLI."""

from __future__ import annotations

import json
import sys
import time
from functools import partial

import frontrun
from redis import Redis


def client(number: int, socket: str) -> None:
    """Read a field, write it back with our mark: every order can be told from every other."""
    redis = Redis(unix_socket_path=socket, decode_responses=True)
    value = redis.hget("h", "f") or ""
    redis.hset("h", "f", f"{value}{number}")
    redis.close()


def main() -> None:
    socket, count = sys.argv[1], int(sys.argv[2])
    admin = Redis(unix_socket_path=socket, decode_responses=True)
    outcomes: set[str] = set()

    def setup() -> str:
        admin.flushall()
        return socket

    def invariant(_: str) -> bool:
        outcomes.add(str(admin.hget("h", "f")))
        return True

    began = time.perf_counter()
    result = frontrun.explore(
        setup=setup, workers=[partial(client, number) for number in range(count)], invariant=invariant,
        execution="process", reuse_workers=True, stop_on_first=False, preemption_bound=None,
    )  # fmt: skip
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "runs": result.num_explored, "outcomes": len(outcomes)}))


if __name__ == "__main__":
    main()
