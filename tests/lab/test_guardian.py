"""The guardian starts real processes, and nothing of them stays, in whatever order things are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab import guardian as module
from lab.errors import LabError
from lab.guardian import Guardian, Process
from tests.waiting import is_running, wait_until

ROOT = Path(__file__).parents[2]
# A stand-in for a server: says what a server says when it is ready, then waits.
READY = "import sys, threading; print('Ready to accept connections', flush=True); threading.Event().wait()"


def start(guardian: Guardian, program: str = READY, **options: float) -> Process:
    return guardian.start(lambda folder: [sys.executable, "-I", "-S", "-c", program], **options)  # type: ignore[arg-type]


@pytest.fixture
def guardian() -> Iterator[Guardian]:
    it = Guardian()
    yield it
    it.close()


def test_a_server_has_a_process_and_a_folder_and_killing_it_leaves_neither(guardian: Guardian) -> None:
    process = start(guardian)
    assert is_running(process.pid)
    assert process.folder.is_dir()
    assert process.folder.stat().st_mode & 0o777 == 0o700
    assert process.kill()
    assert not is_running(process.pid)
    assert not process.folder.exists()
    assert process.ended is not None
    assert process.ended.says == "signal 9"


def test_a_server_killed_by_someone_else_is_noticed(guardian: Guardian) -> None:
    process = start(guardian)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait(5)
    assert process.ended is not None
    assert process.ended.signal == 9
    assert not process.folder.exists()


def test_a_stopped_server_can_be_ended(guardian: Guardian) -> None:
    process = start(guardian)
    process.signal(signal.SIGSTOP)
    assert process.ended is None
    assert process.kill()


def test_a_program_that_ends_at_once_is_an_error_with_its_last_line(guardian: Guardian) -> None:
    with pytest.raises(LabError, match=r"ended as it started \(exit status 3\)\. out of luck") as caught:
        start(guardian, "import sys; print('out of luck'); sys.exit(3)")
    assert caught.value.kind == "no_server"


def test_a_program_that_is_not_there_is_an_error(guardian: Guardian) -> None:
    with pytest.raises(LabError, match="No such file or directory"):
        guardian.start(lambda folder: ["/no/such/server"])


def test_a_program_that_is_never_ready_is_ended_at_its_deadline(guardian: Guardian) -> None:
    with pytest.raises(LabError, match=r"was not ready after 0\.2 seconds"):
        start(guardian, "import threading; threading.Event().wait()", timeout=0.2)
    wait_until(lambda: os.listdir(guardian.folder) == ["lock"], "the folder of the process is gone")


def test_a_server_lives_within_its_limits(guardian: Guardian) -> None:
    program = "import resource as r; print(r.getrlimit(r.RLIMIT_AS), r.getrlimit(r.RLIMIT_CORE))"
    with pytest.raises(LabError, match=r"\(1073741824, 1073741824\) \(0, 0\)"):
        start(guardian, program, memory=1 << 30)


def test_the_guardian_keeps_the_password_in_redis_url_from_its_servers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://:secret@example.org")
    it = Guardian()
    try:
        with pytest.raises(LabError, match="no url"):
            start(it, "import os; print(os.environ.get('REDIS_URL', 'no url'))")
    finally:
        it.close()


def test_closing_ends_every_server_and_removes_the_folder() -> None:
    it = Guardian()
    processes = [start(it) for _ in range(3)]
    it.close()
    assert not it.alive
    assert not any(is_running(process.pid) for process in processes)
    assert not it.folder.exists()
    assert not is_running(it.pid)
    with pytest.raises(LabError):
        start(it)


def test_when_the_guardian_is_killed_its_servers_go_and_everyone_hears(guardian: Guardian) -> None:
    process = start(guardian)
    os.kill(guardian.pid, signal.SIGKILL)
    assert process.wait(5)
    assert process.ended is not None
    assert process.ended.with_guardian
    wait_until(lambda: not is_running(process.pid), "the server is gone")
    wait_until(lambda: not guardian.folder.exists(), "its folder is gone")
    assert not guardian.alive


def test_a_killed_guardian_is_replaced_at_the_next_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_guardian", None)
    first = module.guardian()
    assert module.guardian() is first
    os.kill(first.pid, signal.SIGKILL)
    wait_until(lambda: not first.alive)
    second = module.guardian()
    try:
        assert second is not first
        start(second)
    finally:
        second.close()


def app(what_next: str, **environment: str) -> subprocess.Popen[str]:
    """Another app, which starts two servers, says the numbers, and does what it is told."""
    program = f"""
