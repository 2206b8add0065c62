"""The numbers of a stream queue, measured on the learner's own server wherever it can measure them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lessons.measure import NotHere, bytes_of, round_trips_of
from lessons.model import Compare, Fact, Numbers, Pair
from lessons.staging import clear, load_scripts
from patterns.stream_queue import Message, NaiveQueue, Queue

if TYPE_CHECKING:
    from lab.bench import Bench

MANY = 5_000
ORDER = {"order": "1234567", "sku": "shoe"}


def fresh(bench: Bench) -> str:
    """The stream's key in this bench, unused; the server knows the scripts."""
    load_scripts(bench, "stream_queue")
    clear(bench, "queue:{measured}*")
    return f"{bench.namespace}queue:{{measured}}"


def filled(bench: Bench, number: int, *, group: str = "workers", start: str = "0") -> str:
    """A stream of small orders with a group that has read nothing."""
    key, quiet = fresh(bench), bench.quiet()
    fields: Any = ORDER
    with quiet.pipeline(transaction=False) as each:
        for _ in range(number):
            each.xadd(key, fields)
        each.execute()
    quiet.xgroup_create(key, group, id=start)
    return key


def read(bench: Bench, key: str, count: int, since: str = ">") -> int:
    """Read as worker ann; how many messages came."""
    streams: Any = {key: since}
    reply: Any = bench.quiet().xreadgroup("workers", "ann", streams, count)
    return sum(len(entries) for _name, entries in reply)


def ignore(message: Message) -> None:
    """Work that does nothing."""


def bytes_per_message(bench: Bench, /) -> str:
    """A stream of small orders."""
    key = filled(bench, MANY)
    found = bytes_of(bench, key)
    clear(bench, "queue:{measured}*")
    if isinstance(found, NotHere):
        return found
    return f"{found / MANY:.0f} bytes for an order of two fields. Neighbours share the names of their fields."


def round_trips(bench: Bench, /) -> str:
    """What publishing and handling ten orders costs on the wire in each version."""
    fresh(bench)
    told = []
    for version in (NaiveQueue, Queue):
        queue = version(bench.client("worker"), "measured", namespace=bench.namespace)
        queue.pending()
        publish = round_trips_of(bench, partial(queue.publish, ORDER))
        for _ in range(9):
            queue.publish(ORDER)
        work = round_trips_of(bench, partial(queue.handle, "ann", ignore, 10))
        title = "Naive" if version is NaiveQueue else "Hardened"
        told.append(f"{title}: {publish} to publish, {work} for ten orders.")
        clear(bench, "queue:{measured}*")
    return " ".join(told)


def acknowledged(bench: Bench, /) -> str:
    """XACK and then XLEN."""
    key = filled(bench, 10)
    read(bench, key, 10)
    entries: Any = bench.quiet().xrange(key)
    ids = [entry_id for entry_id, _fields in entries]
    acked, left = bench.quiet().xack(key, "workers", *ids), bench.quiet().xlen(key)
    clear(bench, "queue:{measured}*")
    return f"{acked} of 10 messages acknowledged, and the stream still holds {left}."


def nearly(bench: Bench, /) -> str:
    """MAXLEN ~ drops whole blocks."""
    key, fields = fresh(bench), ORDER
    for _ in range(160):
        body: Any = fields
        bench.quiet().xadd(key, body, maxlen=50, approximate=True)
    left = bench.quiet().xlen(key)
    clear(bench, "queue:{measured}*")
    return f"160 messages added with MAXLEN ~ 50: {left} are left. Blocks of 100 go whole."


def deliveries(bench: Bench, /) -> str:
    """A worker reads its own pending messages again."""
    key = filled(bench, 1)
    read(bench, key, 1)
    for _ in range(2):
        read(bench, key, 1, "0")
    pending: Any = bench.quiet().xpending_range(key, "workers", "-", "+", 1)
    clear(bench, "queue:{measured}*")
    times = pending[0]["times_delivered"]
    return f"Read once with > and twice with 0: the delivery count says {times}."


def from_where(bench: Bench, /) -> str:
    """Groups created at 0 and at $ in front of a backlog."""
    got = {}
    for start in ("0", "$"):
        got[start] = read(bench, filled(bench, 10, start=start), 10)
        clear(bench, "queue:{measured}*")
    return (
        f"Ten messages wait. A group created at 0 gets {got['0']} of them, one created at $ gets {got['$']}."
    )


COMPARE = Compare(
    "Naive beside hardened",
    (
        Pair("Work on messages", NaiveQueue.handle, Queue.handle),
        Pair("Publish", NaiveQueue.publish, Queue.publish),
    ),
)

NUMBERS = Numbers(
    "The numbers to say aloud",
    (
        Fact("Memory of a waiting message.", "cmd:memory-usage", bytes_per_message),
        Fact(
            "Round trips. Hardened reads one message at a time and ends each in a step of its own.",
            "scripting",
            round_trips,
        ),
        Fact("XACK takes a message from the pending list, not from the stream.", "cmd:xack", acknowledged),
        Fact(
            "MAXLEN ~ keeps more than it says and, unless ACKED (8.2) is added, does not ask who has read.",
            "cmd:xadd",
            nearly,
        ),
        Fact(
            "Reading one's own pending messages again counts as a delivery, and brings the burial nearer.",
            "cmd:xreadgroup, cmd:xpending",
            deliveries,
        ),
        Fact(
            "A group is created at 0 for the whole backlog, at $ for what comes next.",
            "cmd:xgroup-create",
            from_where,
        ),
        Fact(
            "There is no visibility time-out: a pending message waits until somebody claims it. XAUTOCLAIM "
            "claims up to 100 by default and looks at ten times as many.",
            "cmd:xautoclaim",
        ),
        Fact(
            "From Redis 8.2 on, XACKDEL with ACKED acknowledges and deletes what no group needs. From 8.4 "
            "on, XREADGROUP with CLAIM also takes over what is idle.",
            "cmd:xackdel, cmd:xreadgroup",
        ),
        Fact(
            "From Redis 8.6 on, XADD with IDMP knows a producer's last messages: 100 of them for 100 s, "
            "by default.",
            "streams:idempotency",
        ),
    ),
)
