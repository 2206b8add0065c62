"""Timelines that every post reaches once, however often its way is broken off; celebrities are fetched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import compress
from typing import Any

from patterns.catalogue import lua
from patterns.social_timeline.post import Post, Progress, checked, person, post_at
from patterns.wire import Client, content, name, whole
from patterns.wire import text as as_text

__all__ = ["Timelines"]


class Timelines:
    """What those whom somebody follows have posted, the newest first.

    A timeline holds the places of `cap` posts. Posts of authors with `celebrity` followers or more are not
    brought to anybody: their readers fetch them. After `keep` seconds without a new one, posts and timelines
    are gone from Redis.
    """

    def __init__(
        self,
        redis: Client,
        *,
        namespace: str = "",
        cap: int = 800,
        celebrity: int = 10_000,
        keep: int = 30 * 86_400,
    ) -> None:
        self.redis, self.namespace = redis, namespace
        self.cap = whole("cap", cap, 1, 10_000)
        self.celebrity = whole("celebrity", celebrity, 1, 10**9)
        self.keep = whole("keep", keep, 1, 10**9)
        self.celebrities_key = f"{namespace}celebrities"
        self._store = redis.register_script(lua(__file__, "store"))
        self._page = redis.register_script(lua(__file__, "page"))
        self._advance = redis.register_script(lua(__file__, "advance"))
        self._delete = redis.register_script(lua(__file__, "delete"))

    def follow(self, user: str, author: str) -> bool:
        """Show the author's posts to the user from now on. False: they were shown already."""
        # Two slots, so two steps, and whoever dies between them leaves posts that are brought and not shown.
        # The other way round they would be awaited and never brought.
        self.redis.zadd(self._key("followers", "author", author), {person("user", user): 0})
        return bool(self.redis.sadd(self._key("following", "user", user), author))

    def unfollow(self, user: str, author: str) -> bool:
        """Show no more of them, old or new. False: none were shown."""
        was = self.redis.srem(self._key("following", "user", user), person("author", author))
        self.redis.zrem(self._key("followers", "author", author), user)
        return bool(was)

    def repair(self, user: str) -> int:
        """Enter the user with all whom they follow, and say with how many they were missing.

        That takes a follow and an unfollow of one author at the same time; call it now and then.
        """
        with self.redis.pipeline(transaction=False) as each:
            for author in self._followed_by(user):
                each.zadd(self._key("followers", "author", author), {user: 0})
            return sum(each.execute())

    def post(self, author: str, post_id: str, text: str, at: float, batch: int = 500) -> int:
        """Bring a post to all who follow its author; how many timelines were reached by this call.

        Sent again, it goes on where it was broken off, and reaches nobody twice. With many followers `store`
        the post, and let workers call `fan_out`.
        """
        whole("batch", batch, 1, 2_000)
        self.store(author, post_id, text, at)
        pushed, done = 0, False
        while not done:
            progress = self.fan_out(author, post_id, batch)
            pushed, done = pushed + progress.pushed, progress.done
        return pushed

    def store(self, author: str, post_id: str, text: str, at: float) -> bool:
        """Keep a post and open its fan-out. False: it was stored before, and stays as it is."""
        place = checked(author, post_id, text, at).place
        celebrity = self.redis.zcard(self._key("followers", "author", author)) >= self.celebrity
        if celebrity:  # before the post: readers must know where to look when it is there
            self.redis.sadd(self.celebrities_key, author)
        args = [place, post_id, text, "pulled" if celebrity else "", self.cap, self.keep]
        return bool(self._store(keys=self._post_keys(author, post_id), args=args))

    def fan_out(self, author: str, post_id: str, batch: int = 500) -> Progress:
        """Bring a post to the next `batch` followers. Anybody may call this, and as often as they like."""
        whole("batch", batch, 1, 2_000)
        post_key, _posts, fanout = self._post_keys(author, post_id)
        keys = [fanout, self._key("followers", "author", author), post_key]
        page = self._page(keys=keys, args=[post_id, batch])
        if page is None:
            return Progress(0, True)
        place, cursor, *followers = map(as_text, page)
        # Every timeline lies in a slot of its own, so no script can reach them all. Each of these commands
        # may be sent twice, and the cursor moves when all of them have been answered.
        with self.redis.pipeline(transaction=False) as each:
            for follower in followers:
                timeline = self._key("timeline", "user", follower)
                each.zadd(timeline, {place: 0})
                each.zremrangebyrank(timeline, 0, -1 - self.cap)
                each.expire(timeline, self.keep)
            each.execute()
        done = len(followers) < batch
        self._advance(keys=[fanout], args=[post_id, cursor, "" if done else followers[-1]])
        return Progress(len(followers), done)

    def unfinished(self, author: str) -> list[str]:
        """The author's posts whose fan-out is not done."""
        return sorted(map(as_text, self.redis.hkeys(self._key("fanout", "author", author))))

    def delete(self, author: str, post_id: str) -> bool:
        """Take a post back. False: there is none. Its places stay where they are and show nothing."""
        return bool(self._delete(keys=self._post_keys(author, post_id), args=[post_id, self.keep]))

    def timeline(self, user: str, count: int = 20, before: str | None = None) -> list[Post]:
        """The newest posts, or the newest below the place `before`, where the last page ended."""
        size = whole("count", count, 1, 500)
        followed = self._followed_by(user)
        if not followed:
            return []
        pulled = self.redis.smismember(self.celebrities_key, followed)
        sources = [self._key("posts", "author", author) for author in compress(followed, pulled)]
        sources.append(self._key("timeline", "user", user))
        shown, found = set(followed), list[Post]()
        while len(found) < count:
            places = self._below(before, sources, size)
            found += self._load(place for place in places if place.split(" ", 2)[1] in shown)
            if len(places) < size:
                break
            before, size = places[-1], min(2 * size, 1_000)  # much is hidden: look at more at once
        return found[:count]

    def _below(self, before: str | None, sources: list[str], count: int) -> list[str]:
        """The highest places below one. Posts of an author who became a celebrity are in two sources."""
        top = "+" if before is None else f"({content('before', before)}"
        with self.redis.pipeline(transaction=False) as each:
            for source in sources:
                each.zrange(source, top, "-", desc=True, bylex=True, offset=0, num=count)
            found = {as_text(place) for places in each.execute() for place in places}
        return sorted(found, reverse=True)[:count]

    def _load(self, places: Iterable[str]) -> list[Post]:
        """The posts that stand at these places: not those deleted, forgotten, or posted anew elsewhere."""
        posts = [post_at(place, "") for place in places]
        with self.redis.pipeline(transaction=False) as each:
            for post in posts:
                each.hmget(self._post_keys(post.author, post.id)[0], "text", "place")
            stored = each.execute()
        return [
            replace(post, text=as_text(text))
            for post, (text, place) in zip(posts, stored, strict=True)
            if text is not None and as_text(place) == post.place
        ]

    def _followed_by(self, user: str) -> list[str]:
        found: Any = self.redis.smembers(self._key("following", "user", user))
        return sorted(map(as_text, found))

    def _post_keys(self, author: str, post_id: str) -> list[str]:
        post, posts, fanout = (self._key(noun, "author", author) for noun in ("post", "posts", "fanout"))
        return [f"{post}:{name('post_id', post_id)}", posts, fanout]

    def _key(self, noun: str, what: str, who: str) -> str:
        return f"{self.namespace}{noun}:{{{person(what, who)}}}"
