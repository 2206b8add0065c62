"""Codes lead to titles and addresses."""

from __future__ import annotations

import pytest

from lessons.model import Fact
from lessons.sources import SOURCES, Citation, UnknownSource, resolve


def test_a_command_leads_to_its_page() -> None:
    assert resolve("cmd:zadd") == (
        Citation("cmd:zadd", "Redis documentation: ZADD", "https://redis.io/docs/latest/commands/zadd/"),
    )
    assert resolve("cmd:memory-usage")[0].title == "Redis documentation: MEMORY USAGE"


def test_several_codes_lead_to_several_sources() -> None:
    assert [one.code for one in resolve("cmd:wait, replication ,kleppmann")] == [
        "cmd:wait",
        "replication",
        "kleppmann",
    ]
    assert resolve("") == ()


def test_an_unknown_code_says_where_to_add_it() -> None:
    with pytest.raises(
        UnknownSource, match=r"^No source is called 'hearsay'\. Add it to lessons/sources\.py\.$"
    ):
        resolve("hearsay")


def test_every_source_has_a_title_and_an_address() -> None:
    for title, url in SOURCES.values():
        assert ":" in title
        assert url.startswith(("https://", "http://antirez.com/"))


def test_a_fact_cites_its_sources() -> None:
    assert [one.code for one in Fact("A fact.", "lock, cmd:set").citations] == ["lock", "cmd:set"]
