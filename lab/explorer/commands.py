"""What the explorer knows of each Redis command. What it does not know it refuses by name."""

from __future__ import annotations

from math import ceil

__all__ = ["BLOCKING", "READS", "UNPREDICTABLE", "blocks", "name_of", "refusal", "unblocked", "waits_ms"]

Command = tuple[bytes, ...]


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


READS = _names("""
    GET MGET STRLEN GETRANGE SUBSTR GETBIT BITCOUNT BITPOS BITFIELD_RO LCS EXISTS TYPE KEYS SCAN DBSIZE
    TTL PTTL EXPIRETIME PEXPIRETIME DUMP SORT_RO HGET HMGET HGETALL HKEYS HVALS HLEN HEXISTS
    HSTRLEN HSCAN HTTL HPTTL HEXPIRETIME HPEXPIRETIME LLEN LRANGE LINDEX LPOS SMEMBERS SISMEMBER
    SMISMEMBER SCARD SDIFF SINTER SINTERCARD SUNION SSCAN ZSCORE ZMSCORE ZCARD ZCOUNT ZLEXCOUNT ZRANK
    ZREVRANK ZRANGE ZREVRANGE ZRANGEBYSCORE ZREVRANGEBYSCORE ZRANGEBYLEX ZREVRANGEBYLEX ZDIFF ZINTER
    ZINTERCARD ZUNION ZSCAN GEOPOS GEODIST GEOHASH GEOSEARCH GEORADIUS_RO GEORADIUSBYMEMBER_RO XLEN
    XRANGE XREVRANGE XREAD XPENDING EVAL_RO EVALSHA_RO PING ECHO TIME JSON.GET JSON.MGET JSON.TYPE
    JSON.ARRLEN JSON.ARRINDEX JSON.OBJKEYS JSON.OBJLEN JSON.STRLEN BF.EXISTS BF.MEXISTS BF.CARD BF.INFO
    CF.EXISTS CF.MEXISTS CF.COUNT CMS.QUERY CMS.INFO TOPK.QUERY TOPK.LIST WATCH UNWATCH
""")
"""Leave the keyspace as it is. PFCOUNT is none of them: it keeps its last count in the value."""

WRITES = _names("""
    SET SETNX SETEX PSETEX MSET MSETNX GETSET GETDEL GETEX APPEND SETRANGE INCR DECR INCRBY DECRBY
    INCRBYFLOAT SETBIT BITOP BITFIELD DEL UNLINK RENAME RENAMENX COPY EXPIRE PEXPIRE EXPIREAT PEXPIREAT
    PERSIST TOUCH RESTORE SORT FLUSHDB FLUSHALL PFADD PFCOUNT PFMERGE HSET HSETNX HMSET HDEL HINCRBY
    HINCRBYFLOAT HEXPIRE HPEXPIRE HEXPIREAT HPEXPIREAT HPERSIST HGETDEL HGETEX HSETEX LPUSH RPUSH LPUSHX
    RPUSHX LPOP RPOP LREM LSET LTRIM LINSERT LMOVE RPOPLPUSH LMPOP BLPOP BRPOP BLMOVE BRPOPLPUSH BLMPOP
    SADD SREM SMOVE SDIFFSTORE SINTERSTORE SUNIONSTORE ZADD ZINCRBY ZREM ZREMRANGEBYRANK
    ZREMRANGEBYSCORE ZREMRANGEBYLEX ZPOPMIN ZPOPMAX ZMPOP BZPOPMIN BZPOPMAX BZMPOP ZRANGESTORE
    ZDIFFSTORE ZINTERSTORE ZUNIONSTORE GEOADD GEOSEARCHSTORE GEORADIUS GEORADIUSBYMEMBER XADD XTRIM XDEL
    XDELEX XSETID XGROUP XREADGROUP XACK XACKDEL XCLAIM XAUTOCLAIM EVAL EVALSHA MULTI EXEC DISCARD
    PUBLISH SPUBLISH JSON.SET JSON.MSET JSON.DEL JSON.FORGET JSON.NUMINCRBY JSON.NUMMULTBY
    JSON.STRAPPEND JSON.ARRAPPEND JSON.ARRINSERT JSON.ARRPOP JSON.ARRTRIM JSON.CLEAR JSON.TOGGLE
    JSON.MERGE BF.RESERVE BF.ADD BF.MADD BF.INSERT CF.RESERVE CF.ADD CF.ADDNX CF.INSERT CF.INSERTNX
    CF.DEL CMS.INITBYDIM CMS.INITBYPROB CMS.INCRBY CMS.MERGE TOPK.RESERVE TOPK.ADD TOPK.INCRBY
""")

