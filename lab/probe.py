"""Finds out what a server is and can do: INFO, COMMAND INFO, and one small trial of every capability.

Versions are not trusted: a command may be there and refused (an ACL, a managed service), or answer unlike
Redis (fakeredis). All trials travel in one write, use keys of their own, and leave none behind.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from redis import Redis
from redis.exceptions import NoPermissionError, ResponseError

from lab.backend import Capability, ConnectionSpec

__all__ = ["Identity", "ask", "capabilities", "commands_known", "identify"]

Reply = object  # what redis-py's parser made of it, or the ResponseError


@dataclass(frozen=True, slots=True)
class Identity:
    """What a server says of itself."""

    kind: Literal["redis", "valkey"]
    version: str
    mode: str  # "standalone", "cluster" or "sentinel"
    role: str  # "master" or "slave"
    loading: bool
    modules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """How to try one capability out. `{key}` in a command becomes a key that is removed afterwards."""

    name: str
    commands: tuple[tuple[str, ...], ...]
    missing: str  # what brings it, for a server that does not know the command
    works: Callable[[Sequence[Reply]], bool] = lambda replies: True
    otherwise: str = ""  # the reason where all commands answer, but not as they should


NEEDS_MODULE = "Redis 8 with its modules, and Redis Stack, have it."
TRIALS = (
    Trial(
        "search",
        (
            ("FT.CREATE", "{key}", "PREFIX", "1", "{key}:", "SCHEMA", "text", "TEXT"),
            ("FT.DROPINDEX", "{key}"),
        ),
        NEEDS_MODULE,
    ),
    Trial(
        "json",
        (("JSON.SET", "{key}j", "$", '{"n":1}'), ("JSON.NUMINCRBY", "{key}j", "$.n", "1")),
        NEEDS_MODULE,
    ),
    Trial("bloom", (("BF.RESERVE", "{key}b", "0.01", "100"), ("BF.ADD", "{key}b", "x")), NEEDS_MODULE),
    Trial("timeseries", (("TS.CREATE", "{key}t"), ("TS.ADD", "{key}t", "1", "1")), NEEDS_MODULE),
    Trial(
        "graph",
        (("GRAPH.QUERY", "{key}g", "RETURN 1"), ("GRAPH.DELETE", "{key}g")),
        "The FalkorDB module has it.",
    ),
    Trial(
        "hyperloglog",
        (("PFADD", "{key}h", "a"), ("GETRANGE", "{key}h", "0", "3")),
        "Every Redis has it.",
        works=lambda replies: replies[1] == b"HYLL",
        otherwise="A plain set stands behind it here, so its count is exact. A real server has the sketch.",
    ),
    Trial(
        "hash_field_ttl",
        (("HSET", "{key}f", "a", "1"), ("HEXPIRE", "{key}f", "100", "FIELDS", "1", "a")),
        "It came with Redis 7.4 and Valkey 9.0.",
        works=lambda replies: replies[1] == [1],
    ),
    Trial("memory_usage", (("SET", "{key}m", "1"), ("MEMORY", "USAGE", "{key}m")), "Redis 4.0 brought it."),
    Trial("object_freq", (("SET", "{key}o", "1"), ("OBJECT", "FREQ", "{key}o")), "Redis 4.0 brought it."),
    Trial(
        "client_tracking", (("CLIENT", "TRACKING", "ON"), ("CLIENT", "TRACKING", "OFF")), "Redis 6 has it."
    ),
    Trial(
        "slot_stats",
        (("CLUSTER", "SLOT-STATS", "SLOTSRANGE", "0", "0"),),
        "It came with Redis 8.2 and Valkey 8.0, for servers in a cluster.",
    ),
    Trial(
        "functions",
        (
            (
                "FUNCTION",
                "LOAD",
                "#!lua name={name}\nredis.register_function('{name}', function() return 1 end)",
            ),
            ("FCALL", "{name}", "0"),
            ("FUNCTION", "DELETE", "{name}"),
        ),
        "Redis 7.0 brought them.",
        works=lambda replies: replies[1] == 1,
    ),
    Trial(
        "acl", (("ACL", "SETUSER", "{name}", "off"), ("ACL", "DELUSER", "{name}")), "Redis 6.0 brought them."
    ),
    Trial("wait", (("WAIT", "0", "1"),), "Redis 3.0 brought it."),
    Trial(
        "config",
        (("CONFIG", "GET", "maxmemory"),),
        "Every Redis has it.",
        works=lambda replies: bool(replies[0]),
        otherwise="The server hides its settings.",
    ),
    Trial(
        "scripts",
        (("EVAL", "return redis.call('TIME')", "0"),),
        "Every Redis has them.",
        works=lambda replies: isinstance(replies[0], list),
    ),
)


def ask(client: Redis, commands: Sequence[Sequence[str]]) -> list[Reply]:
    """Send commands in one write and return what came back as the parser gives it, errors as values."""
    pool = client.connection_pool
    connection = pool.get_connection()
    try:
        connection.send_packed_command(connection.pack_commands([tuple(words) for words in commands]))
        replies: list[Reply] = []
        for _ in commands:
            try:
                replies.append(connection.read_response())
            except ResponseError as error:
                replies.append(error)
        return replies
    finally:
        pool.release(connection)


def identify(client: Redis) -> Identity:
    """What INFO says. Raises redis-py's errors."""
    (reply,) = ask(client, [("INFO",)])
    if isinstance(reply, ResponseError):
        raise reply
    text = reply if isinstance(reply, str) else bytes(reply).decode(errors="replace")  # type: ignore[call-overload]
    lines = [line.partition(":") for line in str(text).splitlines()]
    fields = {name: value.strip() for name, _, value in lines}
    modules = [value for name, _, value in lines if name == "module"]
    valkey = fields.get("valkey_version")
    return Identity(
        "valkey" if valkey else "redis",
        valkey or fields.get("redis_version", ""),
        fields.get("server_mode") or fields.get("redis_mode", "standalone"),
        fields.get("role", "master"),
        fields.get("loading", "0") == "1",
        tuple(sorted(part[5:] for value in modules for part in value.split(",") if part.startswith("name="))),
    )


