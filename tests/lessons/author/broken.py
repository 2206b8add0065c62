"""The template in ten broken forms: what is done to it, and what must be said about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["BROKEN", "Broken", "break_it"]


@dataclass(frozen=True, slots=True)
class Broken:
    """In `file`, `old` becomes `new`; where `new` is None the file is gone."""

    name: str
    file: str
    old: str
    new: str | None
    says: tuple[str, ...]
    """Pieces of the one message: the file, the place, the cure."""
    on_home: bool = True
    """Whether home can see it without running anything."""


LESSON, WORDS = "stock_counter/lesson.py", "stock_counter/lesson.md"
SHOP, RACES = "stock_counter/shop.py", "stock_counter/races.py"
SCENES, BANK, COURSE = "scenes/five_minutes.toml", "banks/stock_counter.toml", "course.toml"

BROKEN = (
    Broken("no table of contents", COURSE, "", None, ("mine/course.toml is missing", "Write title, promise")),
    Broken(
        "no TOML", COURSE, 'title = "Our own stack"', "title = Our own stack",
        ("course.toml: this is no TOML", "line 2"),
    ),
    Broken(
        "a field misspelt", COURSE, "promise =", "promice =",
        ("course.toml, line 3: 'promice' is not known", "Did you mean 'promise'?"),
    ),
    Broken(
        "a lesson of the course", COURSE, '["stock_counter"]', '["stock_counter", "leaderboard"]',
        ("course.toml, line 4: 'leaderboard' is a lesson of the course already", "another name"),
    ),
    Broken(
        "a heading spelt otherwise", WORDS, "## Everybody buys at once", "## Everybody buys",
        ("stock_counter/lesson.md, line 14", "the step is 'Everybody buys at once'", "Spell both the same"),
    ),
    Broken(
        "a question without a topic", WORDS, "### [races] Why", "### Why",
        ("stock_counter/lesson.md: line 32", "names no topic", "[failures]"),
    ),
    Broken(
        "an action that ends the program", LESSON,
        "sold = buy_hardened", "raise SystemExit(0)\n    sold = buy_hardened",
        ("'Sell one' fails: The code ends the program (SystemExit)",), on_home=False,
    ),
    Broken(
        "code that cannot be imported", LESSON, "from redis import Redis", "from redis import Rediss",
        ("stock_counter/lesson.py cannot be imported", "Rediss"),
    ),
    Broken(
        "a syntax error", LESSON, "def put(bench: Bench", "def put(bench: Bench:",
        ("stock_counter/lesson.py cannot be imported. Line 29: SyntaxError",),
    ),
    Broken(
        "a package that is not installed", LESSON, "from redis import Redis", "import nummpy",
        ("lesson.py cannot be imported. Line 16", "No module named 'nummpy'", "pip install nummpy"),
    ),
    Broken(
        "an import of a file beside it without a dot", LESSON, "from .shop import", "from shop import",
        ("lesson.py cannot be imported. Line 22", "import each other with a dot: from .shop import"),
    ),
    Broken(
        "a mistake in the file beside it", SHOP, 'KEY = "stock:shoe"', "KEY = stock",
        ("lesson.py cannot be imported. Line 7 of shop.py: NameError",),
    ),
    Broken(
        "a lesson that ends the program", LESSON, "PAIRS = ", "raise SystemExit(3)\nPAIRS = ",
        ("lesson.py cannot be imported. Line 25: SystemExit: 3", "must not end the program"),
    ),
    Broken(
        "a comma too few behind the only input", LESSON, "put, (PAIRS,))", "put, (PAIRS))",
        ("Run 'Sell, and watch the stock'", "Action 'Put pairs in stock': inputs is an Integer", "(x,)"),
    ),
    Broken(
        "a text for a number", LESSON, "minutes=10", 'minutes="ten"',
        ("lesson.py: LESSON: minutes is 'ten', and should be a whole number",),
    ),
    Broken(
        "a text for a step", LESSON, 'Read("The last pair of shoes")', '"The last pair of shoes"',
        ("lesson.py: LESSON: steps", "is 'The last pair of shoes', and should be a Read"),
    ),
    Broken(
        "an input of another name", LESSON, 'Integer("pairs"', 'Integer("pears"',
        ("put is called as put(bench, pears), and that does not fit: missing a required",),
    ),
    Broken(
        "a default that is not allowed", LESSON, '"Pairs in stock", 3, 0, ', '"Pairs in stock", 3, 5, ',
        ("'Put pairs in stock': the default of an input cannot be used. Pairs in stock is 3",),
    ),
    Broken(
        "an action that shows nothing", LESSON,
        'return Shown(f"{pairs} pairs are in stock.", "good")', "return None",
        ("'Put pairs in stock': it returns None. End it with return Shown",), on_home=False,
    ),
    Broken(
        "a heading without a step", WORDS, "## Everybody buys", "## And now\n\nx\n\n## Everybody buys",
        ("lesson.md, line 14: the heading 'And now' has no step",),
    ),
    Broken(
        "a step without a heading", WORDS, "## Everybody buys at once\n", "\n",
        ("lesson.md, line 19: the step 'Everybody buys at once' has no words", "above 'Every order"),
    ),
    Broken(
        "a race whose naive version is not broken", RACES, '"naive": buy_naive', '"naive": buy_hardened',
        ("races.py, 'The last pair', naive: it is proved, and should be broken with 'oversold: '",),
        on_home=False,
    ),
    Broken(
        "a race whose hardened version is not proved", SHOP, "if left < 1 then", "if left < 0 then",
        ("races.py, 'The last pair', hardened: it is violated, and should be proved. oversold",),
        on_home=False,
    ),
    Broken(
        "an invariant that raises", RACES, "return f\"oversold: one", "return 1 / 0 or f\"oversold: one",
        ("races.py, 'The last pair', naive: line 37 of races.py: ZeroDivisionError",), on_home=False,
    ),
    Broken(
        "a client that never ends", SHOP, "    left = int(redis.get(KEY) or 0)\n",
        "    left = int(redis.get(KEY) or 0)\n    while redis.exists(KEY): redis.get(KEY)\n",
        ("races.py, 'The last pair', naive: it is bounded",), on_home=False,
    ),
    Broken(
        "a scenario of another type", RACES, "scenario=last_pair", "scenario='last_pair'",
        ("races.py: RACES, Race 'The last pair': scenario is 'last_pair', and should be the function",),
    ),
    Broken(
        "a race that is not there", LESSON, 'Prove("Every order there is")',
        'Prove("Every order there is", race=1)',
        ("the step 'Every order there is' proves race 1, and races.py has 1",),
    ),
    Broken(
        "a kind of question that is not known", BANK, 'kind = "single"', 'kind = "singel"',
        ("stock_counter-look-then-take: kind: 'singel' is not known", "mean 'single'?"), on_home=False,
    ),
    Broken(
        "an action that fails", LESSON, 'bench.client("shop").set(KEY, pairs)',
        'bench.client("shop").lpush(KEY)',
        ("lesson.py, 'Sell, and watch the stock', 'Put pairs in stock' fails", "wrong number of arguments"),
        on_home=False,
    ),
    Broken(
        "a scene of an action that is not there", SCENES, 'action = "Put pairs in stock"',
        'action = "Fill the shelf"',
        ("scenes/five_minutes.toml, line 14: 'action' of scene 2", "There is: Put pairs in stock; Sell one"),
    ),
    Broken(
        "a question that claims what is not so", BANK, "Ben: DECR stock:shoe           -> -1",
        "Ben: DECR stock:shoe           -> 0",
        ("banks/stock_counter.toml, stock_counter-look-then-take", "-1"),
        on_home=False,
    ),
)  # fmt: skip


def break_it(folder: Path, broken: Broken) -> None:
    """Do it to a folder that holds the template."""
    path = folder / broken.file
    if broken.new is None:
        path.unlink()
        return
    text = path.read_text(encoding="utf-8")
    assert broken.old in text
    path.write_text(text.replace(broken.old, broken.new, 1), encoding="utf-8")
