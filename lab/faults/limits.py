"""Limits other than memory: a script that does not end, connections that are all taken."""

from __future__ import annotations

from redis import BlockingConnectionPool, Redis
from redis.exceptions import RedisError

from lab.faults.stage import Aside, Outcome, Stage
from lab.policy import Policy
from lab.workshop import Workshop

__all__ = ["busy_script", "empty_pool", "too_many_clients"]

READ_ONLY = "while true do end"
WRITES_FIRST = "redis.call('SET', KEYS[1], 'half done') while true do end"


def busy_script(workshop: Workshop, *, wrote: bool = False, timeout: float = 5.0) -> Outcome:
    """A script runs for ever and everybody gets BUSY. SCRIPT KILL ends it, unless it has written already."""
    stage = Stage(workshop, timeout=timeout, options={"busy_reply_threshold": "100"})
    stage.attempt("SET", "name", "Ann")
    culprit = stage.direct()
    script = WRITES_FIRST if wrote else READ_ONLY
    workshop.progress(0.2, "A script runs and does not end.")
    with stage.lasting("a script runs"):
        running = Aside(lambda: _ignoring_its_end(lambda: culprit.eval(script, 1, "name")))
        stage.until(lambda: _is_busy(stage), "the server says BUSY")
        stage.attempt("GET", "name")
        workshop.progress(0.6, "SCRIPT KILL.")
        killed = stage.ledger.attempt(
            "operator", stage.patient.script_kill, command="SCRIPT KILL", key="", effect="look"
        )
        stage.notes["script kill"] = killed.reply
        if killed.error:
            stage.kill()
    running.join()
    if not killed.error:
        stage.attempt("GET", "name")
    return stage.outcome("name", gone=bool(killed.error))


def too_many_clients(
    workshop: Workshop, policy: Policy = "none", *, most: int = 10, timeout: float = 0.25, retries: int = 3
) -> Outcome:
    """Every process brings its own pool, and the sum is above `maxclients`: the next one is turned away."""
    stage = Stage(workshop, policy, timeout=timeout, retries=retries)
    stage.patient.config_set("maxclients", most)
    taken: list[Redis] = []
    workshop.progress(0.3, f"{most} connections are open, and the server takes {most}.")
    for _ in range(most - 1):  # one is ours
        client = stage.direct()
        client.ping()
        taken.append(client)
    stage.attempt("INCR", "count")
    taken[0].close()
    stage.event("one client leaves")
    stage.until(lambda: int(stage.patient.info("clients")["connected_clients"]) < most, "it has left")
    stage.attempt("INCR", "count")
    return stage.outcome("count")


def empty_pool(workshop: Workshop, *, blocking: bool = False, wait: float = 5.0) -> Outcome:
    """One connection for two threads. A plain pool refuses the second, a blocking one lets it wait."""
    stage = Stage(workshop)
    spec = stage.server.spec()
    settings = {"decode_responses": True, "max_connections": 1, **spec.kwargs}
    if blocking:
        pool = BlockingConnectionPool(timeout=wait, connection_class=spec.connection_class, **settings)
        shared = workshop.closing(Redis(connection_pool=pool))
    else:
        shared = workshop.closing(spec.client(decode_responses=True, max_connections=1))
    workshop.progress(0.3, "One thread has the only connection, and another wants it.")
    held = shared.connection_pool.get_connection()
    with stage.lasting("the connection is taken"):
        trying = Aside(lambda: stage.attempt("INCR", "count", redis=shared))
        if not blocking:
            trying.join()
        workshop.wait(0.1)
        shared.connection_pool.release(held)
    trying.join()
    stage.attempt("INCR", "count", redis=shared)
    return stage.outcome("count")


def _ignoring_its_end(run: object) -> None:
    try:
        run()  # type: ignore[operator]
    except RedisError:
        return


def _is_busy(stage: Stage) -> bool:
    try:
        stage.patient.ping()
    except RedisError as error:
        return str(error).startswith("BUSY")
    return False
