"""Every fact of the course is run; one that is false, or cannot be run, does not pass."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab.bench import Bench
from lab.server import PrivateServer
from lessons import factual
from lessons.checked.ground import Ground, Seen
from lessons.facts import FACTS, TOPICS, Fact, check

UNDECIDABLE = {"expire-cycle", "redlock-rates"}
"""What no run can decide."""


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.id)
def test_the_fact_holds(fact: Fact, real_bench: Bench) -> None:
    found = check(fact, real_bench)
    if fact.id in UNDECIDABLE:
        assert found.seen is None
        assert found.why.startswith("No run can decide this")
        return
    assert found.seen is not None, found.why
    assert found.ok, found.seen.says
    assert found.seen.says.endswith(".")
    assert real_bench.quiet().dbsize() == 0


def test_the_list_is_whole() -> None:
    ids = [fact.id for fact in FACTS]
    assert len(ids) == len(set(ids)) >= 35
    assert len(TOPICS) >= 5
    assert {fact.id for fact in FACTS if fact.run is None} == UNDECIDABLE
    assert sum(bool(fact.trap) for fact in FACTS) >= 12


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.id)
def test_a_fact_has_a_source_and_a_date(fact: Fact) -> None:
    assert fact.citations
    assert fact.says.endswith(".")
    year, month, day = (int(part) for part in fact.checked.split("-"))
    assert (2020, 1, 1) < (year, month, day) < (2100, 1, 1)


def test_a_place_on_a_shared_server_runs_them_too(shared_bench: Bench) -> None:
    found = [check(fact, shared_bench) for fact in FACTS if fact.topic in ("Expiry", "Atomicity")]
    assert [one.fact.id for one in found if not one.ok] == []
    alone = next(one for one in found if one.fact.id == "expired-counts")
    assert alone.seen is None
    assert "a server of its own" in alone.why


def test_what_a_server_contradicts_does_not_hold(real_bench: Bench) -> None:
    def sees_otherwise(at: Ground) -> Seen:
        at.redis.set(at.key(), "a", ex=100)
        at.redis.set(at.key(), "b")
        return Seen("The TTL is gone.", at.redis.ttl(at.key()) > 0)

    wrong = replace(FACTS[0], says="SET keeps the TTL.", run=sees_otherwise)
    found = check(wrong, real_bench)
    assert not found.ok
    assert found.as_json()["ok"] is False


def test_what_cannot_be_run_does_not_hold(real_bench: Bench) -> None:
    def fails(at: Ground) -> Seen:
        at.redis.lpush(at.key(), 1)
        return Seen(str(at.redis.get(at.key())), holds=True)

    found = check(replace(FACTS[0], run=fails), real_bench)
    assert not found.ok
    assert found.seen is not None
    assert found.seen.says.startswith("It could not be run")


def test_a_simulated_redis_proves_nothing(fake_bench: Bench) -> None:
    found = check(FACTS[0], fake_bench)
    assert found.seen is None
    assert "simulated" in found.why


def test_a_missing_module_is_told_of(real_bench: Bench, redis_server: PrivateServer) -> None:
    none = tuple(
        replace(one, available=False, reason="No module.") if one.name == "bloom" else one
        for one in real_bench.backend.capabilities
    )
    poor = Bench(replace(real_bench.backend, capabilities=none), redis_server.spec())
    found = check(next(fact for fact in FACTS if "bloom" in fact.needs), poor)
    poor.close()
    assert (found.seen, found.why) == (None, "No module.")


def test_the_command_line_runs_them_and_fails_on_a_false_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.setattr("lessons.facts.FACTS", FACTS[:3])
    assert factual.show_facts(print, as_json=True) == 0
    assert '"ok": true' in capsys.readouterr().out
    lie = replace(FACTS[0], run=lambda at: Seen("Nothing of the kind.", holds=False))
    monkeypatch.setattr("lessons.facts.FACTS", (lie,))
    assert factual.show_facts(print, as_json=False) == 1
    assert "DOES NOT HOLD" in capsys.readouterr().out
