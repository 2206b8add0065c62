"""The server of REDIS_URL, shared by all learners: a name of their own for every key, an ACL user for each.

Keys are "ks:<learner>:<lesson>:..." without braces, so that in a cluster a learner's keys would still
spread. Whoever leaves takes everything along. Learners that were cut off (the app was killed) are listed
with the time they were last seen, and the next app that uses the server removes what they left.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from redis import Redis
from redis.exceptions import AuthenticationError, RedisError, ResponseError

from lab.address import Address, check, explain
from lab.backend import Backend, ConnectionSpec
from lab.probe import ask, capabilities, commands_known

__all__ = ["Learner", "SharedServer"]

LEARNERS = "ks:learners"  # sorted set: who has keys here, scored by when they were last seen
LOST_AFTER = 3_600.0  # seconds without a sign of life
SIGN_OF_LIFE_EVERY = 60.0

ALLOWED = (
    "-@all +@read +@write +@blocking +@transaction +@pubsub +@connection -@admin -@dangerous -@scripting "
    # Scripts stay within the learner's keys; libraries of functions belong to the whole server.
    "+eval +evalsha +eval_ro +evalsha_ro +script|load +script|exists "
    "-randomkey -dbsize -move -pubsub -waitaof "
    # CLIENT TRACKING in broadcast mode would tell every key that anybody writes.
    "-client +client|id +client|setname +client|getname +client|setinfo +client|info +client|no-touch "
    "+ping +echo +info +time +command +memory|usage +acl|whoami"
)
# Module commands that reach beyond the keys that the ACL checks (measured with Redis Stack 7.4).
MODULES = {
    "ReJSON": {"json.mget", "json.mset", "json.debug", "json.resp"},
    "bf": {"cms.merge", "tdigest.merge"},
    "timeseries": {"ts.mget", "ts.mrange", "ts.mrevrange", "ts.queryindex"},
}
OWN = "A server of your own has it: start Keyspace without REDIS_URL."
OFF = {
    "search": f"Learners share this server, and an index could read the documents of all of them. {OWN}",
    "graph": f"Learners share this server, and one query could take all of its memory. {OWN}",
    "client_tracking": f"Learners share this server, and it would tell the keys of all of them. {OWN}",
    "functions": f"Learners share this server, and functions belong to all of them. {OWN}",
    "acl": f"Learners share this server, and its users are not theirs to change. {OWN}",
    "slot_stats": "It counts by slot, so the server must be part of a cluster, and this one is not.",
    "config": f"Learners share this server, and its settings are not theirs to change. {OWN}",
}
SHARED_NOTE = "You share this server: its memory and its time belong to everybody on it."
FENCED_NOTE = (
    "You have an ACL user that reaches only keys and channels of your own. It may see the names of other "
    "keys (SCAN), and its scripts, like everybody's, stop all others while they run."
)
UNFENCED_NOTE = (
    "The user in REDIS_URL may not create ACL users, so only the names of the keys keep learners apart."
)


@dataclass(frozen=True)
class Learner:
    """One learner's place on the shared server."""

    owner: str
    tag: str
    spec: ConnectionSpec
    backend: Backend

    def namespace(self, lesson: str) -> str:
        return f"ks:{self.tag}:{lesson}:"


