"""A workshop ends everything that an experiment has started, however it ends."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import pytest
from redis import Redis
from redis.exceptions import BusyLoadingError, RedisError

from lab.errors import LabError
from lab.workshop import Progress, Stopped, Workshop
from tests.waiting import wait_until


def test_a_server_has_the_settings_asked_for_and_ends_with_the_workshop() -> None:
    with Workshop() as workshop:
        server = workshop.server(appendonly="yes", maxmemory_policy="allkeys-lfu")
        client = server.spec().client()
        assert client.config_get("appendonly", "maxmemory-policy") == {
            "appendonly": "yes",
            "maxmemory-policy": "allkeys-lfu",
        }
        client.close()
    assert server.process.ended is not None


def test_a_data_folder_outlives_a_server_and_ends_with_the_workshop() -> None:
    with Workshop() as workshop:
        data = workshop.data()
        first = workshop.server(data, appendonly="yes")
        client = first.spec().client(decode_responses=True)
        client.set("k", "v")
        first.kill()
        assert data.exists()
        second = workshop.server(data, appendonly="yes")
        assert second.socket == first.socket
        assert client.get("k") == "v"
        client.close()
    assert not data.exists()
    assert second.process.ended is not None


def test_a_server_that_is_still_starting_ends_as_well() -> None:
    workshop = Workshop()
    data = workshop.data()
    with workshop.server(data).spec().client() as client:
        with client.pipeline() as pipeline:
            for number in range(20_000):
                pipeline.set(f"k{number}", "")
            pipeline.execute()
        client.shutdown(save=True)
    ended = threading.Event()

    def start() -> None:
        with contextlib.suppress(LabError, Stopped):
            # µs for each key: 40 seconds; it looks up from the file every so many bytes
            workshop.server(data, key_load_delay="2000", loading_process_events_interval_bytes="1024")
        ended.set()

    threading.Thread(target=start, daemon=True).start()
    with Redis(unix_socket_path=str(data / "r.sock"), socket_timeout=5) as client:
        wait_until(lambda: _says_loading(client), "it loads")
    workshop.stop()
    assert ended.wait(10)
    assert not data.exists()


def _says_loading(client: Redis) -> bool:
    try:
        client.ping()
    except BusyLoadingError:
        return True
    except RedisError:
        return False
    return False


def test_stopped_from_another_thread_it_ends_all_at_once_and_starts_nothing_more() -> None:
    ended = threading.Event()
    with Workshop() as workshop:
        server = workshop.server()
        workshop.at_end(ended.set)
        stopper = threading.Thread(target=workshop.stop)
        stopper.start()
        with pytest.raises(Stopped):
            workshop.wait(30)
        stopper.join()
        assert server.process.ended is not None
        assert ended.is_set()
        for ask in (workshop.server, workshop.check, lambda: workshop.progress(1, "done")):
            with pytest.raises(Stopped):
                ask()


def test_what_goes_wrong_after_a_stop_is_the_stop_s_doing() -> None:
    def fails(*, stopped: bool) -> None:
        with Workshop() as workshop:
            if stopped:
                workshop.stop()
            raise RedisError("the connection broke")

    with pytest.raises(Stopped) as raised:
        fails(stopped=True)
    assert isinstance(raised.value.__cause__, RedisError)
    with pytest.raises(RedisError):
        fails(stopped=False)


def test_a_client_is_closed_when_the_experiment_is_left_not_under_a_thread_that_uses_it() -> None:
    closed = threading.Event()

    class Client:
        def close(self) -> None:
            closed.set()

    with Workshop() as workshop:
        workshop.closing(Client())
        workshop.stop()
        assert not closed.is_set()
    assert closed.is_set()


def test_what_is_started_too_late_is_ended_at_once() -> None:
    workshop, ended = Workshop(), []
    workshop.stop()
    workshop.at_end(lambda: ended.append(1))
    assert ended == [1]


def test_contexts_end_last_come_first_and_progress_is_told() -> None:
    order: list[str] = []

    @contextlib.contextmanager
    def context(name: str) -> Iterator[str]:
        yield name
        order.append(name)

    told: list[Progress] = []
    with Workshop(told.append) as workshop:
        assert [workshop.enter(context(name)) for name in ("a", "b")] == ["a", "b"]
        workshop.progress(0.5, "halfway")
    assert order == ["b", "a"]
    assert told == [Progress(0.5, "halfway")]
