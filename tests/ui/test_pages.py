"""Each page opens, shows what it must, and shows nothing that it must not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit import config

from lessons import curriculum, library
from lessons.curriculum import Chapter
from lessons.leaderboard import live
from tests.doubles import closed_port, redis_over_tcp
from tests.ui.conftest import Open, parts, press, words
from ui import session

WRITTEN = [entry.slug for entry in curriculum.entries() if not entry.planned]
EVERY_STEP = [(slug, step + 1) for slug in WRITTEN for step in range(len(library.load(slug).parts))]


def test_home_shows_the_whole_path_and_where_to_begin(open_page: Open) -> None:
    page = open_page()
    assert not page.exception
    assert not page.error
    assert page.title[0].value == "Rehearse Redis for the interview."
    cards = [card for chapter in parts(page, "path")[0]["chapters"] for card in chapter["entries"]]
    assert [card["slug"] for card in cards] == [entry.slug for entry in curriculum.entries()]
    assert [card["slug"] for card in cards if card["next"]] == [WRITTEN[0]]
    assert not any(card["state"] == "broken" for card in cards)
    assert "Simulated" not in words(page)


@pytest.mark.parametrize(("slug", "step"), EVERY_STEP)
def test_every_step_of_every_lesson_opens(open_page: Open, slug: str, step: int) -> None:
    page = open_page(lesson=slug, step=str(step))
    loaded = library.load(slug)
    assert not page.exception
    assert not page.error
    (head,) = parts(page, "head")
    assert head["title"] == loaded.lesson.title
    assert head["steps"][head["here"]]["heading"] == loaded.parts[step - 1].heading
    assert "Traceback" not in words(page)


def test_a_run_shows_what_it_says_and_everything_it_did(open_page: Open) -> None:
    page = open_page(lesson="leaderboard", step="2")
    assert not parts(page, "says")
    assert not parts(page, "commands")
    press(page, "Let eight players score")
    assert parts(page, "says")[0]["says"] == "Eight events were sent, and 535 points were added."
    assert parts(page, "ranking")[0]["rows"][0]["name"] == "ana"
    assert parts(page, "commands")[0]["total"] == 8
    assert any(piece["marks"] for piece in parts(page, "code")[0]["pieces"])
    assert {row["what"] for row in parts(page, "keyspace")[0]["rows"]} == {"created"}
    assert not page.error


def test_a_bad_input_is_told_beside_the_field_and_what_was_typed_stays(open_page: Open) -> None:
    page = open_page(lesson="leaderboard", step="3")
    page.number_input[0].set_value(5000)
    press(page, "Naive: everyone at once")
    assert "Clients is 5000. It must lie between 2 and 50." in words(page)
    assert not parts(page, "says")
    assert page.number_input[0].value == 5000
    page.number_input[0].set_value(3)
    press(page, "Naive: everyone at once")
    assert "must lie between" not in words(page)
    assert parts(page, "says")


def test_a_number_field_sent_empty_keeps_what_stood_there_also_when_one_comes_back(open_page: Open) -> None:
    page = open_page(lesson="leaderboard", step="3")
    page.number_input[0].set_value(3)
    press(page, "Naive: everyone at once")
    page.number_input[0].set_value(None)
    press(page, "Naive: everyone at once")
    assert not page.error
    assert parts(page, "says")
    page.query_params["step"] = "2"
    page.run()
    page.query_params["step"] = "3"
    page.run()
    assert not page.error
    assert page.number_input[0].value == 3


def test_a_burst_sets_naive_beside_hardened(open_page: Open) -> None:
    page = open_page(lesson="leaderboard", step="3")
    press(page, "Naive: everyone at once")
    press(page, "Hardened: everyone at once")
    assert [one["tone"] for one in parts(page, "says")] == ["bad", "good"]
    assert len(parts(page, "keyspace")) == 1


def test_time_moves_on_and_a_key_comes_to_its_end(open_page: Open) -> None:
    page = open_page(lesson="leaderboard", step="2")
    press(page, "Let eight players score")
    press(page, "Time + 8 days")
    assert parts(page, "says")[0]["says"] == "8 days passed: 8 keys have expired."
    gone = [row for row in parts(page, "keyspace")[0]["rows"] if row["gone"]]
    assert len(gone) == 8
    assert all(row["what"] == "expired" for row in gone)


def test_start_over_empties_the_keyspace_and_the_results(open_page: Open) -> None:
    page = open_page(lesson="leaderboard", step="2")
    press(page, "Let eight players score")
    press(page, "Start over")
    assert parts(page, "keyspace")[0]["rows"] == []
    assert not parts(page, "says")


def test_numbered_actions_follow_one_another(open_page: Open) -> None:
    page = open_page(lesson="distributed_lock", step="4")
    press(page, "1. A takes the lock")
    assert parts(page, "picker")[0]["chosen"] == 1
    assert next(button.label for button in page.button).startswith("2. ")


def test_facts_are_measured_when_asked(open_page: Open) -> None:
    page = open_page(lesson="leaderboard", step="9")
    assert "Measured here" not in words(page)
    press(page, "Measure on this Redis")
    assert "bytes for 10,000 players" in words(page)
    assert not page.error


def test_answers_are_closed_until_opened(open_page: Open) -> None:
    page = open_page(lesson="leaderboard", step="14")
    assert page.expander
    assert not any(one.proto.expanded for one in page.expander)
    assert "](source:" not in words(page)


def test_going_on_marks_a_step_of_reading_and_moves_the_address(open_page: Open) -> None:
    page = open_page(lesson="leaderboard")
    press(page, "Next: Score, and watch the ranking move")
    assert page.query_params["step"] == "2"
    assert [step["done"] for step in parts(page, "head")[0]["steps"]][:2] == [True, False]


def test_a_step_that_runs_is_done_when_it_has_run(open_page: Open) -> None:
    page = open_page(lesson="leaderboard", step="2")
    press(page, "Next: A crowd of clients, one player")
    assert not any(step["done"] for step in parts(page, "head")[0]["steps"])
    page = open_page(lesson="leaderboard", step="2")
    press(page, "Let eight players score").run()
    assert parts(page, "head")[0]["steps"][1]["done"]


def test_home_leads_on_to_where_the_learner_was(open_page: Open) -> None:
    page = open_page(lesson="leaderboard", step="3")
    owner = str(page.session_state["learner"])
    page = open_page()
    page.session_state["learner"] = owner
    page.run()
    assert page.button[0].label == "Go on with Leaderboard"


def test_an_unknown_lesson_is_told_with_the_nearest_name(open_page: Open) -> None:
    page = open_page(lesson="leaderbord")
    assert page.error[0].value == "There is no lesson called 'leaderbord'. Did you mean 'leaderboard'?"
    assert not page.exception
    assert not parts(page, "head")


def test_a_planned_lesson_says_so(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = replace(curriculum.CHAPTERS[0].entries[0], planned=True)
    monkeypatch.setattr(library.LIBRARY, "chapters", (Chapter("Some day", "", (entry,)),))
    page = open_page(lesson=entry.slug)
    assert "planned and not written yet" in page.error[0].value
    assert not page.exception


@pytest.mark.parametrize("step", ["0", "-1", "99999999999", "two", "²", "", "<script>"])
def test_any_step_in_the_address_leads_somewhere(open_page: Open, step: str) -> None:
    page = open_page(lesson="leaderboard", step=step)
    assert not page.exception
    assert not page.error
    assert parts(page, "head")[0]["here"] in range(8)


def test_the_machine_page_tells_what_the_doctor_tells(open_page: Open) -> None:
    page = open_page(page="machine")
    assert not page.exception
    assert not page.error
    assert page.title[0].value == "This machine"
    rows = parts(page, "abilities")[0]["rows"]
    assert [row["available"] for row in rows] == sorted(row["available"] for row in rows)
    assert all(row["reason"] for row in rows if not row["available"])


def test_an_unusable_redis_url_is_one_sentence_and_a_way_out(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    page = open_page(lesson="leaderboard", step="2")
    assert [one.value for one in page.error] == [
        "Nothing listens at 127.0.0.1:1: the connection was refused."
    ]
    assert not page.exception
    assert "Traceback" not in words(page)
    press(page, "Use the embedded server instead")
    assert not page.error
    assert press(page, "Let eight players score")
    assert parts(page, "says")


@pytest.mark.parametrize("name", ["", "machine", "quiz", "me", "facts"])
def test_every_page_says_once_why_there_is_no_redis(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    page = open_page(page=name) if name else open_page()
    assert [one.value for one in page.error] == [
        "Nothing listens at 127.0.0.1:1: the connection was refused."
    ]
    assert [button.label for button in page.button].count("Use the embedded server instead") == 1


def test_a_server_that_comes_up_late_is_found_by_trying_again(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = closed_port()
    monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{port}")
    page = open_page(lesson="leaderboard", step="2")
    with redis_over_tcp(port=port):
        assert page.run().error
        press(page, "Try again")
        assert not page.error
        press(page, "Let eight players score")
        assert parts(page, "says")
        session.room().pool.close()


def test_a_shared_server_that_goes_while_a_lesson_is_open_offers_the_embedded_one(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "lab.pool.LOOK_AGAIN_AFTER", 3_600.0
    )  # the pool trusts the server that it has just seen
    with redis_over_tcp() as server:
        monkeypatch.setenv("REDIS_URL", f"redis://{server.where}")
        page = open_page(lesson="leaderboard", step="2")
        server.process.kill()
        press(page, "Let eight players score")
        assert [one.value for one in page.error] == [
            "No server answers there: it was stopped, or is just starting. Run it once more in a moment."
        ]
        press(page, "Use the embedded server instead")
        assert not page.error
        press(page, "Let eight players score")
        assert "Eight events were sent" in str(parts(page, "says"))


def test_no_run_of_a_page_stops_all_threads_to_collect_garbage() -> None:
    assert config.get_option("runner.postScriptGC") is False  # Streamlit's test runner never collects


def test_a_bug_of_ours_is_one_sentence_on_the_page(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    page = open_page(lesson="leaderboard", step="2")
    monkeypatch.setattr(session, "bench", lambda *_: 1 / 0)
    page.run()
    assert "Something in Keyspace itself went wrong" in page.error[0].value
    assert "ZeroDivisionError" not in words(page)
    assert "ZeroDivisionError" in caplog.text


def test_a_demo_that_fails_is_a_sentence(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the demo broke")

    page = open_page(lesson="leaderboard", step="2")
    monkeypatch.setattr(live, "board", broken)
    press(page, "Let eight players score")
    assert parts(page, "says")[0]["tone"] == "bad"
    assert "the demo broke" in parts(page, "says")[0]["says"]
    assert not page.exception


def test_a_server_that_dies_is_told_once_and_the_next_run_works(open_page: Open) -> None:
    page = open_page(lesson="leaderboard", step="2")
    press(page, "Let eight players score")
    server = session.room().pool.server(str(page.session_state["learner"]))
    assert server is not None
    server.kill()
    press(page, "Let eight players score")
    assert "was started again; its keys are gone" in page.warning[0].value
    assert parts(page, "says")[0]["tone"] == "good"
    assert not page.run().warning
