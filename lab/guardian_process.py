"""The guardian: the one process that starts, watches and ends the private servers.

Run as a script by `lab.guardian` with the arguments APP_PID TEMP_FOLDER. It uses the standard library only,
so it starts in some 40 ms, and it has a single thread, since on Linux a server asks to be killed when *the
thread* that forked it ends. Orders come in as JSON lines on standard input, events go out on standard
output:

    {"do": "start", "id": 1, "argv": [...], "env": {...}, "memory": 1073741824}
    {"do": "signal", "id": 1, "signal": 9}
    {"is": "ready", "id": 1, "pid": 42}    {"is": "signalled", "id": 1}
    {"is": "ended", "id": 1, "signal": 9, "code": null, "log": [...]}

When the app is gone, however it went, every server is killed and the folder removed.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import resource
import selectors
import shutil
import signal
import socket
import sys
import time
from collections import deque
from typing import Any

PREFIX = "keyspace-run-"
LOCK = "lock"
SOCKET = "r.sock"
READY = (b"ready to accept connections", b"sentinel id is")  # a sentinel has words of its own
UNLOCKED_FOLDER_IS_STALE_AFTER = 60.0  # seconds: a guardian locks its folder in the moment it makes it
LOOK_FOR_THE_APP_EVERY = 1.0  # seconds, where the kernel cannot tell us that it ended

try:
    import ctypes

    _libc = ctypes.CDLL(None) if sys.platform == "linux" else None
except (ImportError, OSError):
    _libc = None


class Server:
    """One server process and the last lines it logged."""

    def __init__(self, ident: int, pid: int, log: int, folder: str) -> None:
        self.ident, self.pid, self.log, self.folder = ident, pid, log, folder
        self.ready = False
        self.rest = b""
        self.lines: deque[str] = deque(maxlen=20)


def main(app: int, temp: str) -> None:
    """Serve orders until the app is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the app; its end is what ends us
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    folder, lock = make_folder(temp)
    guardian = Guardian(app, folder)
    try:
        guardian.say({"is": "here", "folder": folder})
        sweep(temp)
        guardian.run()
    finally:
        guardian.end()
        os.close(lock)


class Guardian:
    def __init__(self, app: int, folder: str) -> None:
        self.app, self.folder = app, folder
        self.servers: dict[int, Server] = {}
        self.orders = b""
        self.over = False
        self.events = selectors.DefaultSelector()
        self.events.register(0, selectors.EVENT_READ, self.read_orders)
        wake, waker = os.pipe()
        for end in (wake, waker):
            os.set_blocking(end, False)
        self.events.register(wake, selectors.EVENT_READ, lambda _: os.read(wake, 4096))
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, self.stop)
        # A child forked by the app keeps our input open after the app's death: watch the app itself too.
        with contextlib.suppress(AttributeError, OSError):
            self.events.register(os.pidfd_open(app), selectors.EVENT_READ, self.stop)

    def run(self) -> None:
        while not self.over and os.getppid() == self.app:
            for key, _ in self.events.select(LOOK_FOR_THE_APP_EVERY):
                key.data(key.fd)
            self.reap()  # last, since it closes files that the same round of events may speak of

    def stop(self, *_: object) -> None:
        self.over = True

    def say(self, event: dict[str, Any]) -> None:
        data = json.dumps(event).encode() + b"\n"
        try:
            while data:
                data = data[os.write(1, data) :]
        except OSError:
            self.over = True

    def read_orders(self, fd: int) -> None:
        data = os.read(fd, 65536)
        if not data:
            self.over = True
        *lines, self.orders = (self.orders + data).split(b"\n")
        for line in lines:
            order = json.loads(line)
            if order["do"] == "start":
                self.start(order)
            elif order["do"] == "signal":
                if order["id"] in self.servers:
                    send_signal(self.servers[order["id"]].pid, order["signal"])
                self.say({"is": "signalled", "id": order["id"]})

    def start(self, order: dict[str, Any]) -> None:
        ident = order["id"]
        folder = os.path.join(self.folder, f"s{ident}")
        try:
            os.mkdir(folder, 0o700)
            log, theirs = os.pipe()
            me = os.getpid()
            pid = os.fork()
        except OSError as error:
            self.say({"is": "ended", "id": ident, "signal": None, "code": None, "log": [str(error)]})
            return
        if pid == 0:
            become_server(order, folder, theirs, me)
        os.close(theirs)
        os.set_blocking(log, False)
        server = self.servers[ident] = Server(ident, pid, log, folder)
        self.events.register(log, selectors.EVENT_READ, lambda _: self.read_log(server))

    def read_log(self, server: Server) -> None:
        try:
            data = os.read(server.log, 65536)
        except BlockingIOError:
            return
        if not data:
            self.events.unregister(server.log)
            return
        *lines, server.rest = (server.rest + data).split(b"\n")
        server.rest = server.rest[-4096:]
        for line in lines:
            server.lines.append(line.decode(errors="replace"))
            if not server.ready and any(words in line.lower() for words in READY):
                server.ready = True
                self.say({"is": "ready", "id": server.ident, "pid": server.pid})

    def reap(self) -> None:
        for server in list(self.servers.values()):
            pid, status = os.waitpid(server.pid, os.WNOHANG)
            if pid:
                self.bury(server, status)

    def bury(self, server: Server, status: int) -> None:
        del self.servers[server.ident]
        if server.log in self.events.get_map():
            self.read_log(server)
        if server.log in self.events.get_map():
            self.events.unregister(server.log)
        os.close(server.log)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(server.pid, signal.SIGKILL)  # what it forked itself, such as a background save
        shutil.rmtree(server.folder, ignore_errors=True)
        killed = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
        log = list(server.lines)
        self.say({"is": "ended", "id": server.ident, "signal": killed, "code": code, "log": log})

    def end(self) -> None:
        for server in self.servers.values():
            send_signal(server.pid, signal.SIGKILL)
        for server in self.servers.values():
            os.waitpid(server.pid, 0)
        shutil.rmtree(self.folder, ignore_errors=True)


