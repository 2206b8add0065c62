"""Writes a content folder to begin with: a lesson, a scene list and a bank that work and teach."""

from __future__ import annotations

import shutil
from pathlib import Path

__all__ = ["TEMPLATE", "FolderIsTaken", "write_template"]

TEMPLATE = Path(__file__).with_name("template")


class FolderIsTaken(Exception):
    """The folder holds something already; nothing was written."""


def write_template(folder: Path) -> tuple[Path, ...]:
    """Write the template into a new or empty folder; the files that were written."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderIsTaken(f"{folder} is there already and not empty. Name a folder that is not there yet.")
    shutil.copytree(TEMPLATE, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    return tuple(sorted(file for file in folder.rglob("*") if file.is_file()))
