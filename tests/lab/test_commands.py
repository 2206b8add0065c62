"""One command: what is made of the bytes, and how it reads."""

from __future__ import annotations

import hashlib

import hiredis
import pytest

from lab.commands import Command, Entry
from lab.wire import commands_in


def entry(*command: object) -> Entry:
    return Entry.of(commands_in([hiredis.pack_command(command)])[0], "single")


@pytest.mark.parametrize(
    ("command", "name", "args"),
    [
        (("set", "k", "v"), "SET", ("k", "v")),
        (("xgroup", "create", "s", "g"), "XGROUP CREATE", ("s", "g")),
        (("CLIENT",), "CLIENT", ()),
        (("JSON.DEBUG", "MEMORY", "k"), "JSON.DEBUG MEMORY", ("k",)),
        (("PING",), "PING", ()),
        (("AUTH", "user", "secret"), "AUTH", ("(hidden)",)),
        (("HELLO", "3", "AUTH", "user", "secret"), "HELLO", ("(hidden)",)),
        (("ACL", "SETUSER", "ann", ">secret"), "ACL SETUSER", ("(hidden)",)),
        (("ACL", "WHOAMI"), "ACL WHOAMI", ()),
        ((b"\xff\x00",), "\\XFF\\X00", ()),
        (("GET", ""), "GET", ("",)),
        (("SET", "k", "x" * 5_000), "SET", ("k", "x" * 200 + "… (5,000 bytes)")),
        (("SET", "k", b"\x00" * 300), "SET", ("k", "\\x00" * 50 + "… (300 bytes)")),
    ],
)
def test_a_command_has_a_name_and_arguments_as_text(
    command: tuple[object, ...], name: str, args: tuple[str, ...]
) -> None:
    found = entry(*command)
    assert (found.name, found.args()) == (name, args)


def test_many_arguments_are_shown_shorter() -> None:
    args = entry("SADD", "k", *("x" * 100 for _ in range(20))).args()
    assert args[1] == "x" * 60 + "… (100 bytes)"


@pytest.mark.parametrize("text", ["return 1", "return 1 -- " + "x" * 5_000], ids=["short", "long"])
def test_a_script_is_known_by_its_sha(text: str) -> None:
    sha = hashlib.sha1(text.encode()).hexdigest()
    assert entry("EVAL", text, 0).script == sha
    assert entry("SCRIPT", "LOAD", text).script == sha
    assert entry("EVALSHA", sha.upper(), 0).script == sha
    assert entry("FCALL", "MyFunction", 0).script == "MyFunction"
    assert entry("GET", text).script is None


def test_an_entry_becomes_a_value_once_it_is_finished() -> None:
    found = entry("GET", "k")
    assert found.command().reply == ""
    found.finish("v")
    assert found.command().reply == "v"
    assert found.command() is found.command()


def test_text_is_quoted_as_in_redis_cli() -> None:
    args = ("key one", 'say "hi"', "", "plain")
    command = Command(0, "a", "SET", args, "", None, 0, 0, None, None, "single", None)
    assert command.text == 'SET "key one" "say \\"hi\\"" "" plain'