CONNECTION = _names("SUBSCRIBE UNSUBSCRIBE PSUBSCRIBE PUNSUBSCRIBE SSUBSCRIBE SUNSUBSCRIBE")
"""Change the connection and not the keyspace."""

UNPREDICTABLE = _names("SPOP SRANDMEMBER HRANDFIELD ZRANDMEMBER RANDOMKEY")
"""The server draws lots: its reply is no function of the keyspace and the command."""

BLOCKING = {
    "BLPOP": -1, "BRPOP": -1, "BRPOPLPUSH": -1, "BLMOVE": -1, "BZPOPMIN": -1, "BZPOPMAX": -1, "BLMPOP": 1,
    "BZMPOP": 1,
}  # fmt: skip
"""Where the time-out stands, in seconds."""

_ONE_DATABASE = "the explorer watches database 0 only"
REASONS = {
    "SELECT": _ONE_DATABASE,
    "MOVE": _ONE_DATABASE,
    "SWAPDB": _ONE_DATABASE,
    "FUNCTION": "libraries of functions are state that no digest shows; use a script",
    "FCALL": "libraries of functions are state that no digest shows; use a script",
    "FCALL_RO": "libraries of functions are state that no digest shows; use a script",
    "OBJECT": "what it tells depends on the clock and the memory of the process",
    "WAIT": "there is no replica here",
    "INFO": "what it tells depends on the process",
}


def name_of(command: Command) -> str:
    """The command's name in capitals."""
    return command[0].decode("ascii", "replace").upper()


def refusal(command: Command) -> str | None:
    """Why this command cannot be explored, or None."""
    name = name_of(command)
    if name in UNPREDICTABLE:
        return f"{name}: the server draws lots, so its reply does not follow from the keyspace"
    if (
        name == "XINFO"
        and len(command) > 1
        and not (len(command) == 3 and command[1].upper() in (b"STREAM", b"GROUPS"))
    ):
        return f"{name} {command[1].decode()}: its idle times belong to the server's own clock"
    if name == "COPY" and _option(command, b"DB", 3) is not None:
        return f"COPY with DB: {_ONE_DATABASE}"
    if name == "OBJECT" and command[1:2] and command[1].upper() == b"ENCODING":
        return "OBJECT ENCODING: one value may be kept in several ways, and a digest does not show in which"
    if name == "XREAD" and b"$" in command and blocks(command):
        return "XREAD with BLOCK and $: what '$' stands for depends on when the wait began; read from an id"
    if name == "XINFO" or name in READS or name in WRITES or name in CONNECTION:
        return None
    why = REASONS.get(name, "it changes or tells something that a digest of the keyspace does not show")
    return f"{name}: {why}"


def _option(command: Command, option: bytes, start: int) -> int | None:
    for index in range(start, len(command) - 1):
        word = command[index].upper()
        if word == option:
            return index
        if word == b"STREAMS":
            return None
    return None


def blocks(command: Command) -> bool:
    """Whether the command waits for an element or an entry."""
    name = name_of(command)
    if name in BLOCKING:
        return True
    return name in ("XREAD", "XREADGROUP") and _option(command, b"BLOCK", 1) is not None


def waits_ms(command: Command) -> int | None:
    """How long a blocking command waits; None is for ever."""
    name = name_of(command)
    if name in BLOCKING:
        seconds = float(command[BLOCKING[name]])
        return ceil(seconds * 1000) if seconds > 0 else None
    found = _option(command, b"BLOCK", 1)
    wait = int(command[found + 1]) if found is not None else 0
    return wait if wait > 0 else None


def unblocked(command: Command) -> Command:
    """What a command that waits does where there is something already; any other one as it is."""
    name = name_of(command)
    if name in ("BLPOP", "BRPOP", "BZPOPMIN", "BZPOPMAX"):
        twin, end = (b"LMPOP", b"LEFT" if name == "BLPOP" else b"RIGHT")
        if name.startswith("BZ"):
            twin, end = b"ZMPOP", name.removeprefix("BZPOP").encode()
        return (twin, b"%d" % (len(command) - 2), *command[1:-1], end)
    if name in ("BLMOVE", "BRPOPLPUSH"):
        return (name[1:].encode(), *command[1:-1])
    if name in ("BLMPOP", "BZMPOP"):
        return (name[1:].encode(), *command[2:])
    found = _option(command, b"BLOCK", 1) if name in ("XREAD", "XREADGROUP") else None
    return command if found is None else (*command[:found], *command[found + 2 :])
