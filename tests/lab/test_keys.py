"""Raw questions to a server."""

from __future__ import annotations

import pytest
from redis import ResponseError

from lab.keys import Asker, asking, literally, names


def test_replies_are_bytes_whatever_the_client_decodes(any_redis) -> None:
    any_redis.set("k", "é")
    (asker,) = asking(any_redis)
    assert asker.ask(("GET", "k")) == "é".encode()


def test_errors_are_values_among_many_and_raised_alone(any_redis) -> None:
    any_redis.set("k", "v")
    (asker,) = asking(any_redis)
    wrong, right = asker.ask_all([("LLEN", "k"), ("STRLEN", "k")])
    assert isinstance(wrong, ResponseError)
    assert right == 1
    with pytest.raises(ResponseError):
        asker.ask(("LLEN", "k"))
    assert asker.ask_all([]) == []


def test_names_come_sorted_and_once(any_redis) -> None:
    any_redis.mset({f"k{number:05}": 1 for number in range(3_000)})
    (asker,) = asking(any_redis)
    assert names(asker, "*") == [f"k{number:05}".encode() for number in range(3_000)]


@pytest.mark.parametrize("prefix", ["a*", "a?", "a[bc]", "a\\", "a^", "plain:", "{tag}:"])
def test_a_literal_prefix_matches_only_itself(any_redis, prefix: str) -> None:
    any_redis.mset({f"{prefix}1": 1, "ab1": 1, "ac1": 1, "axx": 1, "zz": 1})
    (asker,) = asking(any_redis)
    assert names(asker, f"{literally(prefix)}*") == [f"{prefix}1".encode()]


def test_every_primary_of_a_cluster_is_asked(cluster_redis) -> None:
    for number in range(60):
        cluster_redis.set(f"k{number}", number)
    askers = asking(cluster_redis)
    assert len(askers) == 3
    assert sorted(name for asker in askers for name in names(asker, "*")) == sorted(
        f"k{number}".encode() for number in range(60)
    )
    assert all(len(batch) <= 2 for batch in Asker.batches(askers[0], names(askers[0], "*"), 2))
