"""Faults against the timelines: a poster dies half-way, replies are lost, a primary dies with a post."""

from __future__ import annotations

import contextlib
import re
from functools import partial
from typing import TYPE_CHECKING

from redis.exceptions import ConnectionError as RedisConnectionError

from lessons.breaking import RETRIES, Lossy, Pair
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Fault, Shown, Trial
from lessons.pictures import Cell, Matrix, MatrixRow, Tone
from lessons.staging import plural
from patterns.social_timeline import NaiveTimelines, Timelines

if TYPE_CHECKING:
    from lab.workshop import Workshop

Kind = type[NaiveTimelines] | type[Timelines]

AT, BATCH = 1_700_000_000.0, 4
PUSH = {NaiveTimelines: b"LPUSH", Timelines: b"ZADD"}

READERS = Integer("readers", "Followers", 12, 2, 40)
REACHED = Integer("reached", "Reached before the crash", 5, 0, 39)
LOST = Integer("lost", "Replies lost", 3, 0, 40, help="Each to another push. The server has carried it out.")
POSTS = Integer("posts", "Posts", 5, 1, 20)
UNSEEN = Integer("unseen", "Posts that the replica never hears of", 2, 0, 20)


def names(number: int) -> list[str]:
    return [f"reader-{place:02}" for place in range(1, number + 1)]


def post(network: NaiveTimelines | Timelines, post_id: str, at: float = AT) -> None:
    if isinstance(network, Timelines):
        network.post("ada", post_id, "hello", at, batch=BATCH)
    else:
        network.post("ada", post_id, "hello", at)


def has(network: NaiveTimelines | Timelines, reader: str, post_id: str) -> int:
    """How often a reader finds the post on the timeline."""
    return sum(one.id == post_id for one in network.timeline(reader, 500))


def crash(workshop: Workshop, kind: Kind, again: bool, *, readers: int, reached: int) -> Shown:
    """The poster's connection ends half-way. It is started again, or a worker looks for what is open."""
    workshop.progress(0.1, "A server, and a proxy that cuts the poster off")
    lossy, people, reached = Lossy(workshop, "social_timeline"), names(readers), min(reached, readers - 1)
    truth = kind(lossy.direct)
    for reader in people:
        truth.follow(reader, "ada")
    workshop.progress(0.4, f"The poster dies after {reached} of {readers} followers")
    lossy.proxy.drop_request(PUSH[kind].decode(), nth=reached + 1)
    with contextlib.suppress(RedisConnectionError):
        post(kind(lossy.client(0)), "post-1")
    first = [has(truth, reader, "post-1") for reader in people]
    workshop.progress(0.7, "The poster is started again" if again else "A worker looks for what is open")
    found: list[str] = []
    if again:
        post(truth, "post-1")
    elif isinstance(truth, Timelines):
        found = truth.unfinished("ada")
        for post_id in found:
            while not truth.fan_out("ada", post_id, BATCH).done:
                workshop.check()
    opened = plural(len(found), "open fan-out") if found else "no open fan-out"
    what = "It was started again" if again else f"A worker found {opened}"
    return told(
        f"The poster died when {sum(map(bool, first))} of {readers} followers had the post. {what}",
        people,
        {"after the crash": first, "in the end": [has(truth, reader, "post-1") for reader in people]},
    )


def replies_lost(workshop: Workshop, kind: Kind, *, readers: int, lost: int) -> Shown:
    """Some pushes are carried out, their replies are lost, and the client below the code repeats them."""
    workshop.progress(0.1, "A server, and a proxy that loses replies")
    lossy, people, lost = Lossy(workshop, "social_timeline"), names(readers), min(lost, readers)
    truth = kind(lossy.direct)
    for reader in people:
        truth.follow(reader, "ada")
    workshop.progress(0.4, "ada posts, and the client repeats what got no reply")
    for reader in people[:lost]:
        lossy.proxy.drop_reply(re.compile(rb"%s\r\n\$\d+\r\ntimeline:\{%s\}" % (PUSH[kind], reader.encode())))
    post(kind(lossy.client(max(RETRIES, lost))), "post-1")
    return told(
        f"{plural(lost, 'reply to a push was', 'replies to pushes were')} lost, and the client repeated "
        f"{'it' if lost == 1 else 'them'} by itself"
        if lost
        else "No reply was lost, and nothing was repeated",
        people,
        {"in the end": [has(truth, reader, "post-1") for reader in people]},
    )