def commands_known(client: Redis, names: Sequence[str]) -> set[str]:
    """Which of these commands ("get", "cluster|slot-stats") the server has."""
    (reply,) = ask(client, [("COMMAND", "INFO", *names)])
    if not isinstance(reply, (list, tuple, dict)):
        return set(names)  # it will not say: let the trials tell
    if isinstance(reply, dict):
        return {name for name in names if reply.get(name) or reply.get(name.encode())}
    return {name for name, found in zip(names, reply, strict=False) if found}


def capabilities(
    spec: ConnectionSpec,
    *,
    server: str,
    namespace: str = "",
    reasons: Mapping[str, str] | None = None,
    off: Mapping[str, str] | None = None,
) -> tuple[Capability, ...]:
    """Try every capability out.

    `reasons` has a better reason for some names than the server can give; what is `off` is not even tried.
    """
    off = off or {}
    trials = [trial for trial in TRIALS if trial.name not in off]
    name = f"smoke{secrets.token_hex(4)}"
    key = f"{namespace}{name}"
    client = spec.client(decode_responses=False)
    try:
        heads = {trial.name: [_head(command) for command in trial.commands] for trial in trials}
        known = commands_known(client, sorted({head for all_of in heads.values() for head in all_of}))
        commands = [
            tuple(word.replace("{key}", key).replace("{name}", name) for word in command)
            for trial in trials
            for command in trial.commands
        ]
        replies = ask(client, [*commands, *(("DEL", key + letter) for letter in "jbthfmo")])
    finally:
        client.close()
    found = {name: Capability(name, False, reason) for name, reason in off.items()}
    for trial in trials:
        own, replies = replies[: len(trial.commands)], replies[len(trial.commands) :]
        unknown = [head for head in heads[trial.name] if head not in known]
        reason = _why_not(trial, unknown, own, server)
        if reason:
            reason = (reasons or {}).get(trial.name) or reason
        found[trial.name] = Capability(trial.name, not reason, reason)
    return tuple(found[trial.name] for trial in TRIALS)


def _head(command: Sequence[str]) -> str:
    """The name under which COMMAND INFO knows a command."""
    containers = ("MEMORY", "OBJECT", "CLIENT", "CLUSTER", "FUNCTION", "ACL", "CONFIG")
    return "|".join(command[:2] if command[0] in containers else command[:1]).lower()


def _why_not(trial: Trial, unknown: list[str], replies: Sequence[Reply], server: str) -> str:
    failed = [index for index, reply in enumerate(replies) if isinstance(reply, Exception)]
    errors = [str(replies[index]) for index in failed]
    if trial.name == "object_freq" and any("LFU" in error for error in errors):
        return ""  # it is there, and counts once the policy is an LFU one
    name = (unknown + [_head(trial.commands[index]) for index in failed] + [_head(trial.commands[-1])])[0]
    name = name.replace("|", " ").upper()
    if any(isinstance(reply, NoPermissionError) for reply in replies):
        return f"The user that Keyspace signs in with may not call {name}; its ACL would have to allow it."
    if unknown or any("unknown command" in error.lower() for error in errors):
        if server == "fakeredis":
            return f"fakeredis has no {name}; a real server has."
        return f"This server has no {name}. {trial.missing}"
    if errors and "cluster support disabled" in errors[0]:
        return "It counts by slot, so the server must be part of a cluster, and this one is not."
    if errors:
        return trial.otherwise or f"{name} was refused: {errors[0]}"
    return "" if trial.works(replies) else trial.otherwise or f"{name} answered something unexpected."
