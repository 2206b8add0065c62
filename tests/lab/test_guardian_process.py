"""The parts of the guardian's own process that can be looked at from here; test_guardian.py runs the rest."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from lab import guardian_process


def test_a_new_folder_is_locked_and_survives_a_sweep(tmp_path: Path) -> None:
    folder, lock = guardian_process.make_folder(str(tmp_path))
    try:
        assert os.path.basename(folder).startswith(guardian_process.PREFIX)
        guardian_process.sweep(str(tmp_path))
        assert os.path.isdir(folder)
    finally:
        os.close(lock)
    guardian_process.sweep(str(tmp_path))
    assert not os.path.isdir(folder)


def test_a_folder_that_is_just_being_made_survives_a_sweep(tmp_path: Path) -> None:
    folder = tmp_path / f"{guardian_process.PREFIX}new"
    folder.mkdir()
    guardian_process.sweep(str(tmp_path))
    assert folder.is_dir()
    os.utime(folder, (1, 1))
    guardian_process.sweep(str(tmp_path))
    assert not folder.exists()


def test_a_sweep_touches_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "target").mkdir()
    link = tmp_path / f"{guardian_process.PREFIX}link"
    link.symlink_to(tmp_path / "target")
    os.utime(link, (1, 1), follow_symlinks=False)
    guardian_process.sweep(str(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == [link.name, "other", "target"]


def test_a_lock_held_by_another_is_not_stale(tmp_path: Path) -> None:
    with open(tmp_path / guardian_process.LOCK, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert not guardian_process.is_stale(str(tmp_path), age=1e9)
    assert guardian_process.is_stale(str(tmp_path), age=0)
