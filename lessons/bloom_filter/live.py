"""The live filter: load it, ask it, meet its mistakes, lose it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lessons.bloom_filter.bits import positions, read
from lessons.estimates import percent
from lessons.inputs import Integer, Text
from lessons.model import Action, Count, Run, Shown
from lessons.notes import note
from lessons.pictures import Bar, Bars, BitItem, Bits, Picture
from lessons.staging import load_scripts, plural
from patterns.bloom_filter import FilterFull, FilterMissing, SeenFilter
from patterns.bloom_filter.state import hashes_for

if TYPE_CHECKING:
    from lab.bench import Bench

NAME = "articles"
CAPACITY = 400
ERROR = 0.05

ITEM = Text("item", "Article", "article-7")


def seen_by(bench: Bench, *, watched: bool = True) -> SeenFilter:
    load_scripts(bench, "bloom_filter")
    redis = bench.client("reader") if watched else bench.quiet()
    return SeenFilter(redis, NAME, namespace=bench.namespace, capacity=CAPACITY, error=ERROR)


def looked_up(bench: Bench) -> list[str]:
    """The last items that were added or asked for."""
    return note(bench, "looked up", list)


def look_up(bench: Bench, item: str) -> None:
    looked_up(bench)[:] = [*(one for one in looked_up(bench) if one != item), item][-3:]


def picture(bench: Bench) -> Picture:
    """The bits of the filter as the server holds them, and where the last items hash to."""
    array = (
        read(bench.quiet(), seen_by(bench, watched=False).key) if bench.backend.kind != "fakeredis" else None
    )
    if array is None:
        return fullness(bench)
    items = []
    for item in looked_up(bench):
        found = positions(item, array.size, hashes_for(ERROR))
        unset = sum(one not in array.ones for one in found)
        known = not unset
        says = "may be there: all its bits are set" if known else f"not in it: {plural(unset, 'bit')} not set"
        items.append(BitItem(item, found, says, "warn" if known else "good"))
    return Bits("The bits of the filter", array.size, array.ones, tuple(items))


def fullness(bench: Bench) -> Picture:
    state = seen_by(bench, watched=False).state()
    bars = (
        ()
        if state is None
        else (Bar("remembered", state.items), Bar("still free", state.capacity - state.items))
    )
    if state is None:
        return Bars("There is no filter", (), "items")
    note = "An item that looked known when it came is not counted."
    return Bars("How full the filter is", bars, "items", total=state.capacity, note=note)


def shown(bench: Bench, says: str, *counts: Count, good: bool = True) -> Shown:
    bits, full = picture(bench), fullness(bench)
    return Shown(says, "good" if good else "warn", counts, bits, (full,) if isinstance(bits, Bits) else ())


def lost(bench: Bench) -> list[bool]:
    """Whether the filter was lost and not built again since."""
    return note(bench, "lost", lambda: [False])


def added(bench: Bench) -> list[str]:
    """What the record has beside the articles that are counted: those that were added by hand."""
    return note(bench, "added", list)


def ready(bench: Bench) -> SeenFilter:
    """The filter, made first if there never was one. One that was lost stays lost until it is built again."""
    if not lost(bench)[0] and seen_by(bench, watched=False).state() is None:
        seen_by(bench, watched=False).rebuild(lambda: articles(200))
    return seen_by(bench)


def articles(number: int) -> list[str]:
    return [f"article-{one}" for one in range(number)]


def record(bench: Bench, number: int) -> list[str]:
    """So many articles, and what was added by hand, as far as a filter of this size holds them."""
    by_hand = added(bench)
    others = [one for one in articles(number) if one not in by_hand]
    return [*others[: max(0, CAPACITY - len(by_hand))], *by_hand]


def build(bench: Bench, /, *, number: int) -> Shown:
    """Read the truth and make the filter of it, beside the one in use."""
    by_hand = len(added(bench))
    loaded = seen_by(bench).rebuild(lambda: record(bench, number))
    lost(bench)[0] = False
    which = f" ({by_hand} that you added among them)" if by_hand else ""
    return shown(bench, f"{plural(loaded, 'article')} loaded{which}, and swapped in with one RENAME.")


def add(bench: Bench, /, *, item: str) -> Shown:
    """The reply says whether it was new. Press twice."""
    look_up(bench, item)
    try:
        new = ready(bench).add(item)
    except FilterMissing:
        says = f"There is no filter, and {item} makes none: an empty one would say no to all the others."
        return shown(bench, f"{says} Build it from the record.", good=False)
    except FilterFull:
        says = f"The filter holds the {CAPACITY} items that it was made for. {item} is not in it."
        return shown(bench, f"{says} Build it with fewer articles.", good=False)
    if item not in added(bench):
        added(bench).append(item)
    if new:
        return shown(bench, f"{item} is new, and is remembered from now on. Add it again.")
    return shown(bench, f"{item} was seen before, or looks like something that was.", good=False)


def ask(bench: Bench, /, *, item: str) -> Shown:
    """No is certain, yes is not."""
    look_up(bench, item)
    answer = ready(bench).might_contain(item)
    if answer is None:
        return shown(bench, f"There is no filter, so {item} is unknown: ask the record.", good=False)
    if answer:
        return shown(bench, f"{item} may be there: ask the record if it matters.", good=False)
    return shown(bench, f"{item} was never added to this filter. That is certain.")


def strangers(bench: Bench, /, *, number: int) -> Shown:
    """Ask for articles that nobody added, and count the wrong yes."""
    one = ready(bench)
    answers = [one.might_contain(f"stranger-{place}") for place in range(number)]
    wrong, state = answers.count(True), one.state()
    if state is None:
        says = f"There is no filter: all {number:,} strangers are unknown, and none of them is turned away."
        return shown(bench, says, Count("Unknown", answers.count(None), "items"), good=False)
    full = state.items / state.capacity
    return shown(
        bench,
        f"Of {plural(number, 'stranger')} the filter takes {wrong} for known. It is {percent(full)} full; "
        f"a full one takes {percent(ERROR)}.",
        Count("Wrong yes", wrong, "items"),
    )


def lose(bench: Bench, /, *, item: str) -> Shown:
    """Evicted, deleted, gone with its primary: the key is not there."""
    bench.quiet().delete(seen_by(bench).key)
    lost(bench)[0] = True
    answer = seen_by(bench).might_contain(item)
    return shown(bench, f"The filter is gone. Of {item} it says {answer}, which is not no.", good=False)


LIVE = Run(
    "Load it, ask it, lose it",
    (
        Action(
            "Build it from the record",
            build,
            (Integer("number", "Articles", 200, 0, CAPACITY),),
            (SeenFilter.rebuild,),
        ),
        Action("Add an article", add, (ITEM,), (SeenFilter.add,)),
        Action(
            "Ask for an article", ask, (Text("item", "Article", "article-900"),), (SeenFilter.might_contain,)
        ),
        Action(
            "Ask for strangers",
            strangers,
            (Integer("number", "Strangers", 300, 10, 1_000),),
            (SeenFilter.might_contain,),
        ),
        Action("Lose the filter", lose, (ITEM,), (SeenFilter.might_contain,), danger=True),
    ),
    picture,
)
