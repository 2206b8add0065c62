"""What the lab says when it cannot give a server."""

from __future__ import annotations

from lab.errors import LabError


def test_an_error_is_its_sentence_and_carries_its_kind() -> None:
    error = LabError("refused", "No server answers.")
    assert (str(error), error.says, error.kind) == ("No server answers.", "No server answers.", "refused")
