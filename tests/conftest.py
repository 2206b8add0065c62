"""One real server for the whole session, an empty keyspace for every test."""

from __future__ import annotations

from collections.abc import Iterator

import fakeredis
import pytest
from hypothesis import HealthCheck, settings
from redis import Redis
from redis.cluster import RedisCluster
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from lab.server import PrivateServer, start_private_server
from lab.topology import Cluster, start_cluster
from lessons.model import Experiment, Trial
from tests import tally

# A busy machine is no fault of the code: how long an example takes is not what these tests are about.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

BROWSER = "tests/e2e/"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    tally.note(items)
    items.sort(key=lambda item: not item.nodeid.startswith(BROWSER))  # they take longest


class OneBrowser(LoadFileScheduling):
    """A file's tests go to one worker, and all of the browser's to one: two Chromiums starve two cores."""

    def _split_scope(self, nodeid: str) -> str:
        return BROWSER if nodeid.startswith(BROWSER) else str(super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> OneBrowser:
    return OneBrowser(config, log)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Experiments and trials by name: what Python makes of them differs from worker to worker."""
    if isinstance(val, Experiment):
        return val.slug
    return val.label if isinstance(val, Trial) else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    passed = [report.user_properties for report in terminalreporter.stats.get("passed", [])]
    if counted := tally.count(passed):
        terminalreporter.section("patterns")
        for line in tally.table(counted):
            terminalreporter.write_line(line)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--oracle-programs 5000` asks the race explorer's oracle about more random programs."""
    parser.addoption("--oracle-programs", type=int, default=500, help="random programs for the oracle")


@pytest.fixture(scope="session")
def redis_server() -> Iterator[PrivateServer]:
    """The embedded server on a private unix socket. No server is a failure, never a skip."""
    with start_private_server() as server:
        yield server


@pytest.fixture
def raw_redis(redis_server: PrivateServer) -> Iterator[Redis]:
    """A client that returns bytes, on an empty keyspace."""
    client = Redis(unix_socket_path=redis_server.socket, socket_timeout=5)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def redis(redis_server: PrivateServer) -> Iterator[Redis]:
    """A client that returns text, on an empty keyspace."""
    client = Redis(unix_socket_path=redis_server.socket, socket_timeout=5, decode_responses=True)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def fake() -> Iterator[Redis]:
    """fakeredis, which returns text, on an empty keyspace."""
    client = fakeredis.FakeRedis(server=fakeredis.FakeServer(), decode_responses=True)
    yield client
    client.close()


@pytest.fixture(params=["redis", "fakeredis"])
def any_redis(request: pytest.FixtureRequest) -> Redis:
    """The real server and fakeredis, one after the other."""
    return request.getfixturevalue("redis" if request.param == "redis" else "fake")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A real cluster of three primaries on loopback, formed once a session."""
    with start_cluster() as nodes:
        yield nodes


@pytest.fixture
def cluster_redis(cluster: Cluster) -> Iterator[RedisCluster]:
    """A client of the cluster that returns text, on an empty keyspace."""
    cluster.clear()
    client = cluster.client()
    yield client
    client.close()
