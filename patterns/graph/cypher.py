"""Values that travel beside a Cypher query: a name that somebody typed must never become a part of it."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["parameters"]

ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"'})


def parameters(values: Mapping[str, str]) -> str:
    """The head of a query, in which `$name` stands for a text: CYPHER name="O\\"Neill" and a blank.

    A text ends at a quote and nowhere else, except at a NUL, which no text can carry.
    """
    for value in values.values():
        if "\0" in value:
            raise ValueError("a parameter must not contain the character NUL")
    return "CYPHER " + "".join(f'{name}="{value.translate(ESCAPED)}" ' for name, value in values.items())