class SharedServer:
    """A server that passed the check. Raises LabError where it does not."""

    def __init__(self, address: Address, now: Callable[[], float] = time.time) -> None:
        self.address = address
        self.identity = check(address)
        self._now = now
        self._app = secrets.token_hex(3)  # two apps may have the same learner, each with a password
        self._lock = threading.Lock()
        self._client = address.spec.client(decode_responses=True)
        self._seen: dict[str, float] = {}
        self._rules: list[str] | None = None
        self._may_acl = True
        with contextlib.suppress(RedisError):
            self.sweep()

    def learner(self, owner: str) -> Learner:
        """Make place for a learner. Raises LabError if the server does not let us."""
        tag = owner if re.fullmatch(r"[A-Za-z0-9_-]{1,40}", owner) else _digest(owner)
        try:
            self._sign_of_life(tag)
            spec = self._user(tag)
            backend = self._backend(tag, spec)
        except (RedisError, OSError) as error:
            raise explain(error, self.address) from error
        return Learner(owner, tag, spec, backend)

    def still_there(self, learner: Learner) -> bool:
        """Whether the learner can sign in: a server that was restarted has forgotten its users."""
        client = learner.spec.client()
        try:
            return bool(client.ping())
        except AuthenticationError:
            return False
        except (RedisError, OSError) as error:
            raise explain(error, self.address) from error
        finally:
            client.close()

    def touch(self, learner: Learner) -> None:
        """Say, now and then, that the learner is alive."""
        if self._now() - self._seen.get(learner.tag, 0.0) > SIGN_OF_LIFE_EVERY:
            with contextlib.suppress(RedisError):
                self._sign_of_life(learner.tag)

    def release(self, learner: Learner) -> None:
        """Remove the learner's keys and user. A server that cannot be reached is left as it is."""
        with contextlib.suppress(RedisError, OSError):
            self._remove(learner.tag, self._user_name(learner.tag))

    def sweep(self) -> None:
        """Remove learners of whom nobody has heard for an hour."""
        lost = self._client.zrange(LEARNERS, "-inf", self._now() - LOST_AFTER, byscore=True)
        for tag in [str(tag) for tag in lost if str(tag) not in self._seen]:
            users = [str(user) for user in self._client.acl_users()]
            self._remove(tag, *(user for user in users if re.fullmatch(f"ks-{tag}-[0-9a-f]+", user)))

    def close(self) -> None:
        self._client.close()

    def _sign_of_life(self, tag: str) -> None:
        self._client.zadd(LEARNERS, {tag: self._now()})
        self._seen[tag] = self._now()

    def _remove(self, tag: str, *users: str) -> None:
        self._seen.pop(tag, None)
        if self._may_acl:
            with contextlib.suppress(ResponseError):
                self._client.acl_deluser(*users)
        batch: list[str] = []
        for key in self._client.scan_iter(f"ks:{tag}:*", count=1_000):
            batch.append(key)
            if len(batch) == 500:
                self._client.delete(*batch)  # not UNLINK: see Bench.reset
                batch.clear()
        if batch:
            self._client.delete(*batch)  # not UNLINK: see Bench.reset
        self._client.zrem(LEARNERS, tag)

    def _user(self, tag: str) -> ConnectionSpec:
        """The learner's ACL user, or the URL's own where it may not make any."""
        with self._lock:
            if self._may_acl and self._rules is None:
                select = bool(self.address.spec.kwargs.get("db"))
                self._rules = _rules(self._client, self.identity.modules, select=select)
        if not self._may_acl:
            return self.address.spec
        password = secrets.token_hex(16)
        reach = ["reset", "on", f">{password}", "resetkeys", "resetchannels", f"~ks:{tag}:*", f"&ks:{tag}:*"]
        (reply,) = ask(self._client, [("ACL", "SETUSER", self._user_name(tag), *reach, *(self._rules or ()))])
        if isinstance(reply, ResponseError):
            self._may_acl = False
            return self.address.spec
        kwargs = {**self.address.spec.kwargs, "username": self._user_name(tag), "password": password}
        return ConnectionSpec(self.address.spec.connection_class, kwargs)

    def _user_name(self, tag: str) -> str:
        return f"ks-{tag}-{self._app}"

    def _backend(self, tag: str, spec: ConnectionSpec) -> Backend:
        return Backend(
            kind=self.identity.kind,
            version=self.identity.version,
            origin="REDIS_URL",
            program=self.address.where,
            modules=self.identity.modules,
            capabilities=capabilities(spec, server="REDIS_URL", namespace=f"ks:{tag}:", off=OFF),
            shared=True,
            notes=(SHARED_NOTE, FENCED_NOTE if self._may_acl else UNFENCED_NOTE),
        )


def _rules(client: Redis, modules: Sequence[str], *, select: bool) -> list[str]:
    """The ACL rules for this server: what it does not know is left out, since it would refuse the whole."""
    rules = ALLOWED.split() + ([] if select else ["-select"])
    names = [rule[1:] for rule in rules if "@" not in rule]
    known = commands_known(client, names)
    rules = [rule for rule in rules if "@" in rule or rule[1:] in known]
    replies = ask(client, [("COMMAND", "LIST", "FILTERBY", "MODULE", name) for name in modules])
    for name, commands in zip(modules, replies, strict=True):
        if isinstance(commands, (list, set, tuple)):
            allowed = MODULES.get(name)
            for command in sorted(str(command).lower() for command in commands):
                fine = allowed is not None and command not in allowed
                rules.append(f"+{command}" if fine else f"-{command}")
    return rules


def _digest(owner: str) -> str:
    return hashlib.sha256(owner.encode()).hexdigest()[:20]
