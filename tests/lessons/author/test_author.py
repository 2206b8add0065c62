"""What `new` writes passes `check`, and each way of breaking it gets its own message: place and cure."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from lessons import code, guest, library, racing
from lessons.__main__ import main
from lessons.author import check
from lessons.author.check import check_folder
from lessons.author.content import VARIABLE, content_here, read_content
from lessons.author.new import TEMPLATE, write_template
from lessons.library import LessonError
from lessons.present import decks
from tests.lessons.author.broken import BROKEN, Broken, break_it


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "mine"
    write_template(made)
    return made


def test_new_writes_what_check_finds_nothing_wrong_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = tmp_path / "mine"
    assert main(["new", str(made)]) == 0
    assert main(["check", str(made)]) == 0
    assert f"{made}: nothing is wrong. ./run --content {made}" in capsys.readouterr().out


def test_new_leaves_a_folder_alone_that_holds_something(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "course.toml").write_text('title = "Mine"')
    assert main(["new", str(folder)]) == 1
    assert "is there already and not empty" in capsys.readouterr().out
    assert (folder / "course.toml").read_text() == 'title = "Mine"'


@pytest.mark.parametrize("broken", BROKEN, ids=lambda one: one.name)
def test_each_broken_form_gets_its_own_message(folder: Path, broken: Broken) -> None:
    break_it(folder, broken)
    flaws = list(check_folder(folder, runs=not broken.on_home))
    told = [flaw for flaw in flaws if all(piece in flaw for piece in broken.says)]
    assert len(told) == 1, flaws
    assert all(sum(piece in flaw for piece in other.says) < len(other.says)
               for flaw in told for other in BROKEN if other is not broken)  # fmt: skip


def test_the_flaws_as_one_json_document(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    break_it(folder, BROKEN[2])
    assert main(["check", "--read-only", "--json", str(folder)]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["ok"] is False
    assert len(document["flaws"]) == 1


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "nowhere")]) == 1
    assert "there is no such folder. Make it with python -m lessons new" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("seconds = 40\n", "second = 40\n", "line 10: 'second' of scene 1 is not known. Did you"),
        ("seconds = 40\n", 'seconds = "long"\n', "line 10: 'seconds' of scene 1 is a whole number"),
        ("{ pairs = 2 }", "{ pairs = -2 }", "line 15: 'inputs' of scene 2: Pairs in stock is -2"),
        ("{ pairs = 2 }", "{ shoes = 2 }", "line 15: 'inputs' of scene 2: There is no input"),
        ('step = "The last pair of shoes"', 'step = "Shoes"', "line 8: 'step' of scene 1 'Shoes' is no"),
        ('lesson = "stock_counter"', 'lesson = "stockcounter"', "line 3: 'lesson' There is no lesson called"),
        ("seed = 7", 'seed = "seven"', "line 5: 'seed' is a whole number"),
        ('"Two are sold", ', "", "'hands' of scene 3 are two texts"),
        ('title = "What to take home"', 'titel = "What"', "'titel' of scene 6 is not known. Did you"),
        ('title = "What to take home"\n', "", "'title' of scene 6 is missing"),
        ('title = "What to take home"', 'action = "Sell one"', "'action' of scene 6 needs its step too"),
        ('title = "What to take home"', 'race = "tag"', "there is no race of the lesson 'stock_counter'"),
        ('title = "What to take home"', 'race = "tag"\naction = "x"', "A scene runs one thing"),
        ("[[scene]]", "[[scenes]]", "'scenes' is not known. Did you mean 'scene'?"),
        ('title = "Five minutes on stock"', "title = []", "line 4: 'title' is a text"),
        ("seconds = 40\n", "seconds = -40\n", "line 10: 'seconds' of scene 1 is 1 at least"),
        ('race = "the-last-pair"', 'race = "the-last-shoe"', "There is: the-last-pair"),
    ],
)  # fmt: skip
def test_a_scene_list_is_told_with_its_line(folder: Path, old: str, new: str, says: str) -> None:
    file = folder / "scenes" / "five_minutes.toml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    (flaw,) = check_folder(folder, runs=False)
    assert flaw.startswith("mine/scenes/five_minutes.toml")
    assert says in flaw


def test_a_lesson_of_the_folder_goes_through_the_same_doors(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(folder))
    assert library.load("stock_counter").lesson.title == "Stock counter"
    assert library.chapters()[-1].title == "Our own stack"
    assert library.chapters()[-1].entries[0].promise == "Sell the last pair once, however many want it."
    assert library.load("leaderboard").lesson.title == "Leaderboard"
    deck, loaded = decks.find("five_minutes")
    assert (deck.title, deck.seed, loaded.slug) == ("Five minutes on stock", 7, "stock_counter")
    assert [scene.seconds for scene in deck.scenes] == [40, 40, 90, 60, 90, 30]
    assert deck.scenes[2].hands[0].label == "Two are sold"
    assert {"leaderboard", "stock_counter", "five_minutes"} <= set(decks.names())


def test_a_change_of_the_words_shows_without_a_restart(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(folder))
    assert "last pair" in library.load("stock_counter").parts[0].heading
    for file in ("lesson.md", "lesson.py"):
        path = folder / "stock_counter" / file
        path.write_text(path.read_text().replace("The last pair of shoes", "The very last pair"))
    assert library.load("stock_counter").parts[0].heading == "The very last pair"


def test_without_a_folder_there_is_only_the_course(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert content_here() is None
    with pytest.raises(LessonError):
        library.load("stock_counter")


def test_a_scene_list_about_a_lesson_of_the_course(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(folder))
    (folder / "scenes" / "boards.toml").write_text(
        'lesson = "leaderboard"\n[[scene]]\nrace = "two-events-one-player"\nversion = "hardened"\n'
        '[[scene]]\nstep = "The numbers to say aloud"\nfact = 2\n'
        '[[scene]]\nstep = "What they ask next"\nquestion = 1\n'
        '[[scene]]\nstep = "Naive beside hardened"\npair = 1\n'
    )
    deck, _ = decks.find("boards")
    assert [scene.kind for scene in deck.scenes] == ["race", "fact", "question", "compare"]


def test_the_course_stands_beside_whatever_is_broken(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(folder))
    (folder / "stock_counter" / "lesson.py").write_text("raise SystemExit(3)\n")
    assert library.chapters()[-1].entries[0].slug == "stock_counter"
    with pytest.raises(LessonError, match=r"Line 1: SystemExit: 3"):
        library.load("stock_counter")
    assert library.load("leaderboard").lesson.title == "Leaderboard"


def test_an_import_that_never_ends_is_given_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guest, "PATIENCE", 0.2)
    ended = threading.Event()
    monkeypatch.setattr(guest, "never_set", ended, raising=False)
    (folder / "stock_counter" / "lesson.py").write_text(
        "from lessons.guest import never_set\nnever_set.wait()\n"
    )
    (flaw,) = check_folder(folder, runs=False)
    assert "lesson.py cannot be imported. It is not imported after 0.2 seconds" in flaw
    ended.set()


def test_an_action_that_never_ends_is_given_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "STUCK", 1.0)
    ended = threading.Event()
    monkeypatch.setattr(guest, "never_set", ended, raising=False)
    file = folder / "stock_counter" / "lesson.py"
    waits = 'from lessons.guest import never_set; never_set.wait(); return Shown("x")'
    file.write_text(file.read_text().replace("sold = buy_hardened", f"{waits}\n    sold = buy_hardened"))
    (flaw,) = check.flaws_of_lessons(read_content(folder), runs=True)
    assert "has not ended in 1 seconds. Does it loop, or wait?" in flaw
    ended.set()


def test_a_race_of_the_folder_goes_through_the_same_doors(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(folder))
    assert [one.slug for one in racing.races("stock_counter")] == ["the-last-pair"]
    assert [one.ok for one in racing.run("stock_counter")] == [True, True]
    assert "stock_counter" in racing.slugs()
    assert main(["race", "stock_counter", "--content", str(folder), "--json"]) == 0


def test_a_race_is_read_anew_when_its_file_changes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(folder))
    (race,) = racing.races("stock_counter")
    assert race.anomaly == "oversold"
    file = folder / "stock_counter" / "races.py"
    file.write_text(file.read_text().replace('anomaly="oversold"', 'anomaly="sold twice"'))
    assert racing.races("stock_counter")[0].anomaly == "sold twice"


def test_the_lines_of_the_folder_are_named_and_shown(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(folder))
    (race,) = racing.races("stock_counter")
    shown = code.source_of(race.naive[0])
    assert shown.path == "mine/stock_counter/shop.py"
    again = code.at_line(shown.path, shown.first_line + 1)
    assert again is not None
    assert again.name == "buy_naive"
    assert code.file_of(shown.path) == folder / "stock_counter" / "shop.py"


@pytest.mark.parametrize("file", ["course.toml", "stock_counter/lesson.md", "scenes/five_minutes.toml",
                                  "banks/stock_counter.toml", "stock_counter/lesson.py"])  # fmt: skip
def test_what_editors_on_windows_write_is_read(folder: Path, file: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    (folder / file).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert list(check_folder(folder, runs=False)) == []


@pytest.mark.parametrize(
    ("file", "line"),
    [("course.toml", 2), ("stock_counter/lesson.md", 1), ("scenes/five_minutes.toml", 1),
     ("banks/stock_counter.toml", 1)],
)  # fmt: skip
def test_another_encoding_is_told_with_its_line(folder: Path, file: str, line: int) -> None:
    lines = (folder / file).read_bytes().split(b"\n")
    lines[line - 1] += b" # \xe4"
    (folder / file).write_bytes(b"\n".join(lines))
    (flaw,) = check_folder(folder, runs=False)
    assert f"mine/{file}" in flaw
    assert f"ine {line}" in flaw
    assert "Save the file as UTF-8" in flaw


@pytest.mark.parametrize("file", ["course.toml", "stock_counter/lesson.md", "scenes/five_minutes.toml"])
def test_a_file_that_cannot_be_read_or_is_far_too_long_is_told(folder: Path, file: str) -> None:
    path = folder / file
    text = path.read_text()
    path.write_text(text + "\n#" + "x" * 1_000_000)
    (flaw,) = check_folder(folder, runs=False)
    assert "1,000,000 are the most" in flaw
    path.unlink()
    path.symlink_to("/proc/self/mem")
    (flaw,) = check_folder(folder, runs=False)
    assert f"mine/{file}" in flaw
    assert "it cannot be read" in flaw


def test_what_is_never_read_is_told(folder: Path) -> None:
    (folder / "banks" / "stock_counter.toml").rename(folder / "banks" / "stock_counter.TOML")
    (folder / "scenes" / "leaderboard.toml").write_text((folder / "scenes" / "five_minutes.toml").read_text())
    (folder / "banks" / "leaderboard.toml").write_text("")
    flaws = "\n".join(check_folder(folder, runs=False))
    assert "mine/banks/stock_counter.TOML is never read. The files here end with .toml" in flaws
    assert "mine/scenes/leaderboard.toml: it hides the lesson 'leaderboard' on stage" in flaws
    assert "mine/banks/leaderboard.toml: the course has questions about 'leaderboard'" in flaws


def test_names_that_cannot_be_folders_are_told(folder: Path) -> None:
    (folder / "course.toml").write_text('title = "Mine"\nlessons = ["Stock Counter", "a_b", "a_b"]\n')
    problems = read_content(folder).problems
    assert any("'Stock Counter' is no name for a lesson" in one for one in problems)
    assert any("'a_b' is there twice" in one for one in problems)
    assert any('Add "stock_counter" to lessons' in one for one in problems)


def test_the_template_holds_no_machine_made_files() -> None:
    files = [file for file in TEMPLATE.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    assert {file.suffix for file in files} == {".md", ".py", ".toml"}
