"""Where the numbers come from: short codes for use in lessons, titles and addresses for the learner.

`cmd:zadd` is the page of that command. Several codes are joined with commas: `cmd:zadd, facebook`.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SOURCES", "Citation", "UnknownSource", "resolve"]

_DOCS = "https://redis.io/docs/latest/"
_MANAGE = "operate/oss_and_stack/management/"
_REFERENCE = "operate/oss_and_stack/reference/"


class UnknownSource(LookupError):
    """A code that no table knows; the message says where to add it."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A source that a learner can open."""

    code: str
    title: str
    url: str


def _redis(title: str, path: str) -> tuple[str, str]:
    return f"Redis documentation: {title}", f"{_DOCS}{path}/"


SOURCES: dict[str, tuple[str, str]] = {
    "lock": _redis("Distributed locks", "develop/clients/patterns/distributed-locks"),
    "tx": _redis("Transactions", "develop/using-commands/transactions"),
    "multikey": _redis("Multi-key operations", "develop/using-commands/multi-key-operations"),
    "scripting": _redis("Scripting with Lua", "develop/programmability/eval-intro"),
    "eviction": _redis("Key eviction", "develop/reference/eviction"),
    "tracking": _redis("Client-side caching", "develop/reference/client-side-caching"),
    "replication": _redis("Replication", _MANAGE + "replication"),
    "persistence": _redis("Persistence", _MANAGE + "persistence"),
    "latency": _redis("Diagnosing latency", _MANAGE + "optimization/latency"),
    "cluster": _redis("Cluster specification", _REFERENCE + "cluster-spec"),
    "sorted-sets": _redis("Sorted sets", "develop/data-types/sorted-sets"),
    "bloom": _redis("Bloom filter", "develop/data-types/probabilistic/bloom-filter"),
    "json": _redis("JSON", "develop/data-types/json"),
    "indexes": _redis("Secondary indexing", "develop/clients/patterns/indexes"),
    "streams": _redis("Streams", "develop/data-types/streams"),
    "pubsub": _redis("Pub/Sub", "develop/pubsub"),
    "timeseries": _redis("Time series", "develop/data-types/timeseries"),
    "search:configuration": _redis(
        "Redis Search configuration parameters", "develop/ai/search-and-query/administration/configuration"
    ),
    "streams:idempotency": _redis("Idempotent XADD", "develop/data-types/streams/idempotency"),
    "use:cache-aside": _redis("Cache-aside", "develop/use-cases/cache-aside"),
    "use:streaming": _redis("Streaming", "develop/use-cases/streaming"),
    "use:rate-limiter": _redis("Rate limiter", "develop/use-cases/rate-limiter"),
    "use:session-store": _redis("Session store", "develop/use-cases/session-store"),
    "twitter-clone": _redis("Twitter clone", "develop/clients/patterns/twitter-clone"),
    "notifications": _redis("Keyspace notifications", "develop/pubsub/keyspace-notifications"),
    "valkey:delifeq": ("Valkey documentation: DELIFEQ", "https://valkey.io/commands/delifeq/"),
    "conf": (
        "Redis source: redis.conf, every setting with its default",
        "https://github.com/redis/redis/blob/unstable/redis.conf",
    ),
    "expire.c": (
        "Redis source: expire.c, how keys with a TTL are removed",
        "https://github.com/redis/redis/blob/unstable/src/expire.c",
    ),
    "geohash.h": (
        "Redis source: geohash.h, 26 bits for each axis",
        "https://github.com/redis/redis/blob/unstable/src/geohash.h",
    ),
    "kleppmann": (
        "Martin Kleppmann: How to do distributed locking (2016)",
        "https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html",
    ),
    "antirez:101": ("Salvatore Sanfilippo: Is Redlock safe? (2016)", "http://antirez.com/news/101"),
    "facebook": (
        "Nishtala and others: Scaling Memcache at Facebook, NSDI 2013, section 3.2.1",
        "https://www.usenix.org/conference/nsdi13/technical-sessions/presentation/nishtala",
    ),
    "ddia": (
        "Martin Kleppmann: Designing Data-Intensive Applications, O'Reilly, 2017, chapter 1",
        "https://dataintensive.net/",
    ),
    "xfetch": (
        "Vattani, Chierichetti, Lowenstein: Optimal Probabilistic Cache Stampede Prevention, VLDB 2015",
        "https://www.vldb.org/pvldb/vol8/p886-vattani.pdf",
    ),
    "cloudflare:counting": (
        "Cloudflare: Counting things, a lot of different things",
        "https://blog.cloudflare.com/counting-things-a-lot-of-different-things/",
    ),
    "ietf:ratelimit": (
        "IETF draft: RateLimit header fields for HTTP",
        "https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/",
    ),
    "ietf:idempotency": (
        "IETF draft: The Idempotency-Key HTTP header field",
        "https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/",
    ),
    "stripe:idempotency": (
        "Stripe documentation: Idempotent requests",
        "https://docs.stripe.com/api/idempotent_requests",
    ),
    "rfc:9110": (
        "IETF: HTTP Semantics, RFC 9110, section 10.2.3 (Retry-After)",
        "https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3",
    ),
    "owasp:sessions": (
        "OWASP: Session Management Cheat Sheet",
        "https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html",
    ),
    "redisgraph": _redis(
        "RedisGraph, a deprecated feature",
        "operate/oss_and_stack/stack-with-enterprise/deprecated-features/graph",
    ),
    "falkordb": ("FalkorDB documentation: Introduction", "https://docs.falkordb.com/"),
    "falkordb:configuration": (
        "FalkorDB documentation: Configuration",
        "https://docs.falkordb.com/getting-started/configuration.html",
    ),
    "jepsen:redis": (
        "Kyle Kingsbury: Jepsen, Redis (2013)",
        "https://aphyr.com/posts/283-jepsen-redis",
    ),
}


def resolve(codes: str) -> tuple[Citation, ...]:
    """The sources behind "cmd:zadd, facebook"; an empty text has none."""
    return tuple(_one(code) for code in (part.strip() for part in codes.split(",")) if code)


def _one(code: str) -> Citation:
    kind, _, name = code.partition(":")
    if kind == "cmd" and name:
        title = name.upper().replace("-", " ")
        return Citation(code, f"Redis documentation: {title}", f"{_DOCS}commands/{name}/")
    if code not in SOURCES:
        raise UnknownSource(f"No source is called {code!r}. Add it to lessons/sources.py.")
    return Citation(code, *SOURCES[code])
