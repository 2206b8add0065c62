"""The rules of the house, as functions of a folder: each yields a sentence per breach."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

MOST_LINES = 400
CARD = ("Guarantee", "Breaks", "Keys", "Cost", "Cluster")
SIGNATURE = re.compile(r"^-- (?P<name>\w+)\(keys=\[[^\]]*\], args=\[[^\]]*\]\) -> .+")
LINK = re.compile(r"\[[^\]]*\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)")


def pattern_folders(root: Path) -> list[Path]:
    """The folders that hold a pattern."""
    folders = sorted(path.parent for path in (root / "patterns").glob("*/__init__.py"))
    if not folders:
        raise AssertionError(f"{root}/patterns holds no pattern at all: the rules would check nothing.")
    return folders


def incomplete_patterns(root: Path) -> Iterator[str]:
    """Every pattern has a card with five headings, both versions, a test of its name and a lesson."""
    for folder in pattern_folders(root):
        docstring = ast.get_docstring(ast.parse((folder / "__init__.py").read_text())) or ""
        for heading in CARD:
            if not re.search(rf"^{heading}\b", docstring, re.MULTILINE):
                yield f"patterns/{folder.name}/__init__.py: no line of the card begins with {heading!r}."
        for needed in ("naive.py", "hardened.py"):
            if not (folder / needed).is_file():
                yield f"patterns/{folder.name}: {needed} is missing."
        if not (root / "tests" / "patterns" / f"test_{folder.name}.py").is_file():
            yield f"patterns/{folder.name}: write its contract, tests/patterns/test_{folder.name}.py."
        if not (root / "lessons" / folder.name / "lesson.py").is_file():
            yield f"patterns/{folder.name}: no lesson runs it; write lessons/{folder.name}/lesson.py."


def unsigned_scripts(root: Path) -> Iterator[str]:
    """Line one of every script is its signature, under the name of its file."""
    for script in sorted((root / "patterns").glob("*/*.lua")):
        first = script.read_text().partition("\n")[0]
        signed = SIGNATURE.match(first)
        if not signed or signed["name"] != script.stem:
            yield (
                f"{script.relative_to(root)}: line 1 must be its signature, "
                f"-- {script.stem}(keys=[...], args=[...]) -> ..., and is {first!r}."
            )


def unused_scripts(root: Path) -> Iterator[str]:
    """Every script is loaded by the Python beside it."""
    for script in sorted((root / "patterns").glob("*/*.lua")):
        python = "".join(path.read_text() for path in script.parent.glob("*.py"))
        if f'"{script.stem}"' not in python:
            yield f"{script.relative_to(root)}: nothing beside it loads it."


def foreign_imports(root: Path) -> Iterator[str]:
    """Patterns import redis, the standard library, the catalogue, the wire and themselves."""
    for module in sorted((root / "patterns").rglob("*.py")):
        own = {"patterns.catalogue", "patterns.wire", f"patterns.{module.parent.name}"}
        for node in ast.walk(ast.parse(module.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or "."]
            for name in names:
                top = name.partition(".")[0]
                fine = top in sys.stdlib_module_names or top == "redis"
                if not fine and not any(name == one or name.startswith(one + ".") for one in own):
                    yield f"{module.relative_to(root)}: imports {name}; a pattern must be ready to copy."


def long_modules(root: Path) -> Iterator[str]:
    """A module past the limit holds two ideas."""
    for package in ("patterns", "lab", "lessons", "memory", "ui"):
        for module in sorted((root / package).rglob("*.py")):
            lines = module.read_text().count("\n")
            if lines > MOST_LINES:
                yield f"{module.relative_to(root)} has {lines} lines; {MOST_LINES} is the limit. Split it."


def broken_links(root: Path) -> Iterator[str]:
    """Every relative link of a Markdown file leads somewhere."""
    for page in sorted([*root.glob("*.md"), *root.glob("docs/**/*.md")]):
        for target in LINK.findall(page.read_text()):
            if not (page.parent / target).exists():
                yield f"{page.relative_to(root)}: the link to {target} leads nowhere."


def untested_modules(root: Path) -> Iterator[str]:
    """The tests mirror the tree: a module of lab has a test of its name."""
    for module in sorted((root / "lab").glob("*.py")):
        if module.stem.startswith("_"):
            continue
        if not list((root / "tests" / "lab").glob(f"test_{module.stem}*.py")):
            yield f"lab/{module.name}: write tests/lab/test_{module.stem}.py."
