"""SCAN and its kin: several batches of one scan, with others in between, are what cannot be explored."""

from __future__ import annotations

from collections.abc import Iterable

from lab.explorer.commands import Command, name_of

__all__ = ["SCANS", "scans", "whole"]

SCANS = {"SCAN": 2, "HSCAN": 3, "SSCAN": 3, "ZSCAN": 3}
"""Where the options stand."""
_COUNT = 10
"""How many elements Redis looks for unless it is told."""


def scans(commands: Iterable[Command]) -> bool:
    """Whether one of them scans: nobody is between the batches of a setup, and somebody of a client."""
    return any(name_of(command) in SCANS for command in commands)


def whole(command: Command) -> tuple[Command, int] | None:
    """The command that asks for everything, and the COUNT that was asked for; None where Redis complains."""
    kept, count = list(command[: SCANS[name_of(command)]]), _COUNT
    options = command[len(kept) :]
    for option, value in zip(options[::2], options[1::2], strict=False):
        if option.upper() != b"COUNT":
            kept += (option, value)
        elif not value.isdigit() or not int(value):
            return None
        else:
            count = int(value)
    if len(kept) < SCANS[name_of(command)] or len(options) % 2:
        return None
    return (*kept, b"COUNT", b"1000000000"), count