def become_server(order: dict[str, Any], folder: str, log: int, guardian: int) -> None:
    """In the forked child: limits, then the server's program. Never returns."""
    try:
        os.setpgid(0, 0)
        if _libc is not None:
            _libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: the kernel kills us when the guardian ends
            if os.getppid() != guardian:  # it ended before we could ask for that
                os._exit(1)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        limit(resource.RLIMIT_CORE, 0)
        if order.get("memory"):
            limit(resource.RLIMIT_AS, order["memory"])
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
            score.write("900")  # if the machine runs out of memory, a learner's server goes first
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.chdir(folder)
        os.execve(order["argv"][0], order["argv"], {**os.environ, **order.get("env", {})})
    except BaseException as error:  # noqa: BLE001  this is another process: it may only report and end
        with contextlib.suppress(OSError):
            os.write(log, f"{order['argv'][0]}: {error}\n".encode())
    os._exit(127)


def limit(what: int, most: int) -> None:
    """Set a limit where the system knows it; macOS refuses some."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(what, (most, most))


def send_signal(pid: int, number: int) -> None:
    """Signal a server that has not been reaped yet."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def make_folder(temp: str) -> tuple[str, int]:
    """A folder of our own, locked for as long as we live."""
    folder = os.path.join(temp, PREFIX + os.urandom(5).hex())
    os.mkdir(folder, 0o700)
    new = os.path.join(folder, LOCK + ".new")
    lock = os.open(new, os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    os.rename(new, os.path.join(folder, LOCK))  # nobody ever sees the lock file unlocked
    return folder, lock


def sweep(temp: str) -> None:
    """Remove what guardians left that were killed together with their app."""
    for entry in os.scandir(temp):
        with contextlib.suppress(OSError):
            if not entry.name.startswith(PREFIX) or not entry.is_dir(follow_symlinks=False):
                continue
            found = entry.stat(follow_symlinks=False)
            if found.st_uid == os.getuid() and is_stale(entry.path, time.time() - found.st_mtime):
                shut_down_servers(entry.path)
                shutil.rmtree(entry.path, ignore_errors=True)


def is_stale(folder: str, age: float) -> bool:
    """Whether nobody holds the folder's lock. (If we get the lock we keep it: we end the folder or die.)"""
    try:
        lock = os.open(os.path.join(folder, LOCK), os.O_RDWR)
    except FileNotFoundError:
        return age > UNLOCKED_FOLDER_IS_STALE_AFTER
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return False
    return True


def shut_down_servers(folder: str) -> None:
    """For macOS, where the kernel could not kill them: ask over their sockets, never by process numbers."""
    for entry in os.scandir(folder):
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as server:
            server.settimeout(0.2)
            server.connect(os.path.join(entry.path, SOCKET))
            server.sendall(b"SHUTDOWN NOSAVE NOW FORCE\r\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
