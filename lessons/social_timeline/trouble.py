"""Posts that reach half of their readers, or some twice, in a crowd and one step at a time; and hardened."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lessons.inputs import Input, Integer
from lessons.lost import killed_after_reply
from lessons.model import Action, Burst, Count, Run, Shown
from lessons.pictures import Picture, Ranking, RankRow, Tone
from lessons.staging import clear, lanes_of, load_scripts, plural, timeline_of, values
from lessons.staging import times as how_often
from patterns.social_timeline import NaiveTimelines, Timelines

if TYPE_CHECKING:
    from redis import Redis

    from lab.bench import Bench
    from lab.trace import Command

Version = type[NaiveTimelines] | type[Timelines]

CROWD: tuple[Input, ...] = (
    Integer("posters", "Posters", 6, 1, 20, help="Each is a real thread with a connection of its own."),
    Integer("readers", "Readers, who follow all", 20, 2, 40),
)


def on(bench: Bench, version: Version, redis: Redis, stage: str) -> NaiveTimelines | Timelines:
    return version(redis, namespace=f"{bench.namespace}{stage}:")


def fresh(bench: Bench, version: Version, name: str) -> str:
    """A network without anybody; the server knows the scripts."""
    stage = f"{name}-{'naive' if version is NaiveTimelines else 'hardened'}"
    clear(bench, f"{stage}:*")
    load_scripts(bench, "social_timeline")
    return stage


def names(what: str, number: int) -> list[str]:
    return [f"{what}-{place:02}" for place in range(1, number + 1)]


def follow(bench: Bench, version: Version, stage: str, readers: list[str], *authors: str) -> None:
    network = on(bench, version, bench.quiet(), stage)
    for author in authors:
        for reader in readers:
            network.follow(reader, author)


def post(network: NaiveTimelines | Timelines, author: str, at: float, readers: int) -> None:
    """One post, in two halves where that can be chosen."""
    if isinstance(network, Timelines):
        network.post(author, "post-1", f"hello from {author}", at, batch=max(1, readers // 2))
    else:
        network.post(author, "post-1", f"hello from {author}", at)


def half_way(version: Version, readers: int) -> int:
    """After how many replies a poster has reached half of the readers."""
    reached = readers // 2
    # Naive: the followers, then two commands each. Hardened: look, store, page; advance and the next page.
    return 1 + 2 * reached if version is NaiveTimelines else 5


def counted(bench: Bench, version: Version, stage: str, readers: list[str], posts: int) -> tuple[int, int]:
    """How many posts are missing in all timelines, and how many are there once more than they should."""
    network = on(bench, version, bench.quiet(), stage)
    missing = doubled = 0
    for reader in readers:
        places = [one.place for one in network.timeline(reader, 500)]
        missing += posts - len(set(places))
        doubled += len(places) - len(set(places))
    return missing, doubled


def burst(version: Version, bench: Bench, *, posters: int, readers: int) -> Shown:
    """Every poster dies half-way through its followers, is started again, and posts once more."""
    stage, authors, people = (
        fresh(bench, version, "crash"),
        names("author", posters),
        names("reader", readers),
    )
    follow(bench, version, stage, people, *authors)
    at, begin = bench.clock(), bench.log.mark()

    def dying(author: str) -> Callable[[Redis], None]:
        def job(redis: Redis) -> None:
            with killed_after_reply(redis, half_way(version, readers)):
                post(on(bench, version, redis, stage), author, at, readers)

        return job

    def again(author: str) -> Callable[[Redis], None]:
        return lambda redis: post(on(bench, version, redis, stage), author, at, readers)

    values(bench.together({author: dying(author) for author in authors}))
    missing, _ = counted(bench, version, stage, people, posters)
    values(bench.together({author: again(author) for author in authors}))
    still, doubled = counted(bench, version, stage, people, posters)
    return Shown(
        f"{plural(posters, 'poster')} died half-way: {plural(missing, 'delivery', 'deliveries')} missing. "
        f"{'Each' if posters > 1 else 'It'} was started again: {still or 'none'} missing, "
        + (f"{plural(doubled, 'copy', 'copies')} too many: duplicate post." if doubled else "none too many."),
        "bad" if still or doubled else "good",
        (
            Count("Missing after the crash", missing, "deliveries", "warn"),
            Count("Missing after the retry", still, "deliveries", "bad" if still else "good"),
            Count("There twice", doubled, "deliveries", "bad" if doubled else "good"),
        ),
        timeline_of("What each poster sent", lanes_of(bench.log.since(begin).commands, in_words)),
    )


def in_words(command: Command) -> tuple[str, Tone] | None:
    """A command of either version in two words."""
    if command.error:
        return f"{command.name}: {command.error}", "bad"
    match command.name:
        case "SMEMBERS":
            return "starts at the first", "warn"
        case "LPUSH":
            return "pushes", "plain"
        case "ZADD":
            return ("pushes", "good") if command.reply == "1" else ("is there", "plain")
    return None


def naive_burst(bench: Bench, /, *, posters: int, readers: int) -> Shown:
    return burst(NaiveTimelines, bench, posters=posters, readers=readers)


def hardened_burst(bench: Bench, /, *, posters: int, readers: int) -> Shown:
    return burst(Timelines, bench, posters=posters, readers=readers)


BURST = Burst(
    "A crash in the middle of everybody's post",
    naive=Action("Naive: all die half-way, and start again", naive_burst, CROWD, (NaiveTimelines.post,)),
    hardened=Action(
        "Hardened: all die half-way, and start again", hardened_burst, CROWD, (Timelines.fan_out,)
    ),
)


class Steps:
    """Four small stories for one version. Each begins with a network without anybody."""

    def __init__(self, version: Version) -> None:
        self.version = version

    def network(self, bench: Bench, stage: str) -> NaiveTimelines | Timelines:
        return on(bench, self.version, bench.client("app"), stage)

    def drawn(self, bench: Bench, stage: str, reader: str) -> Picture:
        page = on(bench, self.version, bench.quiet(), stage).timeline(reader)
        rows, seen = [], list[str]()
        for place, one in enumerate(page):
            copy = seen.count(one.id)
            seen.append(one.id)
            title = f"{one.id}, copy {copy + 1}" if copy else one.id
            rows.append(RankRow(title, max(0, round(bench.clock() - one.at)), place, one.text))
        return Ranking(f"The timeline of {reader}", tuple(rows), "s ago")

    def half(self, bench: Bench, /, *, readers: int) -> Shown:
        """The poster dies half-way and is not started again. A worker looks for what is not done."""
        stage, people = fresh(bench, self.version, "half"), names("reader", readers)
        follow(bench, self.version, stage, people, "ada")
        app = bench.client("app")
        with killed_after_reply(app, half_way(self.version, readers)):
            post(on(bench, self.version, app, stage), "ada", bench.clock(), readers)
        worker = on(bench, self.version, bench.client("worker"), stage)
        found = worker.unfinished("ada") if isinstance(worker, Timelines) else []
        if isinstance(worker, Timelines):
            for post_id in found:
                while not worker.fan_out("ada", post_id, readers).done:
                    continue
        missing, _ = counted(bench, self.version, stage, people, 1)
        opened = plural(len(found), "open fan-out") if found else "no open fan-out"
        return Shown(
            f"The poster died half-way. A worker found {opened}. "
            + (
                f"{missing} of {readers} never {'sees' if missing == 1 else 'see'} the post: half fan-out."
                if missing
                else "Everybody has the post."
            ),
            "bad" if missing else "good",
            (Count("Without the post", missing, f"of {readers}", "bad" if missing else "good"),),
        )

    def again(self, bench: Bench, /, *, times: int) -> Shown:
        """All went well, but the reply was lost, so the app sends the post again."""
        stage = fresh(bench, self.version, "again")
        follow(bench, self.version, stage, ["ben"], "ada")
        at = bench.clock()
        for _ in range(times):
            post(self.network(bench, stage), "ada", at, 1)
        _, doubled = counted(bench, self.version, stage, ["ben"], 1)
        return Shown(
            f"One post, sent {how_often(times)}. ben has it {how_often(1 + doubled)}"
            + (": duplicate post." if doubled else "."),
            "bad" if doubled else "good",
            (Count("There too often", doubled, "times", "bad" if doubled else "good"),),
            self.drawn(bench, stage, "ben"),
        )

    def order(self, bench: Bench, /, *, late: int) -> Shown:
        """A slow worker brings an older post after a newer one."""
        stage, now = fresh(bench, self.version, "order"), bench.clock()
        follow(bench, self.version, stage, ["ben"], "ada")
        network = self.network(bench, stage)
        network.post("ada", "newer", "said just now", now)
        network.post("ada", "older", f"said {late} s before that", now - late)
        first = network.timeline("ben")[0].id
        return Shown(
            f"A post that is {late} s older arrived after the newer one. ben sees the {first} one on top.",
            "good" if first == "newer" else "bad",
            (Count("On top", first),),
            self.drawn(bench, stage, "ben"),
        )

    def celebrity(self, bench: Bench, /, *, readers: int) -> Shown:
        """An author with many followers posts. How many commands is that?"""
        stage, people = fresh(bench, self.version, "celebrity"), names("reader", readers)
        follow(bench, self.version, stage, people, "star")
        network, begin = self.network(bench, stage), bench.log.mark()
        if self.version is Timelines:  # a celebrity begins here at that many, and elsewhere at 10,000
            network = Timelines(bench.client("app"), namespace=network.namespace, celebrity=readers)
        network.post("star", "post-1", "hello all", bench.clock())
        commands = len(bench.log.since(begin).commands)
        missing, _ = counted(bench, self.version, stage, people, 1)
        return Shown(
            f"One post for {plural(readers, 'follower')} took {plural(commands, 'command')}; "
            f"{readers - missing:,} of them see it.",
            "good" if commands < 10 and not missing else "warn",
            (Count("Commands", commands), Count("Readers who see it", readers - missing, f"of {readers}")),
        )

    def step(self, heading: str) -> Run:
        run = (self.version.post,)
        return Run(
            heading,
            (
                Action(
                    "The poster dies half-way", self.half, (Integer("readers", "Readers", 10, 2, 60),), run
                ),
                Action(
                    "The app posts again", self.again, (Integer("times", "Sent", 2, 2, 10, "times"),), run
                ),
                Action(
                    "An older post arrives late",
                    self.order,
                    (Integer("late", "Older by", 5, 1, 600, "s"),),
                    run,
                ),
                Action(
                    "A celebrity posts",
                    self.celebrity,
                    (Integer("readers", "Followers", 200, 10, 1_000),),
                    run,
                ),
            ),
        )


BY_HAND = Steps(NaiveTimelines).step("Break it, one step at a time")
BY_HAND_HARDENED = Steps(Timelines).step("The same stories, hardened")
