"""What the faults between servers share."""

from __future__ import annotations

import pytest

from lab.errors import LabError
from lab.faults.scene import Scene
from lab.topology import tcp
from lab.workshop import Stopped, Workshop


def test_proxies_clients_and_servers_end_with_the_workshop() -> None:
    with Workshop() as workshop:
        scene = Scene(workshop)
        servers = scene.replicated(2)
        client = scene.client(servers.primary)
        assert len(servers.proxies) == 2
        client.set("a", 1)
        scene.everywhere(client, 2)
        assert [proxy.connections for proxy in servers.proxies] == [1, 1]
    assert servers.primary.process.ended is not None
    with pytest.raises(LabError):
        servers.proxies[0].heal()


def test_a_moment_is_written_down_and_not_for_somebody_who_is_gone() -> None:
    with Workshop() as workshop:
        scene = Scene(workshop)
        scene.happens("primary", "kill -9")
        workshop.stop()
        with pytest.raises(Stopped):
            scene.happens("replica", "promoted")
        with pytest.raises(Stopped):
            scene.until(lambda: False, "nothing")
    assert [(one.who, one.what) for one in scene.moments][:1] == [("primary", "kill -9")]


def test_waiting_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "PATIENCE", 0.0)
    with Workshop() as workshop, pytest.raises(LabError, match="The replica did not wake within 0"):
        Scene(workshop).until(lambda: False, "The replica did not wake")
