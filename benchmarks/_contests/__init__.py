"""The contests, a module for each kind of job. Peers are imported when a contest starts, never before."""

from __future__ import annotations

import importlib
import pkgutil

from benchmarks._contest import Contest

__all__ = ["contests"]


def contests() -> list[Contest]:
    """All contests, by pattern in the order of the alphabet."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return sorted((contest for module in modules for contest in module.CONTESTS), key=lambda one: one.slug)
