"""A primary and its replica: what a failover loses, what it brings back, and what WAIT is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redis import Redis

from lab.faults import replication as faults
from lab.faults.scene import Scene, Wait
from lab.ledger import compare
from lessons.inputs import Toggle
from lessons.model import Count, Experiment, Shown, Trial
from lessons.pictures import Tone
from lessons.staging import plural
from lessons.when_redis_fails.drawing import ledger_table, timeline
from patterns.session_store import Sessions

if TYPE_CHECKING:
    from lab.faults.replication import LostInFailover
    from lab.workshop import Workshop

__all__ = ["REPLICATION"]

WAIT_MS = 100

STALLED = Toggle("stalled", "Replication stands still", True, "Off: the replica hears each write at once.")
AOF = Toggle("aof", "appendfsync always on the primary", False, "Each write is on its disk before the reply.")


def failover(workshop: Workshop, wait: Wait, stalled: bool, aof: bool) -> Shown:
    workshop.progress(0.1, "starting a primary and a replica")
    return _lost(faults.lost_in_failover(workshop, stalled=stalled, wait=wait, aof=aof), wait)


def without_wait(workshop: Workshop, /, *, stalled: bool, aof: bool) -> Shown:
    """Every write counts as soon as the primary has answered."""
    return failover(workshop, "no", stalled, aof)


def wait_ignored(workshop: Workshop, /, *, stalled: bool, aof: bool) -> Shown:
    """WAIT 1 after each write, and nobody reads the number it returns."""
    return failover(workshop, "asked", stalled, aof)


def wait_heeded(workshop: Workshop, /, *, stalled: bool, aof: bool) -> Shown:
    """A write counts as refused if WAIT names no replica that has it."""
    return failover(workshop, "heeded", stalled, aof)


def _lost(result: LostInFailover, wait: Wait) -> Shown:
    found = result.comparison
    damage = found.gone + found.back
    heard = f" WAIT said {', '.join(map(str, result.waited))}." if result.waited else ""
    if damage:
        tone: Tone = "bad"
        says = (
            f"The replica took over. Acknowledged and gone: {plural(found.gone, 'write')}. "
            f"Deleted and back: {plural(found.back, 'key')}.{heard}"
        )
    elif found.refused:
        tone = "warn"
        says = (
            f"No promise was broken, because none was made: {plural(found.refused, 'write')} could not be "
            f"confirmed, and the application must say so.{heard} The session is still on the new primary."
        )
    else:
        tone = "good"
        says = f"The replica took over with every acknowledged write.{heard}"
    return Shown(
        says,
        tone,
        (
            Count("Acknowledged and gone", found.gone, "", "bad" if found.gone else "good"),
            Count("Gone and back", found.back, "", "bad" if found.back else "good"),
            Count("Not confirmed", found.refused, "", "warn" if found.refused else "plain"),
        ),
        timeline("A failover", result.entries, result.moments, found),
        (ledger_table(result.entries, found),),
    )


def one_of_two(workshop: Workshop, /) -> Shown:
    """WAIT 1: one replica is enough."""
    workshop.progress(0.1, "starting a primary and two replicas")
    return _lost(faults.wrong_replica(workshop, need=1), "heeded")


def both_of_two(workshop: Workshop, /) -> Shown:
    """WAIT 2: every replica must have it."""
    workshop.progress(0.1, "starting a primary and two replicas")
    return _lost(faults.wrong_replica(workshop, need=2), "heeded")


def owners(workshop: Workshop, wait: Wait) -> Shown:
    workshop.progress(0.1, "starting a primary and a replica")
    result = faults.two_owners(workshop, wait=wait)
    names = " and ".join(result.owners).title().replace("And", "and")
    two = len(result.owners) > 1
    heard = "" if result.waited < 0 else f" WAIT told Ann that {result.waited} replicas had her lock."
    return Shown(
        f"{names} {'both own' if two else 'alone owns'} the lock.{heard}",
        "bad" if two else "good",
        (Count("Owners of one lock", len(result.owners), "", "bad" if two else "good"),),
        timeline("One lock, two primaries in turn", result.entries, result.moments),
    )


def lock_without_wait(workshop: Workshop, /) -> Shown:
    """SET NX PX, and on to work."""
    return owners(workshop, "no")


def lock_wait_ignored(workshop: Workshop, /) -> Shown:
    """SET NX PX, WAIT 1, and on to work whatever it says."""
    return owners(workshop, "asked")


def lock_wait_heeded(workshop: Workshop, /) -> Shown:
    """SET NX PX, WAIT 1, and to work only if a replica has it."""
    return owners(workshop, "heeded")


def sign_out(workshop: Workshop, ask: bool) -> Shown:
    """Bob signs in, signs out, and shows his old cookie to the server that took over."""
    workshop.progress(0.1, "starting a primary and a replica")
    scene = Scene(workshop)
    servers = scene.replicated()
    redis, later = scene.client(servers.primary), scene.client(servers.replica)
    cookie = ""

    def sign_in() -> bool:
        nonlocal cookie
        cookie = Sessions(redis).create("bob", {"role": "admin"})
        return True

    scene.ledger.attempt("bob", sign_in, command="sign in", key="session:bob", item="bob")
    scene.everywhere(redis, 1)
    servers.proxies[0].partition(to_client=True)
    scene.happens("network", "primary → replica held")
    told = scene.ledger.attempt(
        "bob",
        lambda: _signs_out(redis, cookie, ask),
        command="sign out" + (", WAIT 1" if ask else ""),
        key="session:bob",
        item="bob",
        effect="remove",
        accepted=bool,
    )
    servers.primary.kill()
    scene.happens("primary", "kill -9")
    servers.promote()
    scene.happens("replica", "promoted")
    session = Sessions(later).get(cookie)
    held = {"session:bob": session["user_id"] if session else None}
    found = compare(scene.ledger.entries, held)
    role = session["role"] if session else ""
    if told.status == "acknowledged" and session:
        says = f"Bob was told that he is signed out. His old cookie opens a session again: {role}."
    elif session:
        says = "Bob was told that signing out could not be confirmed. His old cookie does open a session."
    else:
        says = "The old cookie opens nothing."
    return Shown(
        says,
        "bad" if found.back else "warn" if session else "good",
        (Count("Sessions back from the dead", found.back, "", "bad" if found.back else "good"),),
        timeline("Signed out, then a failover", scene.ledger.entries, scene.moments, found),
        (ledger_table(scene.ledger.entries, found),),
    )


def _signs_out(redis: Redis, cookie: str, ask: bool) -> bool:
    gone = Sessions(redis).destroy(cookie)
    return gone and (not ask or int(redis.wait(1, WAIT_MS)) >= 1)


def sign_out_plain(workshop: Workshop, /) -> Shown:
    """The hardened session store, as it is."""
    return sign_out(workshop, ask=False)


def sign_out_confirmed(workshop: Workshop, /) -> Shown:
    """The same, with WAIT 1 before the user is told."""
    return sign_out(workshop, ask=True)


def read(workshop: Workshop, replica: bool) -> Shown:
    workshop.progress(0.1, "starting a primary and a replica")
    result = faults.stalled_replication(workshop)
    seen = result.replica if replica else result.primary
    where = "replica" if replica else "primary"
    fresh = seen == result.primary
    return Shown(
        f"Ann wrote 12. The {where} says {seen}; the replica was {plural(result.behind, 'byte')} of the "
        f"stream behind, and WAIT said {result.waited}. With the stream flowing again the replica says "
        f"{result.afterwards}.",
        "good" if fresh else "bad",
        (
            Count("Read from the " + where, seen or "nothing", "", "good" if fresh else "bad"),
            Count("Replica behind", result.behind, "bytes", "warn"),
        ),
        timeline("One price, two answers", result.entries, result.moments),
    )


def read_replica(workshop: Workshop, /) -> Shown:
    """Reads are spread over replicas; this one asks for what was just written."""
    return read(workshop, replica=True)


def read_primary(workshop: Workshop, /) -> Shown:
    """Whoever must see its own write asks the primary."""
    return read(workshop, replica=False)


def stale(workshop: Workshop, serve: bool) -> Shown:
    result = faults.stale_replica(workshop, serve_stale=serve)
    told = result.read
    says = (
        f"The replica says {told.reply}, and nothing in the reply says that its primary is dead."
        if not told.error
        else f"The replica refuses: {told.error}. Reads fail, and nobody is shown an old price."
    )
    return Shown(says, "warn", (), timeline("The primary is gone", result.entries, result.moments))


def serves_stale(workshop: Workshop, /) -> Shown:
    """replica-serve-stale-data yes, as Redis comes."""
    return stale(workshop, serve=True)


def refuses_stale(workshop: Workshop, /) -> Shown:
    """replica-serve-stale-data no."""
    return stale(workshop, serve=False)


def writes_to_replica(workshop: Workshop, /) -> Shown:
    """A client with the address of a replica, perhaps from before a failover."""
    result = faults.read_only_replica(workshop)
    return Shown(
        f"The write gets {result.write.error}, the read gets {result.read.reply!r}: a client that kept an "
        "old address fails on writes alone, and must ask again where the primary is.",
        "warn",
        (),
        timeline("A write to a replica", result.entries, result.moments),
    )


REPLICATION: tuple[Experiment, ...] = (
    Experiment(
        "A failover loses acknowledged writes",
        "Watch for what Ann, Bob and Cal were told, and what the new primary knows of it.",
        (
            Trial("Replication alone", without_wait, "bad", (faults.lost_in_failover,)),
            Trial("WAIT 1, its answer ignored", wait_ignored, "bad"),
            Trial("WAIT 1, its answer heeded", wait_heeded, "warn"),
        ),
        (STALLED, AOF),
        0.5,
    ),
    Experiment(
        "WAIT counts replicas, not the next primary",
        "Watch for WAIT saying 1 each time, and for which of the two replicas takes over.",
        (
            Trial("WAIT 1 of two replicas", one_of_two, "bad", (faults.wrong_replica,)),
            Trial("WAIT 2 of two replicas", both_of_two, "warn"),
        ),
        seconds=0.7,
    ),
    Experiment(
        "One lock, two owners",
        "Watch for Ben being given a lock that is Ann's for another minute.",
        (
            Trial("Without WAIT", lock_without_wait, "bad", (faults.two_owners,)),
            Trial("WAIT 1, its answer ignored", lock_wait_ignored, "bad"),
            Trial("WAIT 1, its answer heeded", lock_wait_heeded, "good"),
        ),
        seconds=0.4,
    ),
    Experiment(
        "Signed out, and back",
        "Watch for a cookie that was destroyed, acknowledged, and opens a session after the failover.",
        (
            Trial("Sign out", sign_out_plain, "bad", (Sessions.destroy,)),
            Trial("Sign out, confirmed by WAIT 1", sign_out_confirmed, "warn", (_signs_out,)),
        ),
        seconds=0.5,
    ),
    Experiment(
        "Reading what you have just written",
        "Watch for two servers with different answers, both without an error.",
        (
            Trial("Read from the replica", read_replica, "bad", (faults.stalled_replication,)),
            Trial("Read from the primary", read_primary, "good"),
        ),
        seconds=0.5,
    ),
    Experiment(
        "A replica without a primary",
        "Watch for an answer that looks like any other, and for the error that takes its place.",
        (
            Trial("replica-serve-stale-data yes", serves_stale, "warn", (faults.stale_replica,)),
            Trial("replica-serve-stale-data no", refuses_stale, "warn"),
            Trial("A write sent to a replica", writes_to_replica, "warn", (faults.read_only_replica,)),
        ),
        seconds=0.3,
    ),
)
