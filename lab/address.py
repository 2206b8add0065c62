"""REDIS_URL: read it, try it, say in one sentence what is wrong with it. The password is never repeated."""

from __future__ import annotations

import inspect
import re
import socket
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from redis.connection import Connection, SSLConnection, parse_url
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    InvalidResponse,
    NoPermissionError,
    RedisError,
    ResponseError,
    TimeoutError,
)

from lab.backend import TIME_OUT, ConnectionSpec
from lab.chain import OLDEST
from lab.errors import LabError
from lab.probe import Identity, identify
from lab.within import within

__all__ = ["Address", "check", "explain", "read_url"]

PATIENCE = 8.0  # seconds for the whole check: looking up a name has no time-out of its own
LONGEST = 3_600.0  # seconds that a time-out may have
SCHEMES = ("redis", "rediss", "unix")
# What may stand behind the "?" of the address; the lab sets time-outs, retries and pools itself.
OPTIONS = re.compile(
    r"ssl_\w+|socket_(timeout|connect_timeout|keepalive)|db|username|password|protocol|client_name"
)


@dataclass(frozen=True)
class Address:
    """A server named by REDIS_URL."""

    where: str  # "redis.example:6379" or the path of a socket: what may be shown
    spec: ConnectionSpec

    @property
    def tls(self) -> bool:
        return issubclass(self.spec.connection_class, SSLConnection)

    @property
    def has_password(self) -> bool:
        return bool(self.spec.kwargs.get("password"))


def read_url(url: str) -> Address:
    """The address in a URL. Raises LabError of kind bad_url, or cluster."""
    scheme, marks, rest = url.strip().partition("://")
    scheme = scheme.lower() if marks else ""
    url = f"{scheme}://{rest}"
    if scheme == "redis+cluster":
        raise LabError(
            "cluster",
            "REDIS_URL names a cluster (redis+cluster://), and the learners cannot share a cluster yet; "
            "give the address of a single server.",
        )
    if scheme not in SCHEMES:
        begins = f"begins with {scheme}://" if re.fullmatch(r"[a-z][a-z+]{0,15}", scheme) else "is no address"
        raise LabError(
            "bad_url",
            f"REDIS_URL {begins}; it must look like redis://[user:password@]host:port/0, rediss://... for "
            "TLS, or unix:///path/to/redis.sock.",
        )
    try:
        parts = urlsplit(url)
        kwargs = parse_url(url)
        readable = parts.port != 0 and str(kwargs.get("host", "")).isprintable()  # redis-py takes 0 for 6379
    except ValueError:  # its message may quote the password
        readable = False
    if not readable:
        raise LabError(
            "bad_url",
            "REDIS_URL cannot be read: its host, port or an option is malformed. In a password, special "
            "characters must be percent-encoded: / as %2F, # as %23, ? as %3F, @ as %40.",
        )
    connection_class = kwargs.pop("connection_class", Connection)
    if scheme == "unix" and not kwargs.get("path"):
        raise LabError("bad_url", "REDIS_URL has no path: it must look like unix:///path/to/redis.sock.")
    if scheme != "unix" and not re.fullmatch(r"/*[0-9]{0,9}/*", parts.path):
        raise LabError("bad_url", "REDIS_URL must end with the number of a database, such as /0, or nothing.")
    taken = _arguments(connection_class)
    for name, _ in parse_qsl(parts.query, keep_blank_values=True):
        if name not in taken or not OPTIONS.fullmatch(name):
            raise LabError("bad_url", f"REDIS_URL has an option that has no meaning here: {name[:40]!r}.")
    host = str(kwargs.get("host", "localhost"))
    host = f"[{host}]" if ":" in host else host
    where = kwargs.get("path") or f"{host}:{kwargs.get('port', 6379)}"
    times = {"socket_timeout": TIME_OUT, "socket_connect_timeout": TIME_OUT}
    spec = ConnectionSpec(connection_class, {**times, **kwargs})
    _try_options(spec)
    return Address(where, spec)


def _try_options(spec: ConnectionSpec) -> None:
    """Make a connection, without connecting: redis-py looks at most options only then."""
    for name in ("socket_timeout", "socket_connect_timeout"):
        if not 0 < spec.kwargs[name] <= LONGEST:
            raise LabError("bad_url", f"In REDIS_URL, {name} must be between 0 and {LONGEST:g} seconds.")
    try:
        spec.connection_class(**spec.kwargs)
    except (RedisError, ValueError, TypeError) as error:
        says = str(error).rstrip(".")
        raise LabError("bad_url", f"REDIS_URL has an option that redis-py refuses: {says}.") from None


