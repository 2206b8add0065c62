"""Banks are read, and what is wrong is told with file, question, field and a guess at what was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizzes import bank
from tests.quizzes.conftest import copy_banks

GOOD = """
[[questions]]
id = "toy-a"
kind = "predict"
topic = "races"
level = 2
prompt = "One pair is left and two customers come at once. What does the last command reply?"
run = '''
SET stock 1
DECR stock
DECR stock
'''
answer = "-1"
why = "DECR is atomic, but nothing stops it at zero."
[[questions.wrong]]
answer = "0"
misconception = "A counter stops at zero"
why = "It does not."
[[questions.wrong]]
answer = "error"
misconception = "Going below zero is refused"
why = "It is not."
"""


def test_a_bank_is_read() -> None:
    found = bank.read(GOOD, "toy.toml")
    assert found.slug == "toy"
    (question,) = found.questions
    assert question.kind == "predict"
    assert question.wrong[0].answer == "0"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            'answer = "-1"',
            'anwser = "-1"',
            "toy.toml, toy-a: anwser: this field is not known. Did you mean 'answer'?",
        ),
        (
            'misconception = "A counter',
            'misconeption = "A counter',
            "wrong[1].misconeption: this field is not known. Did you",
        ),
        ('topic = "races"', 'topic = "race"', "toy.toml, toy-a: topic: Input should be 'failures', 'races'"),
        ("level = 2", "level = 6", "level: Input should be less than or equal to 5, not 6"),
        ("level = 2", 'level = "2"', "level: Input should be a valid integer, not '2'"),
        ('kind = "predict"', 'kind = "predct"', "kind: 'predct' is not known. There are single,"),
        ('kind = "predict"', "", "kind: missing. There are single,"),
        ('why = "DECR', 'wy = "DECR', "wy: this field is not known. Did you mean 'why'?"),
        ('why = "It does not."', "", "wrong[1].why: missing."),
        ('id = "toy-a"', 'id = "boy-a"', "id: it must begin with the name of the bank, toy-..."),
        ("DECR stock\n'''", "DECR 'stock\n'''", "run: line 3 (DECR 'stock): a quotation mark is opened"),
        (
            "[[questions]]",
            "[[qestions]]",
            "'qestions' is not known at the top of a bank. Did you mean 'questions'?",
        ),
        ('answer = "-1"', 'answer = "[a"', "answer: [a opens a list and does not close it"),
        ('answer = "-1"', "answer = ", "toy.toml, after toy-a: This is not TOML"),
        (
            "One pair is left and two customers come at once. What does the last command reply?",
            "What?",
            "prompt: ",
        ),
    ],
)
def test_what_is_wrong_is_told(old: str, new: str, says: str) -> None:
    assert old in GOOD
    with pytest.raises(bank.BankError) as error:
        bank.read(GOOD.replace(old, new, 1), "toy.toml")
    assert says in str(error.value)


def test_a_misspelt_field_is_not_called_missing_as_well() -> None:
    with pytest.raises(bank.BankError) as error:
        bank.read(GOOD.replace('answer = "-1"', 'anwser = "-1"'), "toy.toml")
    assert len(error.value.flaws) == 1


def test_everything_that_is_wrong_is_told_at_once() -> None:
    text = GOOD.replace("level = 2", "level = 0").replace('topic = "races"', 'topic = "luck"')
    with pytest.raises(bank.BankError) as error:
        bank.read(text + GOOD, "toy.toml")
    assert len(error.value.flaws) == 3  # level, topic, and the id that is there twice


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("right = true\n", "", "options[1]: misconception: missing, and right = true as well"),
        ('misconception = "C is it"\n', "", "options[3]: misconception: missing"),
        ('misconception = "C is it"\n', "right = true\n", "options: 2 are marked right"),
        (
            'misconception = "C is it"\n',
            'misconception = "C is it"\nrefute = "GET a"\n',
            "refute: no line has an arrow",
        ),
        (
            'misconception = "C is it"\n',
            'misconception = "C is it"\nrefute = { chek = "a:b" }\n',
            "options[3].refute.chek: this field is not known. Did you mean 'check'?",
        ),
        (
            "right = true\n",
            'right = true\nmisconception = "No"\n',
            "options[1]: misconception: a right option has none",
        ),
    ],
)
def test_options_are_held_to_their_form(old: str, new: str, says: str) -> None:
    text = """
[[questions]]
id = "toy-a"
kind = "single"
topic = "races"
level = 2
prompt = "One pair is left and two customers come at once. Which of the three is it?"
why = "So."
"""
    text += '[[questions.options]]\ntext = "A"\nright = true\nwhy = "A."\n'
    text += '[[questions.options]]\ntext = "B"\nmisconception = "B is it"\nwhy = "B."\n'
    text += '[[questions.options]]\ntext = "C"\nmisconception = "C is it"\nwhy = "C."\n'
    assert bank.read(text, "toy.toml")
    assert old in text
    with pytest.raises(bank.BankError) as error:
        bank.read(text.replace(old, new, 1), "toy.toml")
    assert says in str(error.value)


def test_a_bank_that_is_not_there_is_guessed() -> None:
    with pytest.raises(bank.BankError, match="Did you mean 'leaderboard'"):
        bank.load("leaderbord")


def test_an_id_is_there_once_in_all_banks(tmp_path: Path) -> None:
    folder = copy_banks(tmp_path / "banks")
    assert len(bank.load_all(folder)) == len(bank.slugs())
    (folder / "toy.toml").write_text(GOOD.replace("toy-a", "leaderboard-two-servers"))
    with pytest.raises(bank.BankError, match="must begin with the name of the bank"):
        bank.load_all(folder)


def test_a_question_is_found_by_its_id() -> None:
    found = bank.question_of("leaderboard-two-servers")
    assert found is not None
    assert found.kind == "single"
    assert bank.question_of("leaderboard-gone") is None
