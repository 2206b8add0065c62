"""The timeline most of us write first: LPUSH every post onto the list of every follower, LTRIM the list."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from redis import Redis

from patterns.social_timeline.post import Post, checked, person
from patterns.wire import text as as_text
from patterns.wire import whole

__all__ = ["NaiveTimelines"]


class NaiveTimelines:
    """What those whom somebody follows have posted, the newest first."""

    def __init__(self, redis: Redis, *, namespace: str = "", cap: int = 800) -> None:
        self.redis, self.namespace = redis, namespace
        self.cap = whole("cap", cap, 1, 10_000)

    def follow(self, user: str, author: str) -> bool:
        """Show the author's posts to the user from now on. False: they were shown already."""
        return bool(self.redis.sadd(self._key("followers", "author", author), person("user", user)))

    def unfollow(self, user: str, author: str) -> bool:
        """Show no more of them. False: none were shown."""
        return bool(self.redis.srem(self._key("followers", "author", author), person("user", user)))

    def post(self, author: str, post_id: str, text: str, at: float) -> int:
        """Bring a post to all who follow its author; how many timelines were reached."""
        entry = json.dumps(asdict(checked(author, post_id, text, at)))
        followers = sorted(map(as_text, self.redis.smembers(self._key("followers", "author", author))))
        for follower in followers:
            # Bug on purpose (half fan-out): whoever dies here leaves the rest without the post, for good.
            key = self._key("timeline", "user", follower)
            # Bug on purpose (duplicate post): sent again after a lost reply, the post is in the list twice.
            self.redis.lpush(key, entry)
            self.redis.ltrim(key, 0, self.cap - 1)
        return len(followers)

    def timeline(self, user: str, count: int = 20, before: str | None = None) -> list[Post]:
        """The newest posts, or those after the one at `before`, where the last page ended."""
        whole("count", count, 1, 500)
        entries: Any = self.redis.lrange(self._key("timeline", "user", user), 0, -1)
        posts = [Post(**json.loads(entry)) for entry in entries]
        places = [post.place for post in posts]
        start = places.index(before) + 1 if before in places else 0
        return posts[start : start + count]

    def _key(self, noun: str, what: str, who: str) -> str:
        return f"{self.namespace}{noun}:{{{person(what, who)}}}"
