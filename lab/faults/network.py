"""The line between client and server: late, cut, half-open, slow."""

from __future__ import annotations

from lab.faults.stage import Outcome, Stage
from lab.policy import Policy
from lab.workshop import Workshop

__all__ = ["half_open", "latency", "reset", "slow_drain"]


def latency(
    workshop: Workshop,
    reads: int = 10,
    *,
    seconds: float = 0.05,
    pipelined: bool = False,
    timeout: float = 1.0,
) -> Outcome:
    """Each request arrives later. What was one round trip for each command is one for all in a pipeline."""
    stage = Stage(workshop, timeout=timeout, proxied=True)
    stage.attempt("SET", "name", "Ann", redis=stage.patient)
    stage.attempt("GET", "name")
    stage.proxy.latency(seconds)
    workshop.progress(0.3, f"{reads} reads, and each way to the server takes {seconds * 1000:g} ms longer.")
    with stage.lasting(f"+{seconds * 1000:g} ms"):
        began = stage.ledger.at()
        if pipelined:
            client = stage.clients.of(idempotent=True)

            def together() -> object:
                with client.pipeline(transaction=False) as pipeline:
                    for _ in range(reads):
                        pipeline.get("name")
                    return pipeline.execute()

            stage.ledger.attempt("client", together, command="pipeline", key="name", effect="look")
        else:
            for _ in range(reads):
                stage.attempt("GET", "name")
        stage.notes["ms"] = f"{(stage.ledger.at() - began) * 1000:.0f}"
    return stage.outcome()


def reset(workshop: Workshop, policy: Policy = "none", *, timeout: float = 1.0, retries: int = 3) -> Outcome:
    """The connection is cut twice: while it is idle, which nobody notices, and in the middle of an INCR."""
    stage = Stage(workshop, policy, timeout=timeout, retries=retries, proxied=True)
    stage.attempt("INCR", "count")
    workshop.progress(0.3, "The idle connection is cut.")
    stage.proxy.reset()
    stage.event("idle connection cut")
    stage.attempt("INCR", "count")
    workshop.progress(0.6, "The connection is cut while a command is on its way.")
    stage.proxy.drop_reply("INCRBY")
    stage.event("cut during INCR")
    stage.attempt("INCR", "count")
    stage.until(lambda: stage.proxy.fired(0), "the connection is cut")
    return stage.outcome()


def half_open(
    workshop: Workshop, policy: Policy = "none", *, timeout: float = 0.25, retries: int = 1
) -> Outcome:
    """A firewall forgot the connection: nothing comes back, and nobody says that it is broken.

    What was sent meanwhile may arrive when the line is healed.
    """
    stage = Stage(workshop, policy, timeout=timeout, retries=retries, proxied=True)
    stage.attempt("INCR", "count")
    workshop.progress(0.3, f"Nothing passes. The client waits {timeout:g} s for an answer.")
    with stage.lasting("nothing passes"):
        stage.proxy.hang()
        stage.attempt("INCR", "count")
    stage.proxy.heal()
    stage.until(lambda: stage.patient.get("count") != "1", "what was held arrives")
    return stage.outcome()


def slow_drain(
    workshop: Workshop, kilobytes: int = 200, *, per_second: int = 400, timeout: float = 0.25
) -> Outcome:
    """A large reply on a slow line. The time-out begins anew with every piece, so it does not help."""
    stage = Stage(workshop, timeout=timeout, proxied=True)
    stage.patient.set("page", "x" * kilobytes * 1000)
    stage.attempt("GET", "name")
    stage.proxy.slow_drain(per_second * 1000)
    workshop.progress(0.3, f"{kilobytes} kB come back at {per_second} kB a second.")
    with stage.lasting("slow line"):
        client = stage.clients.of(idempotent=True)
        stage.ledger.attempt(
            "client", lambda: f"{len(str(client.get('page'))):,} bytes", command="GET", key="page",
            effect="look",
        )  # fmt: skip
    return stage.outcome()