def check(address: Address) -> Identity:
    """Reach the server and see that it will do. Raises LabError with the sentence for people."""
    try:
        found = within(PATIENCE, lambda: _identify(address), "REDIS_URL")
    except (RedisError, OSError, ValueError) as error:
        raise explain(error, address) from error
    if found.mode == "sentinel":
        raise LabError(
            "not_redis",
            f"{address.where} is a Sentinel, which watches servers; give the address of a server.",
        )
    if found.mode == "cluster":
        raise LabError(
            "cluster",
            f"{address.where} is a node of a cluster, and the learners cannot share a cluster yet; give the "
            "address of a single server.",
        )
    numbers = re.findall(r"\d+", found.version)
    if tuple(int(number) for number in numbers[:2]) < OLDEST:
        raise LabError(
            "too_old",
            f"{address.where} runs {found.kind.capitalize()} {found.version or 'of an unknown version'}; "
            "Keyspace needs 7.0 or newer.",
        )
    if found.loading:
        raise _loading(address)
    if found.role == "slave":
        raise LabError(
            "read_only", f"{address.where} is a read-only replica; give the address of its primary server."
        )
    return found


def _identify(address: Address) -> Identity:
    client = address.spec.client()
    try:
        return identify(client)
    finally:
        client.close()


def explain(error: BaseException, address: Address) -> LabError:
    """The sentence for what redis-py raised."""
    where = address.where
    causes = list(_causes(error))
    text = str(error)

    def first(*kinds: type[BaseException]) -> BaseException | None:
        return next((cause for cause in causes if isinstance(cause, kinds)), None)

    if isinstance(error, BusyLoadingError):
        return _loading(address)
    if isinstance(error, AuthenticationError):
        if address.has_password:
            return LabError("auth", f"{where} refused the password, or the user, in REDIS_URL.")
        return LabError(
            "auth", f"{where} wants a password, and REDIS_URL has none: redis://:PASSWORD@host:port/0."
        )
    if isinstance(error, NoPermissionError):
        return LabError("permission", f"The user in REDIS_URL may not do what Keyspace needs: {text}.")
    if isinstance(error, ResponseError):
        return _refusal(text, where)
    if "max number of clients" in text:
        return LabError("full", f"{where} has as many clients as it allows (maxclients).")
    if broken := first(ssl.SSLError):
        return _tls(broken, address)
    if first(TimeoutError, socket.timeout):
        hint = "; if it does not speak TLS, use redis://" if address.tls else ""
        seconds = address.spec.kwargs["socket_timeout"]
        return LabError("timeout", f"{where} did not answer within {seconds:g} seconds{hint}.")
    if first(socket.gaierror, UnicodeError):  # a name that is too long for one is not even looked up
        return LabError("host", f"The name of the host in REDIS_URL, {where}, cannot be found.")
    if first(FileNotFoundError):
        if address.tls:
            return LabError("tls", "A certificate or key file that REDIS_URL names does not exist.")
        return LabError("refused", f"There is no socket at {where}.")
    if first(PermissionError):
        return LabError("refused", f"The system does not let Keyspace open {where}.")
    if first(ConnectionRefusedError):
        return LabError("refused", f"Nothing listens at {where}: the connection was refused.")
    closed = first(ConnectionResetError, BrokenPipeError) or "closed by server" in text
    if closed and address.tls:  # a server that misses our certificate may hang up before it says so
        return _tls(ConnectionResetError("the connection was closed"), address)
    if closed or isinstance(error, InvalidResponse):
        hint = "" if address.tls else ", or wants TLS (rediss://)"
        return LabError("not_redis", f"{where} does not answer like Redis: it may be another service{hint}.")
    return LabError("refused", f"{where} cannot be reached: {text}.")


def _refusal(text: str, where: str) -> LabError:
    """The server answered with an error."""
    if "HELLO" in text and "unknown command" in text.lower():
        return LabError("too_old", f"{where} runs a Redis older than 6; Keyspace needs 7.0 or newer.")
    if text.startswith("DENIED"):
        return LabError(
            "permission",
            f"{where} is in protected mode: it has no password and takes no clients from outside.",
        )
    if "DB index" in text:
        return LabError("bad_url", f"{where} has no database of the number in REDIS_URL.")
    return LabError("unusable", f"{where} answered with an error: {text.rstrip('.')}.")


def _tls(error: BaseException, address: Address) -> LabError:
    text = getattr(error, "verify_message", "") or getattr(error, "reason", "") or str(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        hint = "name the authority's certificate in REDIS_URL with ?ssl_ca_certs=/path/ca.pem"
    elif "WRONG_VERSION" in text:
        hint = "it may not speak TLS at all: then use redis://"
    elif "NO_CERTIFICATE" in text:
        hint = "the file of ssl_ca_certs holds no certificate"
    else:
        hint = "it may want a certificate of yours: ?ssl_certfile=FILE&ssl_keyfile=FILE"
    return LabError("tls", f"TLS with {address.where} failed ({text}); {hint}.")


def _loading(address: Address) -> LabError:
    return LabError("loading", f"{address.where} is still loading its data; try again in a moment.")


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def _arguments(connection_class: type[Any]) -> set[str]:
    """Every argument that a connection class takes, its parents' included."""
    names: set[str] = set()
    for each in connection_class.__mro__[:-1]:
        names.update(inspect.signature(vars(each)["__init__"]).parameters if "__init__" in vars(each) else ())
    return names
