"""The live timelines: follow, post, post again, read, take back."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from lessons.inputs import Integer, Text, Toggle
from lessons.model import Action, Count, Run, Shown
from lessons.notes import note
from lessons.pictures import Board, Card, Column, Picture, Tone
from lessons.staging import load_scripts, plural
from patterns.social_timeline import Timelines

if TYPE_CHECKING:
    from lab.bench import Bench

CELEBRITY = 6
FOLLOWERS = {
    "ada": ("ann", "ben", "cleo", "dora"),
    "bob": ("ann", "ben"),
    "star": ("ann", "ben", "cleo", "dora", "eve", "finn", "gus"),
}
AUTHOR = Text("author", "Author", "ada", "ada, bob, or star, who has seven followers.", 30)
READER = Text("reader", "Reader", "ann", "", 30)


def timelines(bench: Bench, actor: str = "") -> Timelines:
    """The learner's network, as one of its servers sees it; unseen where nobody in particular looks."""
    load_scripts(bench, "social_timeline")
    redis = bench.client(actor) if actor else bench.quiet()
    return Timelines(redis, namespace=bench.namespace, celebrity=CELEBRITY)


def looking(bench: Bench) -> list[str]:
    """Whose timeline is drawn in any case: that of the last reader."""
    return note(bench, "reader", lambda: ["ann"])


def picture(bench: Bench) -> Picture:
    """The timeline of every reader, newest first: what was pushed to it and what it fetches."""
    looked, quiet, now = timelines(bench), bench.quiet(), bench.clock()
    readers = sorted({*looking(bench), *(reader for readers in FOLLOWERS.values() for reader in readers)})
    columns = []
    for reader in readers:
        posts = looked.timeline(reader)
        if not posts and [reader] != looking(bench):
            continue
        stored = {str(place) for place in quiet.zrange(f"{bench.namespace}timeline:{{{reader}}}", 0, -1)}
        cards = tuple(
            Card(
                f"{post.author} {post.id}",
                (post.text, f"{max(0.0, now - post.at):,.0f} s ago"),
                "good" if post.place in stored else "plain",
                "pushed" if post.place in stored else "fetched",
                f"{reader} {post.id}",
            )
            for post in posts
        )
        columns.append(Column(reader, cards))
    return Board(
        "Timelines",
        tuple(columns),
        "Pushed: stored in this timeline. Fetched: read from the author each time.",
    )


def shown(bench: Bench, says: str, tone: Tone = "good", *counts: Count) -> Shown:
    return Shown(says, tone, counts, picture(bench))


def fill(bench: Bench, /) -> Shown:
    """Three authors and their followers."""
    app = timelines(bench, "app")
    new = sum(app.follow(reader, author) for author, readers in FOLLOWERS.items() for reader in readers)
    who = ", ".join(f"{author} has {followers(bench, author)}" for author in FOLLOWERS)
    return shown(
        bench,
        f"{plural(new, 'new follow') if new else 'No new follow'}: {who}. "
        f"With {CELEBRITY} followers or more, posts are fetched and not pushed.",
        "good" if new else "warn",
    )


def followers(bench: Bench, author: str) -> int:
    """How many follow an author, unseen."""
    return int(bench.quiet().zcard(f"{bench.namespace}followers:{{{author}}}"))


def post(bench: Bench, /, *, author: str, text: str) -> Shown:
    """A new post, with an id of its own."""
    return bring(bench, author, f"post-{secrets.token_hex(2)}", text)


def post_again(bench: Bench, /, *, author: str, post_id: str) -> Shown:
    """A post by its id. Press twice, as after a lost reply: nobody has it twice."""
    return bring(bench, author, post_id, "hello again")


def bring(bench: Bench, author: str, post_id: str, text: str) -> Shown:
    key = f"{bench.namespace}post:{{{author}}}:{post_id}"
    known, there = bench.quiet().exists(key), bench.quiet().hexists(key, "text")
    begin = bench.log.mark()
    reached = timelines(bench, "app").post(author, post_id, text, bench.clock())
    sent = bench.log.since(begin)
    if reached:
        says = f"{post_id} was pushed to {plural(reached, 'timeline')}."
    elif there:
        says = f"{post_id} was stored before: nothing is new, and nobody is reached again."
    elif known:
        says = f"{post_id} was taken back before: sent again, it stays away."
    elif followers(bench, author) >= CELEBRITY:
        says = f"{author} is a celebrity: nothing was pushed, readers fetch {post_id}."
    else:
        says = f"{post_id} is stored. Nobody follows {author}, so it was pushed to nobody."
    return shown(
        bench,
        says,
        "good" if reached or not known else "warn",
        Count("Pushed to", reached, "timelines"),
        Count("Commands", len(sent.commands)),
        Count("Round trips", sent.round_trips),
    )


def read(bench: Bench, /, *, reader: str, count: int) -> Shown:
    """A page of a timeline, as its reader sees it."""
    looking(bench)[0] = reader
    begin = bench.log.mark()
    page = timelines(bench, "app").timeline(reader, count)
    trips = bench.log.since(begin).round_trips
    if not page:
        follows = bench.quiet().scard(f"{bench.namespace}following:{{{reader}}}")
        shows = f"nobody whom {reader} follows has a post to show" if follows else f"{reader} follows nobody"
        return shown(bench, f"The timeline is empty: {shows}.", "warn")
    return shown(
        bench,
        f"{plural(len(page), 'post')}, the newest by {page[0].author}."
        if len(page) > 1
        else f"1 post, by {page[0].author}.",
        "good",
        Count("Posts", len(page)),
        Count("Round trips", trips),
    )


def take_back(bench: Bench, /, *, author: str, post_id: str) -> Shown:
    """Delete a post. Its places stay where they are."""
    if timelines(bench, "app").delete(author, post_id):
        return shown(bench, f"{post_id} shows nowhere any more. No timeline was touched.")
    return shown(bench, f"{author} has no post {post_id}.", "warn")


def connect(bench: Bench, /, *, reader: str, author: str, follows: bool) -> Shown:
    """Follow, or leave."""
    app = timelines(bench, "app")
    changed = app.follow(reader, author) if follows else app.unfollow(reader, author)
    if not changed:
        says = f"{reader} {'followed' if follows else 'did not follow'} {author} before: nothing has changed."
    elif follows:
        says = f"{reader} follows {author} now."
    else:
        says = f"{reader} does not follow {author} any more."
    return shown(bench, says, "good" if changed else "warn")


LIVE = Run(
    "Follow, post, read",
    (
        Action("Let people follow", fill, (), (Timelines.follow,)),
        Action(
            "Post",
            post,
            (AUTHOR, Text("text", "Text", "hello", "", 200)),
            (Timelines.post, Timelines.fan_out),
        ),
        Action(
            "Send a post by its id",
            post_again,
            (
                Text("author", "Author", "star", "", 30),
                Text("post_id", "Post id", "post-77", "Press twice. The id decides, not the press."),
            ),
            (Timelines.store,),
        ),
        Action(
            "Read a timeline", read, (READER, Integer("count", "Posts", 20, 1, 100)), (Timelines.timeline,)
        ),
        Action(
            "Follow or leave",
            connect,
            (READER, AUTHOR, Toggle("follows", "Follows", False)),
            (Timelines.follow, Timelines.unfollow),
        ),
        Action(
            "Take a post back",
            take_back,
            (Text("author", "Author", "star", "", 30), Text("post_id", "Post id", "post-77", "")),
            (Timelines.delete,),
        ),
    ),
    picture,
    fast_forward=(60, 3_600, 31 * 86_400),
)
