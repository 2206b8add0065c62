"""The race lab: every choice is in the address, and the three verdicts are never blurred."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lab.scenario import Bounds
from tests.ui.conftest import Open, parts, words
from ui import race
from ui.race_explorer import explorers
from ui.race_own import OWN, file_of, line_of
from ui.race_source import offers, setting_of
from ui.race_words import judged, reasons


@pytest.fixture(autouse=True)
def _no_process_stays(open_page: Open) -> Iterator[None]:
    yield
    explorers().close()


def stage(open_page: Open, **query: str) -> dict[str, Any]:
    page = open_page(**query)
    assert not page.exception
    assert not page.error
    return parts(page, "stepper")[0]


def test_the_lab_begins_with_nothing_run_and_every_first_command_ready(open_page: Open) -> None:
    data = stage(open_page, race="leaderboard")
    assert data["version"] == "naive"
    assert data["run"]["strip"] == []
    assert [one["next"].split()[0] for one in data["run"]["clients"]] == ["ZSCORE", "ZSCORE"]
    assert all(one["line"] for one in data["run"]["clients"])
    assert data["run"]["clients"][0]["can"]["run"] == ""
    assert "Redis" in data["backend"]


def test_a_link_opens_the_run_that_it_holds(open_page: Open) -> None:
    run = stage(open_page, race="leaderboard", at="1.2.2.1")["run"]
    assert run["wrong"].startswith("lost update")
    assert [one["code"] for one in run["strip"]] == ["1", "2", "2", "1"]
    assert run["over"]
    assert run["keys"][0]["value"]
    assert run["problem"] == ""


def test_an_address_that_cannot_be_is_shown_as_far_as_it_goes(open_page: Open) -> None:
    run = stage(open_page, race="leaderboard", at="1.9c.1")["run"]
    assert run["at"] == "1"
    assert run["problem"].startswith("Event 2 of the address, '9c', is not possible there.")


def test_time_jumps_and_ttls_are_virtual(open_page: Open) -> None:
    run = stage(open_page, race="distributed_lock", n="1", at="1")["run"]
    assert run["keys"][0]["ttl"] == 5000
    assert [one["code"] for one in run["jumps"]] == ["t"]
    run = stage(open_page, race="distributed_lock", n="1", at="1.t")["run"]
    assert run["clock_ms"] == 5001
    assert any(row["gone"] for row in run["keys"])


@pytest.mark.parametrize("slug", ["leaderboard", "distributed_lock", "distributed_counter"])
def test_the_naive_version_is_violated_and_the_hardened_one_is_proved(open_page: Open, slug: str) -> None:
    naive = stage(open_page, race=slug, v="naive")
    assert naive["verdict"]["status"] == "violated"
    assert naive["plan"]
    hardened = stage(open_page, race=slug, v="hardened")
    assert hardened["verdict"]["status"] == "proved"
    assert hardened["plan"] == ""


def test_clients_and_faults_are_set_in_the_address_and_kept_within_the_caps(open_page: Open) -> None:
    run = stage(open_page, race="leaderboard", crashes="1", at="2c")["run"]
    assert [one["status"] for one in run["clients"]][1] == "crashed"
    (offer,) = offers("leaderboard")[:1]
    asked = setting_of(offer, {"clients": "99", "crashes": "99", "lost_replies": "x", "v": "other"})
    assert asked.clients == offer.most_clients
    assert dict(asked.faults)["crashes"] == offer.most_faults.crashes
    assert asked.version == "naive"


def test_a_race_that_is_not_there_is_a_sentence(open_page: Open) -> None:
    assert "There is no pattern 'nothing' to race." in words(open_page(race="nothing"))


def test_bounded_is_said_to_be_no_proof() -> None:
    says = judged({"status": "bounded", "schedules": 10, "states": 5}, Bounds())["says"]
    assert "not a proof" in says
    assert "100,000 states" in says


def test_a_violation_in_a_search_that_was_stopped_has_no_count_of_all() -> None:
    says = judged({"status": "violated", "schedules": 10, "violating_schedules": 4}, Bounds())["says"]
    assert says == "4 of 10 schedules break the promise."
    verdict = {"status": "violated", "schedules": 10, "violating_schedules": 4, "stopped": "2 s"}
    says = judged(verdict, Bounds())["says"]
    assert "10" not in says
    assert "stopped at 2 s" in says


@pytest.mark.parametrize(
    ("statuses", "says"),
    [
        (("done", "crashed"), ""),
        (("done", "blocked"), "This run ends in a deadlock: Ben would wait for ever."),
        (("blocked", "blocked"), "This run ends in a deadlock: Ann and Ben would wait for ever."),
        (
            ("held", "done"),
            "The search stopped here, at its limit of steps: Ann would go on. Nothing is shown by that.",
        ),
    ],
)
def test_a_run_that_cannot_go_on_is_told_as_what_it_is(statuses: tuple[str, str], says: str) -> None:
    clients = [
        {"name": name, "status": status} for name, status in zip(("Ann", "Ben"), statuses, strict=True)
    ]
    assert race._ending(clients) == says


def test_what_is_not_possible_says_why() -> None:
    ann = {"name": "Ann", "status": "crashed", "next_command": ""}
    why = reasons(1, ann, [{"code": "2"}], [], {"crashes": 1, "lost_replies": 0, "lost_requests": 0})
    assert set(why.values()) == {"Ann has crashed."}


Own = Callable[[Callable[[str], str]], dict[str, Any]]


@pytest.fixture
def own(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> Own:
    """The lab with the learner's text in the place of the naive counter."""
    offer = offers("distributed_counter")[0]

    def opened(change: Callable[[str], str]) -> dict[str, Any]:
        text = change(file_of(offer))
        for module in ("ui.race", "ui.race_own"):
            monkeypatch.setattr(f"{module}.text_of", lambda _: text)
        page = open_page(race=offer.slug, v=OWN)
        assert not page.exception
        return {**parts(page, "stepper")[0], "editor": parts(page, "editor")[0]}

    return opened


