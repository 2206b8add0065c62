"""What timelines cost for the interviewer's numbers, where their keys lie, and what each Redis offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from redis import Redis

from lessons.measure import sample_of
from lessons.model import Cost, Dial, Estimate, Keys, Production, Sample, Scale, Way
from lessons.staging import clear, load_scripts
from patterns.social_timeline import Post, Timelines

if TYPE_CHECKING:
    from lab.bench import Bench

CAP, FULL, POSTS, FOLLOWS = 800, 40, 2_000, 4_000
AT = 1_700_000_000
TEXT = "A post of an ordinary length, which is to say of about a hundred characters, as most of them are now."
KEYS = "measured:*"


def fresh(bench: Bench) -> tuple[Timelines, Timelines]:
    """The network as an app server sees it, and the same unseen."""
    clear(bench, KEYS)
    load_scripts(bench, "social_timeline")
    app, unseen = (
        Timelines(redis, namespace=f"{bench.namespace}measured:", cap=CAP)
        for redis in (bench.client("app"), bench.quiet())
    )
    return app, unseen


def timelines(bench: Bench, /) -> Sample:
    """Full timelines of 800 places; an operation is to open the app."""
    app, unseen = fresh(bench)
    unseen.follow("ben", "ada")
    unseen.post("ada", "post-1", TEXT, AT)
    places = {Post(f"01HF{number:022}", "ada", "", AT + number).place: 0 for number in range(CAP)}

    def fill() -> list[str]:
        keys = [unseen._key("timeline", "user", f"reader-{number:06}") for number in range(FULL)]
        for key in keys:
            bench.quiet().zadd(key, places)
            bench.quiet().expire(key, unseen.keep)
        return keys

    return sample_of(bench, fill, FULL, lambda: app.timeline("ben"), KEYS)


def posts(bench: Bench, /) -> Sample:
    """Posts of a hundred characters, by twenty authors; an operation is a post to twenty followers."""
    app, unseen = fresh(bench)
    for number in range(20):
        unseen.follow(f"reader-{number:02}", "ada")

    def fill() -> list[str]:
        keys = set()
        for number in range(POSTS):
            author, post_id = f"author-{number % 20:02}", f"01HF{number:022}"
            unseen.post(author, post_id, TEXT, AT + number)
            keys.update(unseen._post_keys(author, post_id)[:2])
        return sorted(keys)

    return sample_of(bench, fill, POSTS, lambda: app.post("ada", "post-1", TEXT, AT), KEYS)


def follows(bench: Bench, /) -> Sample:
    """Twenty readers who follow two hundred authors each; an operation is one follow more."""
    app, unseen = fresh(bench)

    def fill() -> list[str]:
        keys = set()
        for number in range(FOLLOWS):
            reader, author = f"reader-{number % 20:06}", f"author-{number // 20:06}"
            unseen.follow(reader, author)
            keys |= {unseen._key("following", "user", reader), unseen._key("followers", "author", author)}
        return sorted(keys)

    return sample_of(bench, fill, FOLLOWS, lambda: app.follow("ben", "ada"), KEYS)


def of_one_author(redis: Redis) -> Sequence[str]:
    network = Timelines(redis)
    return [*network._post_keys("ada", "post-1"), network._key("followers", "author", "ada")]


def of_readers(redis: Redis) -> Sequence[str]:
    network = Timelines(redis)
    return [network._key("timeline", "user", f"reader-{number}") for number in range(1, 9)]


COST = Cost(
    "The sum for ten million readers",
    (
        Estimate(
            "full timeline", "timelines", timelines, 10_000_000, "many slots", "page", 20_000,
            why="People who came back within the last month, not all who ever signed up. Places, no texts.",
        ),
        Estimate(
            "post", "posts", posts, 259_200_000, "many slots", "post", 100,
            why="100 posts a second, kept for thirty days, are 259.2 million. Its text is stored once.",
        ),
        Estimate(
            "follow", "follows", follows, 2_000_000_000, "many slots", "follow", 50,
            why="Ten million readers follow two hundred authors each. A follow is stored on both sides.",
        ),
    ),
)  # fmt: skip

SCALE = Scale(
    "Timelines on a cluster",
    (
        Keys(
            "A post, its author's list, fan-out and followers", "meet", of_one_author,
            "One script stores the post and opens the duty to bring it; another reads a page of followers.",
        ),
        Keys(
            "The timelines of eight readers", "spread", of_readers,
            "No script can reach them all, so a push is a command that may be sent twice.",
        ),
    ),
)  # fmt: skip

OPEN = "redis.call('HSET', KEYS[1], 'post-1', '') return redis.call('EXPIRE', KEYS[1], 2592000)"

PRODUCTION = Production(
    "In production",
    Dial(
        "Open a fan-out whose record ends by itself",
        (
            Way(
                "6.2", "A script of HSET and EXPIRE",
                "The hash of an author's open fan-outs has one TTL, and each new post puts the end of all of "
                "them off.",
                "scripting, cmd:expire",
                call=("EVAL", OPEN, "1", "{key}"),
            ),
            Way(
                "7.4", "HEXPIRE on the field",
                "Each open fan-out has an end of its own. HSET and HEXPIRE still are two commands: keep the "
                "script around them.",
                "cmd:hexpire",
                call=("HEXPIRE", "{key}", "2592000", "FIELDS", "1", "post-1"),
                seed=(("HSET", "{key}", "post-1", ""),),
            ),
            Way(
                "8.0", "HSETEX",
                "Field and end in one command: there is no moment in which one is there without the other.",
                "cmd:hsetex",
                call=("HSETEX", "{key}", "EX", "2592000", "FIELDS", "1", "post-1", ""),
            ),
        ),
    ),
)  # fmt: skip
