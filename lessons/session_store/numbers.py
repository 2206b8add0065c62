"""The numbers of a session store, measured on the learner's own server wherever it can measure them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lessons.measure import NotHere, round_trips_of, sizes_of
from lessons.model import Compare, Fact, Numbers, Pair
from lessons.staging import clear, load_scripts
from patterns.session_store import NaiveSessions, Sessions

if TYPE_CHECKING:
    from lab.bench import Bench

OURS = "measured:session*"


def fresh(bench: Bench) -> str:
    """The namespace of an empty store; the server knows the scripts."""
    load_scripts(bench, "session_store")
    clear(bench, OURS)
    return f"{bench.namespace}measured:"


def bytes_per_session(bench: Bench, /) -> str:
    """A session that holds nothing but its user, and the list that it is on."""
    store = Sessions(bench.quiet(), namespace=fresh(bench))
    owner, token = store.create("user-000001", {}).split(".")
    ours = f"{bench.namespace}measured:"
    sizes = sizes_of(bench, f"{ours}session:{{{owner}}}:{token}", f"{ours}sessions:{{{owner}}}")
    clear(bench, OURS)
    if isinstance(sizes, NotHere):
        return sizes
    session, index = sizes
    return (
        f"{session} bytes for an empty session and {index} for the list of its user, before you store "
        "anything, and without their share of the server's tables."
    )


def round_trips(bench: Bench, /) -> str:
    """What a read and a write cost on the wire in each version."""
    stage, web = fresh(bench), bench.client("web server")
    told = []
    for title, store in (
        ("Naive", NaiveSessions(web, namespace=stage)),
        ("Hardened", Sessions(web, namespace=stage)),
    ):
        session_id = store.create("ann", {})
        reads = round_trips_of(bench, partial(store.get, session_id))
        writes = round_trips_of(bench, partial(store.update, session_id, {"page": "2"}))
        told.append(f"{title}: {reads} to read, {writes} to update.")
        clear(bench, OURS)
    return " ".join(told)


def dropped(bench: Bench, /) -> str:
    """SET over a key with a TTL, without and with KEEPTTL."""
    key, quiet = f"{fresh(bench)}session:{{x}}", bench.quiet()
    quiet.set(key, "old", ex=60)
    quiet.set(key, "new", keepttl=True)
    kept = quiet.ttl(key)
    quiet.set(key, "newer")
    gone = quiet.ttl(key)
    clear(bench, OURS)
    return f"After SET with KEEPTTL the TTL is {kept} s. After a plain SET it is {gone}: no end."


def late(bench: Bench, /) -> str:
    """HSET to a key that has just been deleted."""
    key, quiet = f"{fresh(bench)}session:{{x}}", bench.quiet()
    quiet.hset(key, mapping={"user_id": "ann"})
    quiet.expire(key, 60)
    quiet.delete(key)
    quiet.hset(key, mapping={"page": "2"})
    found = f"{quiet.exists(key)} key, TTL {quiet.ttl(key)}"
    clear(bench, OURS)
    return f"DEL, then a late HSET: {found}. A hash alone does not help; the write has to look first."


def writes_saved(bench: Bench, /) -> str:
    """An hour of one request a minute: how many of them put the end off?"""
    load_scripts(bench, "session_store")
    start = bench.clock()
    moment = [start]
    store = Sessions(bench.quiet(), 1_800, namespace=fresh(bench), now=lambda: moment[0])
    session_id = store.create("ann", {})
    owner, token = session_id.split(".")
    ends = set()
    for minute in range(1, 61):
        moment[0] = start + minute * 60
        store.get(session_id)
        ends.add(bench.quiet().zscore(f"{bench.namespace}measured:sessions:{{{owner}}}", token))
    clear(bench, OURS)
    return (
        f"60 requests in an hour, TTL 30 min: {len(ends) - 1} of them were writes. With EXPIRE each time: 60."
    )


COMPARE = Compare(
    "Naive beside hardened",
    (
        Pair("Change a session", NaiveSessions.update, Sessions.update),
        Pair("Read it", NaiveSessions.get, Sessions.get),
        Pair("Sign in", NaiveSessions.create, Sessions.create),
        Pair("Sign out", NaiveSessions.destroy, Sessions.destroy),
    ),
)

NUMBERS = Numbers(
    "The numbers to say aloud",
    (
        Fact("Memory of a session.", "cmd:memory-usage", bytes_per_session),
        Fact(
            "Round trips. Hardened pays two more once, when the server does not know the script yet.",
            "scripting",
            round_trips,
        ),
        Fact("A plain SET takes the TTL away; KEEPTTL leaves it.", "cmd:set", dropped),
        Fact("A late HSET creates the key again, without a TTL.", "cmd:hset, cmd:expire", late),
        Fact("A sliding TTL need not be a write for every request.", "use:session-store", writes_saved),
        Fact(
            "A key past its TTL is removed when somebody asks for it, or by a sweep that looks at 20 keys "
            "at a time. The event says when it was removed, not when it was due.",
            "expire.c, notifications",
        ),
        Fact("A session id needs at least 64 bits nobody can guess. These have 256.", "owasp:sessions"),
    ),
)