NAIVE = "self.redis.incrby(self.key, amount)"
TWO_COMMANDS = f'if self.redis.set(f"{{self.key}}:{{event_id}}", 1, nx=True): {NAIVE}'
SCRIPT = "if redis.call('SET', KEYS[2], 1, 'NX') then redis.call('INCRBY', KEYS[1], ARGV[1]) end"
ONE_SCRIPT = f'self.redis.eval("{SCRIPT}", 2, self.key, f"{{self.key}}:{{event_id}}", amount)'


def test_the_learners_own_fix_is_proved(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.race_explorer.OWN_SECONDS", 20.0)  # this machine may be busy
    assert own(lambda text: text.replace(NAIVE, TWO_COMMANDS))["verdict"]["status"] == "violated"
    data = own(lambda text: text.replace(NAIVE, ONE_SCRIPT))
    assert data["verdict"]["status"] == "proved", data["verdict"]
    assert (data["version"], data["editor"]["line"]) == (OWN, 0)
    codes = [one["code"] for one in data["run"]["clients"]]
    assert all("eval" in str(one["lines"]) for one in codes), codes


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text + "\nx = = 1\n", r"explored\. line \d+: SyntaxError"),
        (lambda text: text.replace(NAIVE, "while True: pass"), "endless|for ever"),
    ],
)
def test_what_is_wrong_with_ones_own_fix_is_told_at_its_line(
    own: Own, change: Callable[[str], str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "SyntaxError" in says:
        monkeypatch.setattr("ui.race_explorer.OWN_SECONDS", 20.0)  # this machine may be busy
    data = own(change)
    assert data["verdict"]["status"] not in ("proved", "bounded")
    assert re.search(says, data["verdict"]["says"]), data["verdict"]
    assert data["editor"]["line"] > 1 or "for ever" in data["verdict"]["says"]


def test_the_editor_tells_how_the_learners_own_code_breaks(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.race_explorer.OWN_SECONDS", 20.0)  # this machine may be busy
    data = own(lambda text: text.replace(NAIVE, "import os; os.system('true')"))
    assert data["verdict"]["status"] == "violated"
    assert "PermissionError: This code runs without os.system" in data["editor"]["says"]


def test_served_to_others_there_is_no_editor_and_the_page_says_why(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.race_own._ALONE", ())
    page = open_page(race="distributed_counter", v=OWN)
    assert not parts(page, "editor")
    assert "served to others" in page.info[0].value
    assert "served to others" in parts(page, "stepper")[0]["own_is_off"]
    assert parts(page, "stepper")[0]["version"] == "naive"


@pytest.mark.parametrize(
    ("says", "line"),
    [("line 7: SyntaxError: x", 7), ("an endless loop? at <patterns.x.naive>:12", 12), ("no line", 0)],
)
def test_the_line_that_an_error_names(says: str, line: int) -> None:
    assert line_of(says) == line
