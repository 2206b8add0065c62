"""An exception as a sentence for people: what happened, probably why, what next."""

from __future__ import annotations

from dataclasses import dataclass

from redis import exceptions

from lab.show import error_text, shown

__all__ = ["Failure", "failure_of"]


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong in a run. `kind` is the class of the exception."""

    kind: str
    says: str


_BY_TEXT = {
    "NOAUTH": "The server wants a password before it answers. Put user and password into REDIS_URL.",
    "WRONGPASS": "The server refused this user and password. Check the ones in REDIS_URL.",
    "NOPERM": "This user may not do that on this server: {said}. Another user in REDIS_URL may.",
    "READONLY": "This server is a replica and takes no writes. Write to its primary.",
    "OOM": "The server is out of memory (maxmemory) and evicts nothing, so it refuses writes. Delete keys, "
    "give them a TTL, or choose an eviction policy. Reading still works.",
    "WRONGTYPE": "A key holds another type of value than this command works on. Other code uses the same "
    "key, or an earlier run left it behind: delete it, or choose another key.",
    "LOADING": "The server has just started and is still loading its data. Try again in a moment.",
    "BUSYGROUP": "A consumer group of this name exists already.",
    "BUSY": "A script has been running for too long, and the server answers nobody else. SCRIPT KILL ends it "
    "unless it has written; then only SHUTDOWN NOSAVE does, and it ends the server too.",
    "UNKILLABLE": "The script that runs has already written, so Redis will not stop it halfway. Only "
    "SHUTDOWN NOSAVE ends it, and with it the server: what is not on disk is gone.",
    "CROSSSLOT": "The keys of this command lie in different hash slots, and a cluster runs a command on one "
    "slot only. Give keys that must meet the same {{hash tag}}.",
    "NOSCRIPT": "The server does not know this script: it was restarted, or its scripts were flushed. Send "
    "it once with EVAL or SCRIPT LOAD; register_script of redis-py does that by itself.",
    "EXECABORT": "The transaction was discarded because a command in it was refused when it was queued.",
    "MISCONF": "The server cannot save its data to disk and refuses writes until it can.",
    "NOREPLICAS": "Too few replicas are in reach, and the server was told not to accept writes then.",
    "MASTERDOWN": "This replica lost its primary and was told not to answer with old data.",
    "CLUSTERDOWN": "The cluster is down: some hash slots have no server. Wait for the failover.",
    "MOVED": "This key lives on another server of the cluster. Connect with a cluster client.",
    "ASK": "This key is on its way to another server of the cluster. Connect with a cluster client.",
    "TRYAGAIN": "The keys of this command are being moved to another server. Try again in a moment.",
}


def failure_of(error: BaseException) -> Failure:
    """The failure that this exception is. An error of the pattern's own (ValueError) is shown as it is."""
    return Failure(type(error).__name__, _sentence(error))


def _sentence(error: BaseException) -> str:
    if isinstance(says := getattr(error, "says", None), str):
        return says
    said = shown(error_text(error), 300)
    # A pipeline puts the number and the text of the command before the server's words.
    words = said.split(" caused error: ", 1)[-1] if said.startswith("Command # ") else said
    code, _, rest = words.partition(" ")
    if code in _BY_TEXT:
        return _BY_TEXT[code].format(said=rest.rstrip("."))
    words = words.removeprefix("ERR ")
    match error:
        case SystemExit():
            return "The code ends the program (SystemExit). What runs in a lesson must return."
        case exceptions.WatchError():
            return "A watched key changed before EXEC, so the transaction did not run. Read again and retry."
        case exceptions.MaxConnectionsError():
            return (
                "Every connection of the pool is in use. Fewer clients at once, or a larger pool, would do."
            )
        case exceptions.TimeoutError():
            return (
                "No answer came in time: the server hangs, or the network does. "
                "The command may still have run: look before you send it again."
            )
        case exceptions.AuthenticationError() | exceptions.AuthorizationError():
            return f"The server refused this user or password: {_stop(said)} Check the ones in REDIS_URL."
        case exceptions.ConnectionError():
            return _connection(said)
        case exceptions.ResponseError() if "unknown command" in words:
            return (
                f"This server does not know the command: {_stop(words)} Another server, or a module, has it."
            )
        case exceptions.ResponseError():
            return f"Redis refused the command: {_stop(words)}"
        case exceptions.RedisError():
            return f"redis-py refused: {_stop(said)}"
        case UnicodeError():
            return "A value in this reply is not text (UTF-8), and this client turns every reply into text."
        case ValueError():
            return _stop(said)
        case TimeoutError():
            return f"It took too long: {_stop(said)}"
        case _:
            return f"{type(error).__name__}: {_stop(said)}"


def _connection(said: str) -> str:
    low = said.lower()
    if "max number of clients" in low:
        return "The server has as many clients as it accepts (maxclients). Close some, or try again later."
    if "refused" in low or "no such file" in low or "error 2 " in low or "error 111" in low:
        return "No server answers there: it was stopped, or is just starting. Run it once more in a moment."
    if "name or service" in low or "getaddrinfo" in low or "nodename" in low:
        return "No machine has that name. Check the host in REDIS_URL."
    return (
        f"The connection to the server broke: {_stop(said)} The server was stopped, restarted or cut off. "
        "The command may have run or not: look before you send it again."
    )


def _stop(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
