"""What the search lesson shows, pinned: what the naive search misses, and which ghosts it finds."""

from __future__ import annotations

import pytest

from lab.bench import Bench
from lessons.full_text_search import live, trouble
from lessons.model import Shown
from lessons.pictures import Matrix, Ranking, Table
from patterns.full_text_search import CoreSearch, NaiveSearch, Search


def count(shown: Shown, label: str) -> object:
    return next(one.value for one in shown.counts if one.label == label)


@pytest.mark.parametrize("clients", [1, 10, 40])
def test_the_naive_search_misses_every_document_that_is_being_saved(bench: Bench, clients: int) -> None:
    for _ in range(2):
        shown = trouble.naive_burst(bench, clients=clients)
        assert count(shown, "Missing meanwhile") == clients
        assert isinstance(shown.picture, Table)
        assert [row.cells[2] for row in shown.picture.rows] == ["missed it"] * clients


@pytest.mark.parametrize("clients", [1, 10, 40])
def test_the_hardened_search_misses_none(bench: Bench, clients: int) -> None:
    for _ in range(2):
        assert count(trouble.hardened_burst(bench, clients=clients), "Missing meanwhile") == 0


@pytest.mark.parametrize("word", ["readers", "Žofie", "two words"])
def test_each_story_by_hand_names_its_fault(bench: Bench, word: str) -> None:
    steps = trouble.Steps(NaiveSearch)
    assert steps.missing(bench, word=word).says.endswith("found 0 documents: missing document.")
    assert steps.ghost(bench, word=word).says.endswith("finds 1 document, with an empty title: ghost hit.")


@pytest.mark.parametrize("word", ["readers", "Žofie", "two words"])
def test_the_hardened_search_passes_the_same_stories(bench: Bench, word: str) -> None:
    steps = trouble.Steps(Search)
    assert steps.missing(bench, word=word).says.endswith("found 1 document.")
    assert steps.ghost(bench, word=word).says.endswith("finds 0 documents.")


def test_documents_are_found_by_what_they_say_now(bench: Bench) -> None:
    live.fill(bench)
    shown = live.find(bench, query="readers")
    assert count(shown, "Found") == 2
    assert isinstance(shown.picture, Ranking)
    live.put(bench, doc_id="streams", title="Streams", body="Nobody reads this.")
    assert count(live.find(bench, query="readers"), "Found") == 1
    assert count(live.find(bench, query="nobody"), "Found") == 1
    live.delete(bench, doc_id="streams")
    assert live.find(bench, query="nobody").tone == "warn"
    assert live.delete(bench, doc_id="streams").tone == "warn"


def test_a_tag_narrows_and_odd_words_are_words(bench: Bench) -> None:
    live.fill(bench)
    assert count(live.tagged(bench, query="a", tag="safety"), "Found") == 2
    assert count(live.find(bench, query="-readers @title:{x}"), "Found") == 0
    assert count(live.find(bench, query="(readers)*"), "Found") == 2


def test_a_rebuilt_index_finds_the_same(bench: Bench) -> None:
    live.fill(bench)
    live.rebuild(bench)
    assert count(live.find(bench, query="readers"), "Found") == 2


def test_without_the_module_the_lesson_runs_on_core_types(fake_bench: Bench, real_bench: Bench) -> None:
    assert isinstance(live.library(fake_bench), CoreSearch)
    assert isinstance(live.library(real_bench), Search)


def test_what_was_deleted_stays_away(bench: Bench) -> None:
    live.fill(bench)
    for doc_id in live.LIBRARY:
        assert live.delete(bench, doc_id=doc_id).tone == "good"
    assert count(live.find(bench, query="readers"), "Found") == 0


def test_a_search_with_a_tag_says_what_it_asked_for(bench: Bench) -> None:
    shown = live.tagged(bench, query="a", tag="nobody")
    assert shown.says == "0 documents have every word of “a” and the tag “nobody”."


def test_two_documents_of_one_title_have_a_column_each(bench: Bench) -> None:
    for doc_id in ("one", "two"):
        live.put(bench, doc_id=doc_id, title="Twins", body="A rare word")
    drawn = live.postings(bench, "rare")
    assert isinstance(drawn, Matrix)
    assert drawn.columns == ("Twins (one)", "Twins (two)")
