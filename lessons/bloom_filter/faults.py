"""Faults against the filter: memory is full and it is evicted; a failover forgets what was added last."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Literal

from redis import Redis

from lessons.breaking import Pair, know_scripts, needs
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Fault, Shown, Trial
from lessons.pictures import Table, TableRow, Tone
from lessons.staging import plural
from patterns.bloom_filter import CoreSeenFilter, NaiveSeenFilter, SeenFilter

if TYPE_CHECKING:
    from lab.workshop import Workshop

LANES = 4
"""Questions that the database of the experiment can bear at once."""
PAGE, PAGES, ROOM = "x" * 5_000, 20, 300_000
"""A cached page, how many are stored in one go, and the bytes of memory that are left for them."""
MOST_PAGES, MORE = 20_000, 200

COLUMNS = ("When", "Let in", "Turned away", "Told to come back", "Queries", "At once")

MEMBERS = Integer("members", "Members at once", 12, 6, 40, help="Each is a real thread.")
STRANGERS = Integer("strangers", "Strangers at once", 12, 0, 40, help="Ids that do not exist.")
ADDED = Integer("added", "Members", 12, 2, 60)
UNSEEN = Integer("unseen", "Of them the replica never hears of", 4, 0, 60)

Guard = NaiveSeenFilter | SeenFilter
Answer = Literal["let in", "turned away", "come back"]


class Database:
    """It knows the members for certain. Who asks in a crowd is held until the whole crowd has come."""

    def __init__(self, members: list[str]) -> None:
        self.members = frozenset(members)
        self.queries = self.most = self._inside = self._crowd = 0
        self._come: set[str] = set()
        self._changed = threading.Condition()

    def expect(self, people: int) -> None:
        """The worst moment: so many people are about to come at once. For 0 nobody is held."""
        self.queries = self.most = 0
        self._crowd = people
        self._come.clear()

    def come(self, name: str) -> None:
        """Somebody of the crowd is here, or has been answered without the database."""
        with self._changed:
            self._come.add(name)
            self._changed.notify_all()

    def look(self, name: str) -> Answer:
        with self._changed:
            self.queries += 1
            self._inside += 1
            self.most = max(self.most, self._inside)
        self.come(name)
        with self._changed:
            self._changed.wait_for(lambda: len(self._come) >= self._crowd, 10)
            self._inside -= 1
        return "let in" if name in self.members else "turned away"


class Door:
    """The filter, the database behind it, and how many may pass while the filter is unknown."""

    def __init__(self, guard: Guard, database: Database) -> None:
        self.guard, self.database = guard, database
        self.lanes = threading.Semaphore(LANES)

    def believing(self, name: str) -> Answer:
        """What is not True is a no."""
        return self.database.look(name) if self.guard.might_contain(name) else "turned away"

    def opened(self, name: str) -> Answer:
        """Unknown is no no: everybody passes."""
        return "turned away" if self.guard.might_contain(name) is False else self.database.look(name)

    def bounded(self, name: str) -> Answer:
        """Unknown is no no, and few pass at a time."""
        known = self.guard.might_contain(name)
        if known is not None:
            return self.database.look(name) if known else "turned away"
        if not self.lanes.acquire(blocking=False):
            return "come back"
        try:
            return self.database.look(name)
        finally:
            self.lanes.release()


Ask = Callable[[Door, str], Answer]
Make = Callable[[Redis], Guard]


def evicted(workshop: Workshop, make: Make, ask: Ask, *, members: int, strangers: int) -> Shown:
    """A filter before a database shares its memory with a cache, which grows."""
    workshop.progress(0.1, "A filter before a database, and a cache beside it")
    server = workshop.server(maxmemory_policy="allkeys-lru")
    redis = workshop.closing(server.spec().client(decode_responses=True))
    needs(redis, "BF.ADD")
    know_scripts(redis, "bloom_filter")
    names = [f"member-{number}" for number in range(members)]
    everybody = names + [f"stranger-{number}" for number in range(strangers)]
    database = Database(names)
    door = Door(make(redis), database)
    door.guard.rebuild(lambda: names)
    rows = [_row("before", {name: ask(door, name) for name in everybody}, database)]

    workshop.progress(0.3, "The cache grows until the filter goes")
    redis.config_set("maxmemory", redis.info("memory")["used_memory"] + ROOM)
    pages = fill_up(workshop, redis, door.guard.key)
    if redis.exists(door.guard.key):
        return Shown(f"{pages} pages were cached, and this server kept the filter. Run it again.", "warn")
    workshop.progress(0.6, "All come at once")
    database.expect(len(everybody))
    answers = at_once(door, ask, everybody)
    workshop.check()
    rows.append(_row("the filter is evicted", answers, database))
    wrong = sum(answers[name] == "turned away" for name in names)
    back = [name for name, answer in answers.items() if answer == "come back"]
    most = database.most
    says = f"After {pages} cached pages the filter was evicted. {wrong} of {plural(members, 'member')} "
    says += f"were turned away; {most} of {len(everybody)} people stood before the database at once."
    if back:
        workshop.progress(0.8, "The filter is rebuilt from the record")
        # A filter has no TTL, and the pages of the cache have one: this policy evicts those alone.
        redis.config_set("maxmemory-policy", "volatile-lru")
        redis.config_set("maxmemory", redis.info("memory")["used_memory"] + ROOM)
        door.guard.rebuild(lambda: names)
        evictions = -redis.info("stats")["evicted_keys"]
        fill_up(workshop, redis, door.guard.key, pages + MORE)
        evictions += redis.info("stats")["evicted_keys"]
        database.expect(0)
        answers |= {name: ask(door, name) for name in back}
        rows.append(_row("rebuilt, and they come back", {name: answers[name] for name in back}, database))
        wrong = sum(answers[name] != "let in" for name in names)
        lost = not redis.exists(door.guard.key)
        says += (
            f" {len(back)} were told to come back. After the rebuild {members - wrong} of {members} members "
        )
        says += f"are in; {evictions} more evictions took {'the filter' if lost else 'cached pages only'}."
    tone: Tone = "bad" if wrong or most > LANES else "good"
    return Shown(
        says,
        tone,
        (
            Count("Members turned away", wrong, "", "bad" if wrong else "good"),
            Count("Most before the database at once", most, "", "bad" if most > LANES else "good"),
            Count("It can bear", LANES),
        ),
        Table("Members and strangers", COLUMNS, tuple(rows)),
    )


def fill_up(workshop: Workshop, redis: Redis, key: str, most: int = MOST_PAGES) -> int:
    """Cache pages until the key has been evicted, or `most` are stored; how many."""
    pages = 0
    while pages < most and redis.exists(key):
        workshop.check()
        with redis.pipeline(transaction=False) as pipeline:
            for page in range(pages, pages + PAGES):
                pipeline.set(f"cache:page-{page}", PAGE, ex=3_600)
            pipeline.execute()
        pages += PAGES
    return pages


def at_once(door: Door, ask: Ask, everybody: list[str]) -> dict[str, Answer]:
    """Everybody at the door, each in a thread."""

    def one(name: str) -> Answer:
        try:
            return ask(door, name)
        finally:
            door.database.come(name)

    with ThreadPoolExecutor(len(everybody)) as pool:
        return dict(zip(everybody, pool.map(one, everybody), strict=True))


def _row(when: str, answers: dict[str, Answer], database: Database) -> TableRow:
    said = list(answers.values())
    wrong = sum(answers[name] == "turned away" for name in answers if name in database.members)
    tone: Tone = "bad" if wrong or database.most > LANES else "good"
    told = [str(said.count(one)) for one in ("let in", "turned away", "come back")]
    return TableRow((when, *told, str(database.queries), str(database.most)), tone)


def forgotten(workshop: Workshop, again: bool, *, added: int, unseen: int) -> Shown:
    """A primary dies with members that its replica has not heard of."""
    unseen = min(unseen, added)
    workshop.progress(0.1, "A primary and its replica")
    pair = Pair(workshop, "bloom_filter")
    gate = on_core(pair.primary)
    gate.rebuild(list)
    log = [f"member-{number}" for number in range(added)]
    for name in log[: added - unseen]:
        gate.add(name)
    pair.caught_up()
    workshop.progress(0.5, "The replica hears no more, and members go on coming")
    pair.stall()
    told = sum(gate.add(name) for name in log[added - unseen :])
    workshop.progress(0.7, "The primary dies, the replica takes over")
    gate = on_core(pair.fail_over())
    new = [name for name in log[-2 * unseen :] if gate.add(name)] if again and unseen else []
    answers = {name: gate.might_contain(name) for name in log}
    wrong = sum(answer is False for answer in answers.values())
    said = {True: "may be there", False: "was never added", None: "unknown"}
    rows = tuple(
        TableRow(
            (name, "survived" if place < added - unseen else "gone", said[answers[name]]),
            "bad" if answers[name] is False else "good",
        )
        for place, name in enumerate(log)
    )
    tone: Tone = "bad" if wrong else "good"
    replayed = f" {len(log[-2 * unseen :])} were added again from the log, {len(new)} of them were new."
    return Shown(
        f"{plural(told, 'member was', 'members were')} added and never reached the replica."
        f"{replayed if again else ''} Of {added} members the filter says no to {wrong}.",
        tone,
        (Count("Wrong no", wrong, "members", tone),),
        Table("Each member", ("Member", "In the failover", "The filter says"), rows),
    )


def naive(redis: Redis) -> NaiveSeenFilter:
    return NaiveSeenFilter(redis, "members", capacity=1_000, error=0.001)


def hardened(redis: Redis) -> SeenFilter:
    return SeenFilter(redis, "members", capacity=1_000, error=0.001)


def on_core(redis: Redis) -> CoreSeenFilter:
    return CoreSeenFilter(redis, "members", capacity=1_000, error=0.001)


def naive_evicted(workshop: Workshop, /, *, members: int, strangers: int) -> Shown:
    return evicted(workshop, naive, Door.believing, members=members, strangers=strangers)


def open_evicted(workshop: Workshop, /, *, members: int, strangers: int) -> Shown:
    return evicted(workshop, hardened, Door.opened, members=members, strangers=strangers)


def bounded_evicted(workshop: Workshop, /, *, members: int, strangers: int) -> Shown:
    return evicted(workshop, hardened, Door.bounded, members=members, strangers=strangers)


def failover_alone(workshop: Workshop, /, *, added: int, unseen: int) -> Shown:
    return forgotten(workshop, False, added=added, unseen=unseen)


def failover_replayed(workshop: Workshop, /, *, added: int, unseen: int) -> Shown:
    return forgotten(workshop, True, added=added, unseen=unseen)


FAULTS = (
    Experiment(
        "Memory is full, and the filter is evicted",
        watch="Watch for members who are turned away, and for how many stand before the database at once.",
        trials=(
            Trial("Naive: missing is empty", naive_evicted, "bad", (NaiveSeenFilter.might_contain,)),
            Trial("Unknown: everybody passes", open_evicted, "bad", (SeenFilter.might_contain, Door.opened)),
            Trial(
                "Hardened: unknown, few pass, and it is rebuilt",
                bounded_evicted,
                "good",
                (SeenFilter.might_contain, Door.bounded, SeenFilter.rebuild),
            ),
        ),
        inputs=(MEMBERS, STRANGERS),
        seconds=1.0,
    ),
    Experiment(
        "A failover forgets the last members",
        watch="Watch for a no that is wrong. The filter is there, so nothing is unknown.",
        trials=(
            Trial("Hardened, Redis alone", failover_alone, "bad", (CoreSeenFilter.might_contain,)),
            Trial(
                "Hardened, and the last minutes are added again",
                failover_replayed,
                "good",
                (CoreSeenFilter.add,),
            ),
        ),
        inputs=(ADDED, UNSEEN),
        seconds=1.0,
    ),
)

FAULT = Fault("The filter is evicted", FAULTS)
