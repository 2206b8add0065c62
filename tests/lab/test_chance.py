"""Inside a seeded block chance repeats itself, and nowhere else."""

from __future__ import annotations

import os
import random
import secrets
import threading
import uuid

from lab.chance import seeded


def drawn() -> tuple[object, ...]:
    return secrets.token_hex(8), uuid.uuid4(), random.random(), os.urandom(4), secrets.token_urlsafe(6)


def test_the_same_seed_draws_the_same() -> None:
    with seeded(7):
        first = drawn()
    with seeded(7):
        assert drawn() == first
    with seeded(8):
        other = drawn()
    assert all(one != two for one, two in zip(first, other, strict=True))


def test_outside_the_block_chance_is_chance() -> None:
    random.seed(3)
    expected = random.random()
    random.seed(3)
    with seeded(7):
        inside = secrets.token_hex(8)
    assert random.random() == expected
    assert len({inside, secrets.token_hex(8), secrets.token_hex(8)}) == 3


def test_another_thread_does_not_draw_from_it() -> None:
    found: list[str] = []
    with seeded(7):
        mine = secrets.token_hex(8)
    with seeded(7):
        thread = threading.Thread(target=lambda: found.append(secrets.token_hex(8)))
        thread.start()
        thread.join(10)
        assert secrets.token_hex(8) == mine
    assert found != [mine]


def test_a_block_inside_a_block_gives_the_outer_one_back() -> None:
    with seeded(7):
        expected = [secrets.token_hex(4), secrets.token_hex(4)]
    with seeded(7):
        first = secrets.token_hex(4)
        with seeded(1):
            secrets.token_hex(4)
        assert [first, secrets.token_hex(4)] == expected
