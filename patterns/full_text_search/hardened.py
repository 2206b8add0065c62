"""Full-text search by the server's own index, which follows every write to a document by itself."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterable
from typing import Any

from redis import Redis
from redis.cluster import RedisCluster
from redis.exceptions import ResponseError

from patterns.full_text_search.document import Found, checked, missed, page, tag_name
from patterns.full_text_search.reply import found_in, mapping, unknown
from patterns.wire import Client, Clock, Sleep, name, number, pause, tag, text

__all__ = ["IndexBusy", "Search"]

SCHEMA = (
    "title", "TEXT", "NOSTEM", "WEIGHT", 3, "body", "TEXT", "NOSTEM", "missed", "TEXT", "NOSTEM",
    "tags", "TAG", "SEPARATOR", ",", "CASESENSITIVE",
)  # fmt: skip
LOOK_AGAIN = 0.02  # seconds


class IndexBusy(Exception):
    """The index has not read all documents in time: searching it now would miss some."""


class _Exists(Exception):
    """Another client has made it already."""


class _Unknown(Exception):
    """Another client has dropped it."""


class Search:
    """Documents found by their words, kept as hashes and indexed by the search module.

    Searches go through an alias, so that an index with another schema can be built beside the one in use and
    take its place in one step. `patience` is how many seconds a new index may take to read what is there.
    The module indexes database 0 only: ValueError for a client of another.
    """

    def __init__(
        self,
        redis: Client,
        index: str,
        *,
        namespace: str = "",
        patience: float = 10.0,
        now: Clock = time.monotonic,
        sleep: Sleep = pause,
    ) -> None:
        if isinstance(redis, Redis) and redis.connection_pool.connection_kwargs.get("db"):
            raise ValueError("the module indexes database 0 only: use it, or CoreSearch")
        self.redis: Any = redis  # redis-py has no types for commands of modules
        self.base = f"{namespace}search:{{{tag('index', index)}}}"
        self.patience, self._now, self._sleep = number("patience", patience, 0, 3_600), now, sleep
        self._making = threading.Lock()

    def put(self, doc_id: str, title: str, body: str, tags: Iterable[str] = ()) -> None:
        """Add a document, or replace the one of that id. It is found from the moment it is written."""
        title, body, listed = checked(title, body, tags)
        fields = {"title": title, "body": body, "missed": missed(f"{title} {body}"), "tags": ",".join(listed)}
        self.redis.hset(self._doc(doc_id), mapping=fields)

    def delete(self, doc_id: str) -> bool:
        """Take a document away; say whether there was one."""
        return bool(self.redis.unlink(self._doc(doc_id)))

    def find(self, query: str, count: int = 10, offset: int = 0, tag: str | None = None) -> Found:
        """The documents that have every word of the query, and the tag if one is given, best first."""
        wanted = page(query, count, offset)
        # What a person typed goes in as parameters and never as part of the query's own language.
        values = {f"w{number}": word for number, word in enumerate(wanted)}
        asked = "@title|body|missed:(" + " ".join(f"${name}" for name in values) + ")"
        if tag is not None:
            values["tag"] = tag_name(tag)
            asked += " @tags:{$tag}"
        command = [
            "FT.SEARCH", self.base, asked, "WITHSCORES", "RETURN", 2, "title", "body",
            "SUMMARIZE", "FIELDS", 1, "body", "FRAGS", 1, "LEN", 20, "SEPARATOR", " … ",
            "HIGHLIGHT", "FIELDS", 1, "body", "TAGS", "[", "]",
            "LIMIT", offset, count, "DIALECT", 2, "TIMEOUT", 0,  # or one cut short would only warn, in RESP3
            "PARAMS", 2 * len(values), *[part for pair in values.items() for part in pair],
        ]  # fmt: skip
        try:
            reply = self.redis.execute_command(*command)
        except ResponseError as error:
            if not unknown(error):
                raise
            self._make_first()
            reply = self.redis.execute_command(*command)
        return found_in(reply, len(f"{self.base}:doc:"))

    def rebuild(self) -> str:
        """Build the index anew beside the one in use, let it take its place, drop the old one; its new name.

        Searches go on meanwhile. Whoever is stopped halfway leaves an index that nobody asks; rebuild again.
        Raises IndexBusy if another client builds one, or has built it and dropped this.
        """
        with self._making:
            old = self._indexes()
            fresh = f"{self.base}:v{max((number for number, _ in old), default=0) + 1}"
            try:
                self._ask("FT.CREATE", fresh, *self._schema())
                self._wait_for(fresh)
                self._ask("FT.ALIASUPDATE", self.base, fresh)
                for _, index in old:
                    with contextlib.suppress(_Unknown):
                        self._ask("FT.DROPINDEX", index)
                if old:  # the alias goes with an index that another client pointed it at meanwhile
                    self._ask("FT.ALIASUPDATE", self.base, fresh)
            except (_Exists, _Unknown) as error:
                raise IndexBusy(f"another client is building {fresh}, or has built a later one") from error
            return fresh

    def _make_first(self) -> None:
        """The first index of all; several clients may try at once, and one succeeds.

        The alias comes last, whoever made the index: from then on others search it without waiting.
        """
        with self._making, contextlib.suppress(_Unknown):  # another client has rebuilt it, and set the alias
            first = f"{self.base}:v1"
            with contextlib.suppress(_Exists):
                self._ask("FT.CREATE", first, *self._schema())
            self._wait_for(first)
            with contextlib.suppress(_Exists):
                self._ask("FT.ALIASADD", self.base, first)

    def _schema(self) -> tuple[Any, ...]:
        return ("ON", "HASH", "PREFIX", 1, f"{self.base}:doc:", "STOPWORDS", 0, "SCHEMA", *SCHEMA)

    def _wait_for(self, index: str) -> None:
        """An index reads in the background what was there before it, and finds only what it has read."""
        deadline = self._now() + self.patience
        while int(mapping(self._ask("FT.INFO", index))["indexing"]):
            if self._now() > deadline:
                raise IndexBusy(f"{index} is still reading documents after {self.patience:g} s")
            self._sleep(LOOK_AGAIN)

    def _indexes(self) -> list[tuple[int, str]]:
        """Number and name of every index of ours."""
        # In a cluster each node knows its own indexes, and no key says which to ask.
        where = {}
        if isinstance(self.redis, RedisCluster):
            where["target_nodes"] = self.redis.get_node_from_key(self.base)
        names = [text(one) for one in self.redis.execute_command("FT._LIST", **where)]
        ours = [one for one in names if one.startswith(f"{self.base}:v")]
        return sorted((int(one.rpartition(":v")[2]), one) for one in ours)

    def _ask(self, *words: Any) -> Any:
        try:
            return self.redis.execute_command(*words)
        except ResponseError as error:
            if "already exists" in str(error).lower():
                raise _Exists from error
            if unknown(error):
                raise _Unknown from error
            raise

    def _doc(self, doc_id: str) -> str:
        return f"{self.base}:doc:{name('doc_id', doc_id)}"
