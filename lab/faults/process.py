"""The server process dies, hangs, is slow, or is back and not ready yet."""

from __future__ import annotations

import contextlib
import signal
from typing import Literal

from redis.exceptions import BusyLoadingError, RedisError

from lab.faults.stage import Aside, Outcome, Stage
from lab.policy import Policy
from lab.workshop import Workshop

__all__ = ["hung", "killed", "killed_and_back", "loading", "paused", "slow"]

JOBS = 20
PAUSES = 6  # time-outs that a pause of everything lasts; the client has two of them to sit out
LOAD_KEYS = 2_000
LOAD_DELAY_US = 10_000  # for each of them, far longer than anybody waits: the end of it is ordered


def killed(
    workshop: Workshop, policy: Policy = "none", *, timeout: float = 0.25, retries: int = 3
) -> Outcome:
    """kill -9, and nobody starts it again. Whatever it had acknowledged was in its memory."""
    stage = Stage(workshop, policy, timeout=timeout, retries=retries, data=workshop.data())
    for number in range(JOBS):
        stage.attempt("LPUSH", "jobs", f"j{number}")
    workshop.progress(0.3, "The server is killed. What does the client see, and after how long?")
    stage.kill()
    stage.attempt("LPUSH", "jobs", f"j{JOBS}")
    return stage.outcome(gone=True)


def killed_and_back(
    workshop: Workshop,
    policy: Policy = "none",
    *,
    aof: bool = False,
    back_after: float = 0.3,
    timeout: float = 0.25,
    retries: int = 3,
) -> Outcome:
    """kill -9, and a supervisor starts it again at the same address: empty, or with its append-only file."""
    options = {"appendonly": "yes", "appendfsync": "always"} if aof else {}
    stage = Stage(workshop, policy, timeout=timeout, retries=retries, data=workshop.data(), options=options)
    for number in range(JOBS):
        stage.attempt("LPUSH", "jobs", f"j{number}")
    workshop.progress(0.3, "The server is killed, and will be started again.")
    stage.kill()
    with stage.lasting("down"):
        late = Aside(lambda: stage.attempt("LPUSH", "jobs", f"j{JOBS}"))
        workshop.wait(back_after)
        stage.start_again()
    late.join()
    workshop.progress(0.8, "It is back. What does it hold?")
    stage.attempt("LPUSH", "jobs", f"j{JOBS + 1}")
    return stage.outcome()


def hung(
    workshop: Workshop,
    policy: Policy = "none",
    *,
    command: Literal["INCR", "SADD"] = "INCR",
    timeout: float = 0.25,
    retries: int = 3,
) -> Outcome:
    """SIGSTOP: it takes connections and says nothing. Then SIGCONT: it does all that it was sent meanwhile.

    It hangs until the client has given up, or has timed out twice and tries again. Only the first attempt has
    sent its command: the others wait for the greeting of a new connection.
    """
    stage = Stage(workshop, policy, timeout=timeout, retries=retries)
    key = {"INCR": "count", "SADD": "seen"}[command]
    stage.attempt(command, key, "e1")  # so that its connection is open
    workshop.progress(0.2, f"The server hangs. The client waits {timeout:g} s for each answer.")
    with stage.lasting("hangs"):
        stage.server.signal(signal.SIGSTOP)
        trying = Aside(lambda: stage.attempt(command, key, "e2"))
        with contextlib.ExitStack() as goes_on:
            goes_on.callback(stage.server.signal, signal.SIGCONT)
            stage.until(lambda: trying.over or stage.clients.retried >= 2, "the client gives up")
    trying.join()
    workshop.progress(0.9, "It goes on, and does what it was sent.")
    done = 2 + (stage.ledger.entries[-1].status == "acknowledged")
    stage.until(
        lambda: (
            stage.patient.sismember(key, "e2")
            if command == "SADD"
            else int(stage.patient.get(key) or 0) == done
        ),
        "it does what it was sent",
    )
    return stage.outcome()


def slow(
    workshop: Workshop,
    policy: Policy = "none",
    *,
    seconds: float = 1.0,
    timeout: float = 0.25,
    retries: int = 3,
) -> Outcome:
    """One command takes so long (DEBUG SLEEP) that everybody behind it waits: one thread runs them all."""
    stage = Stage(workshop, policy, timeout=timeout, retries=retries)
    stage.attempt("SET", "name", "Ann", redis=stage.patient)
    culprit = stage.direct()
    workshop.progress(0.2, f"One command takes {seconds:g} s, and the others stand in line.")
    with stage.lasting("one slow command"):
        line = culprit.connection_pool.get_connection()
        line.send_command("DEBUG", "SLEEP", str(seconds))  # sent, before anybody else asks
        running = Aside(line.read_response)
        workshop.wait(0.05)
        stage.attempt("GET", "name")
        stage.attempt("INCR", "count")
        running.join()
    return stage.outcome()


def paused(
    workshop: Workshop,
    what: Literal["WRITE", "ALL"] = "WRITE",
    policy: Policy = "none",
    *,
    timeout: float = 0.25,
    retries: int = 3,
) -> Outcome:
    """CLIENT PAUSE: slow by kind. With WRITE the reads are answered, and the writes wait.

    A client that has given up and hung up is forgotten together with its write.
    """
    stage = Stage(workshop, policy, timeout=timeout, retries=retries)
    stage.attempt("SET", "name", "Ann", redis=stage.patient)
    stage.attempt("GET", "name")
    # Nobody can end a pause of everything, so it ends by itself.
    seconds = 60 if what == "WRITE" else PAUSES * timeout
    stage.patient.execute_command("CLIENT", "PAUSE", round(seconds * 1000), what)
    workshop.progress(0.3, f"CLIENT PAUSE {what}: the client waits.")
    with stage.lasting(f"CLIENT PAUSE {what}"):
        stage.attempt("GET", "name")
        stage.attempt("INCR", "count")
        stage.patient.execute_command("CLIENT", "UNPAUSE")
    return stage.outcome()


def loading(
    workshop: Workshop, policy: Policy = "none", *, timeout: float = 1.0, retries: int = 3
) -> Outcome:
    """It is back after a restart and still reads its file: every command is refused with LOADING."""
    data = workshop.data()
    slowly = {
        "key_load_delay": str(LOAD_DELAY_US),
        "loading_process_events_interval_bytes": "1024",
        "rdbcompression": "no",
    }
    stage = Stage(
        workshop, policy, timeout=timeout, retries=retries, data=data, options={"rdbcompression": "no"}
    )
    stage.patient.mset({f"k{number}": "x" * 512 for number in range(LOAD_KEYS)})
    stage.attempt("SET", "name", "Ann", redis=stage.patient)
    stage.patient.save()
    stage.kill()
    workshop.progress(0.3, "The server starts again and reads its file, slowly.")
    starting = Aside(lambda: stage.start_again(**slowly))
    with stage.lasting("loading"):
        stage.until(lambda: _loads(stage), "the server says that it is loading")
        trying = Aside(lambda: stage.attempt("GET", "name"))
        stage.until(lambda: trying.over or stage.clients.retried >= 2, "the client has heard of it")
        stage.patient.config_set("key-load-delay", 0)
        starting.join()
    trying.join()
    stage.attempt("GET", "name")
    return stage.outcome()


def _loads(stage: Stage) -> bool:
    try:
        stage.patient.get("name")
    except BusyLoadingError:
        return True
    except RedisError:
        return False
    return False