import os, signal, sys, threading
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job has it ignored
sys.path.insert(0, {str(ROOT)!r})
from lab.guardian import guardian
it = guardian()
ready = {READY!r}
pids = [it.start(lambda folder: [sys.executable, "-I", "-S", "-c", ready]).pid for _ in range(2)]
print(it.pid, *pids, it.folder, flush=True)
{what_next}
"""
    return subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )


def what_it_started(child: subprocess.Popen[str]) -> tuple[list[int], Path]:
    assert child.stdout is not None
    *pids, folder = child.stdout.readline().split()
    return [int(pid) for pid in pids], Path(folder)


def stop(child: subprocess.Popen[str]) -> None:
    """Stop it, and wait until it has stopped: a signal comes when the process gets its turn."""
    child.send_signal(signal.SIGSTOP)
    _, status = os.waitpid(child.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_when_the_app_is_killed_nothing_is_left(number: signal.Signals) -> None:
    with app("threading.Event().wait()") as child:
        pids, folder = what_it_started(child)
        assert all(is_running(pid) for pid in pids)
        child.send_signal(number)
    wait_until(lambda: not any(is_running(pid) for pid in pids), "guardian and servers are gone")
    wait_until(lambda: not folder.exists(), "their folder is gone")


def test_when_the_app_ends_by_itself_nothing_is_left() -> None:
    with app("") as child:
        pids, folder = what_it_started(child)
    assert child.returncode == 0
    assert not any(is_running(pid) for pid in pids)
    assert not folder.exists()


def test_a_fork_that_outlives_the_killed_app_does_not_keep_its_servers() -> None:
    forked = (
        "\nif os.fork() == 0:\n    os.dup2(os.open(os.devnull, os.O_RDWR), 1)\nthreading.Event().wait(20)"
    )
    with app(forked) as child:
        pids, folder = what_it_started(child)
        child.kill()
    wait_until(lambda: not any(is_running(pid) for pid in pids), "guardian and servers are gone")
    wait_until(lambda: not folder.exists(), "their folder is gone")


def test_app_and_guardian_killed_together_leave_a_folder_that_the_next_guardian_removes() -> None:
    with tempfile.TemporaryDirectory() as temp:  # of our own: any new guardian would sweep the common one
        with app("threading.Event().wait()", TMPDIR=temp) as child:
            pids, folder = what_it_started(child)
            stop(child)  # so that it cannot tidy up after its guardian
            os.kill(pids[0], signal.SIGKILL)
            wait_until(lambda: not any(is_running(pid) for pid in pids), "the servers are gone")
            assert folder.parent == Path(temp)
            left = folder.exists()
            child.kill()
        assert left
        it = Guardian(temp)
        wait_until(lambda: not folder.exists(), "the stale folder is gone")
        assert it.folder.exists()
        it.close()
        assert os.listdir(temp) == []


def test_many_threads_start_and_end_servers_at_once(guardian: Guardian) -> None:
    failed = []

    def open_and_close() -> None:
        for _ in range(3):
            process = start(guardian)
            if not is_running(process.pid) or not process.kill():
                failed.append(process)

    threads = [threading.Thread(target=open_and_close) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert os.listdir(guardian.folder) == ["lock"]


def test_a_server_outlives_the_thread_that_asked_for_it(guardian: Guardian) -> None:
    processes: list[Process] = []
    thread = threading.Thread(target=lambda: processes.append(start(guardian)))
    thread.start()
    thread.join()
    start(guardian).kill()  # one more round through the guardian: the news of an end would be here
    assert is_running(processes[0].pid)
    assert processes[0].ended is None


def test_sockets_of_a_long_temporary_folder_go_to_tmp(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.tempfile, "gettempdir", lambda: str(tmp_path / ("long" * 30)))
    assert module.temp_folder() == "/tmp"
    monkeypatch.setattr(module.tempfile, "gettempdir", lambda: "/var/tmp")
    assert module.temp_folder() == "/var/tmp"
