"""The Python of an instructor's folder, imported beside the course.

Every file is a module of a package of the folder's own, so that the files of a lesson import each other with
a dot: `from .shop import buy`. They are imported anew when one of them has changed. Nothing that such a file
does while it is imported stops the app: not an exit, and not a loop without an end.
"""

from __future__ import annotations

import importlib
import sys
import threading
import traceback
import zlib
from pathlib import Path
from types import ModuleType

from lab.log import add_home
from lab.within import Late, within
from lessons import shape
from lessons.model import Lesson

__all__ = ["PATIENCE", "Guest", "Refused"]

PATIENCE = 10.0
"""Seconds that the import of one file may take."""


class Refused(Exception):
    """A file that cannot be imported. The message is a sentence with the line and the cure."""


class Guest:
    """The modules of one folder. Not safe for threads: the library that asks holds a lock."""

    def __init__(self, root: Path) -> None:
        self.root = root
        add_home(root)
        # The same in every process: the explorer finds a client's code by the name of its module.
        self.package = f"guest_{zlib.crc32(str(root).encode()):08x}"

    def misshapen(self, lesson: Lesson) -> str:
        """What no type checker has told the author; empty if nothing is wrong."""
        return shape.misshapen(lesson)

    def misshapen_races(self, races: object) -> str:
        """The same of what a `races.py` calls RACES."""
        return shape.misshapen_races(races)

    def stamp(self, slug: str) -> tuple[object, ...]:
        """What changes when a file does that the lesson may be made of."""
        folder = self.root / slug
        files = sorted((folder / "lesson.md", *folder.glob("*.py"), *self.root.glob("*.py")))
        return tuple((str(file), (found := file.stat()).st_mtime_ns, found.st_size) for file in files)

    def forget(self, slug: str) -> None:
        """Import the files of a lesson anew from now on, and those that all lessons of the folder share."""
        for name in [one for one in sys.modules if one.startswith(f"{self.package}.")]:
            first = name.split(".")[1]
            if first == slug or (self.root / f"{first}.py").is_file():
                del sys.modules[name]
        importlib.invalidate_caches()

    def module(self, slug: str, name: str) -> ModuleType:
        """The module of a file of a lesson. Refused says why there is none."""
        if self.package not in sys.modules:
            package = ModuleType(self.package)
            package.__path__ = [str(self.root)]
            sys.modules[self.package] = package
        dotted = f"{self.package}.{slug}.{name}"
        if dotted in sys.modules:
            return sys.modules[dotted]
        writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # it is an instructor's folder
        try:
            return within(PATIENCE, lambda: importlib.import_module(dotted), f"import-{slug}")
        except Late as late:
            says = f"It is not imported after {PATIENCE:g} seconds{self._line_of(late.thread)}. Does it loop?"
            raise Refused(says) from None
        except (Exception, SystemExit) as error:
            raise Refused(self._told(error, slug, name)) from error
        finally:
            sys.dont_write_bytecode = writes

    def _told(self, error: BaseException, slug: str, name: str) -> str:
        """The error with the line of the instructor's that it comes from, and what to do."""
        reason = f"{type(error).__name__}: {error}"
        if isinstance(error, SyntaxError):
            place, reason = (error.filename or "", error.lineno or 0), f"{type(error).__name__}: {error.msg}"
        else:
            frames = traceback.extract_tb(error.__traceback__)
            places = [(one.filename, one.lineno or 0) for one in frames if self._is_ours(one.filename)]
            place = places[-1] if places else ("", 0)
        cure = self._cure(error, slug)
        return f"{self._where(*place, f'{name}.py')}{reason.rstrip('.')}.{cure}"

    def _where(self, file: str, line: int, asked: str) -> str:
        if not line:
            return ""
        path = Path(file)
        elsewhere = f" of {path.name}" if path.name != asked else ""
        return f"Line {line}{elsewhere}: "

    def _cure(self, error: BaseException, slug: str) -> str:
        if isinstance(error, SystemExit):
            return " A lesson must not end the program."
        if not isinstance(error, ModuleNotFoundError) or not error.name:
            return ""
        own = error.name.removeprefix(f"{self.package}.").removeprefix(f"{slug}.")
        first = own.partition(".")[0]
        if (self.root / slug / f"{first}.py").is_file():
            return f" The files of a lesson import each other with a dot: from .{first} import ..."
        if first == slug or (self.root / first).exists() or error.name.startswith(f"{self.package}."):
            return " The files of a lesson import each other with a dot: from .shop import ..."
        return f" Is it installed where Keyspace runs? .venv/bin/pip install {first}, then start it again."

    def _line_of(self, thread: threading.Thread) -> str:
        """ " (line 12 of lesson.py)": where an import is that does not end."""
        frame = sys._current_frames().get(thread.ident or 0)
        while frame is not None:
            if self._is_ours(frame.f_code.co_filename):
                return f" (line {frame.f_lineno} of {Path(frame.f_code.co_filename).name})"
            frame = frame.f_back
        return ""

    def _is_ours(self, file: str) -> bool:
        return Path(file).is_relative_to(self.root)