def failover(workshop: Workshop, kind: Kind, again: bool, *, posts: int, unseen: int) -> Shown:
    """The primary dies before its replica has heard of the last posts. They are also in the database."""
    unseen, people = min(unseen, posts), names(3)
    workshop.progress(0.1, "A primary and its replica")
    pair = Pair(workshop, "social_timeline")
    network: NaiveTimelines | Timelines = kind(pair.primary)
    for reader in people:
        network.follow(reader, "ada")
    database = [f"post-{number}" for number in range(1, posts + 1)]
    for number, post_id in enumerate(database):
        if number == posts - unseen:
            pair.caught_up()
            workshop.progress(0.5, "The replica hears no more, ada goes on posting")
            pair.stall()
        post(network, post_id, AT + number)
    if not unseen:
        pair.caught_up()
    workshop.progress(0.7, "The primary dies, the replica takes over")
    network = kind(pair.fail_over())
    if again:
        for number, post_id in enumerate(database):
            post(network, post_id, AT + number)
    one = posts == 1
    what = (
        f"{'It was' if one else 'All were'} sent again from the database"
        if again
        else f"Nobody sent {'it' if one else 'them'} again"
    )
    return told(
        f"{plural(posts, 'post was', 'posts were')} acknowledged, and the primary died. {what}",
        people,
        {post_id: [has(network, reader, post_id) for reader in people] for post_id in database},
    )


def told(what: str, people: list[str], found: dict[str, list[int]]) -> Shown:
    """Who has what how often. Only what is true in the end is damage: the first column may be on its way."""
    ends = [column for column in found if column != "after the crash"]
    missing = sum(times == 0 for column in ends for times in found[column])
    copies = sum(max(0, times - 1) for column in ends for times in found[column])
    tone: Tone = "bad" if missing or copies else "good"
    half = any(0 in found[column] and any(found[column]) for column in ends)
    gone = any(not any(found[column]) for column in ends)
    seen = (("half fan-out", half), ("a post is gone", gone), ("duplicate post", copies))
    faults = [name for name, is_so in seen if is_so]
    return Shown(
        f"{what}: {plural(missing, 'delivery', 'deliveries')} missing, {plural(copies, 'copy', 'copies')} "
        f"too many{': ' + ', '.join(faults) if faults else ''}.",
        tone,
        (
            Count("Missing in the end", missing, "deliveries", "bad" if missing else "good"),
            Count("Copies too many", copies, "", "bad" if copies else "good"),
        ),
        Matrix(
            "Who has the post",
            tuple(found),
            tuple(
                MatrixRow(
                    reader, tuple(cell(found[column][place], column in ends) for column in found)
                )
                for place, reader in enumerate(people)
            ),
            "follower / when" if len(found) < 3 else "follower / post",
        ),
    )  # fmt: skip


def cell(times: int, final: bool) -> Cell:
    if times == 1:
        return Cell("got", "good")
    if times:
        return Cell(f"{times}x", "bad")
    return Cell("missed", "bad") if final else Cell("not yet", "warn")


def crashed(kind: Kind, again: bool, workshop: Workshop, /, *, readers: int, reached: int) -> Shown:
    return crash(workshop, kind, again, readers=readers, reached=reached)


def lost_replies(kind: Kind, workshop: Workshop, /, *, readers: int, lost: int) -> Shown:
    return replies_lost(workshop, kind, readers=readers, lost=lost)


def failed(kind: Kind, again: bool, workshop: Workshop, /, *, posts: int, unseen: int) -> Shown:
    return failover(workshop, kind, again, posts=posts, unseen=unseen)


FAULTS = (
    Experiment(
        "The poster dies half-way",
        watch="Watch for what the naive version can choose between: half of them without, or half of them "
        "twice.",
        trials=(
            Trial(
                "Naive: nobody starts it again", partial(crashed, NaiveTimelines, False), "bad",
                (NaiveTimelines.post,),
            ),
            Trial(
                "Naive: it is started again", partial(crashed, NaiveTimelines, True), "bad",
                (NaiveTimelines.post,),
            ),
            Trial(
                "Hardened: a worker goes on", partial(crashed, Timelines, False), "good",
                (Timelines.unfinished, Timelines.fan_out),
            ),
            Trial(
                "Hardened: it is started again", partial(crashed, Timelines, True), "good",
                (Timelines.post,),
            ),
        ),
        inputs=(READERS, REACHED),
        seconds=1.0,
    ),
    Experiment(
        "Only replies are lost",
        watch="Watch for copies that nobody's code has sent: the client library repeats by itself.",
        trials=(
            Trial("Naive", partial(lost_replies, NaiveTimelines), "bad", (NaiveTimelines.post,)),
            Trial("Hardened", partial(lost_replies, Timelines), "good", (Timelines.fan_out,)),
        ),
        inputs=(READERS, LOST),
        seconds=1.0,
    ),
    Experiment(
        "The primary dies with the last posts",
        watch="Watch for posts that were acknowledged, and for who can bring them back.",
        trials=(
            Trial(
                "Hardened, nobody sends again", partial(failed, Timelines, False), "bad",
                (Timelines.store,),
            ),
            Trial(
                "Naive, all are sent again", partial(failed, NaiveTimelines, True), "bad",
                (NaiveTimelines.post,),
            ),
            Trial(
                "Hardened, all are sent again", partial(failed, Timelines, True), "good",
                (Timelines.store, Timelines.fan_out),
            ),
        ),
        inputs=(POSTS, UNSEEN),
        seconds=1.0,
    ),
)  # fmt: skip

FAULT = Fault("Half-way, twice, and gone", FAULTS)
