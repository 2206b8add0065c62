"""Each kind of picture mounts its component; further pictures of a result come below its first."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lab.backends import private_backend
from lab.bench import Bench
from lab.server import PrivateServer
from lessons.model import Shown
from lessons.pictures import Bar, Bars, Table
from tests.ui import gallery

GALLERY = Path(gallery.__file__)


def opened(kind: str) -> AppTest:
    page = AppTest.from_file(str(GALLERY), default_timeout=30)
    page.query_params["kind"] = kind
    return page.run()


def mounted(page: AppTest) -> list[tuple[str, str]]:
    """The names of the components on a page, with the titles of what they draw."""
    found = []
    for one in page.get("bidi_component"):
        data = json.loads(one.proto.json or one.proto.mixed.json)
        found.append((one.proto.component_name.removeprefix("keyspace_"), data.get("title", "")))
    return [one for one in found if one[0] != "top"]


@pytest.mark.parametrize("kind", [kind for kind in gallery.KINDS if kind != "known"])
def test_each_kind_mounts_its_own_component(kind: str) -> None:
    page = opened(kind)
    assert not page.exception
    assert mounted(page) == [(kind, picture.title) for picture in gallery.KINDS[kind](False)]


def test_further_pictures_come_below_the_first(redis_server: PrivateServer) -> None:
    def demo(bench: Bench) -> Shown:
        table = Table("second", ("a",))
        return Shown(
            "All is said.", picture=Bars("first", (Bar("a", 1),)), more=(table, replace(table, title="third"))
        )

    def script(outcome: object) -> None:
        from ui.happened import draw_picture_of

        draw_picture_of(outcome, "run")  # type: ignore[arg-type]

    with closing(Bench(private_backend(redis_server), redis_server.spec())) as bench:
        outcome = bench.run(demo)
    page = AppTest.from_function(script, default_timeout=30, kwargs={"outcome": outcome}).run()
    assert not page.exception
    assert mounted(page) == [("bars", "first"), ("table", "second"), ("table", "third")]
