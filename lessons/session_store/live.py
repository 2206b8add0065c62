"""The live store: sign in, use the session, let time pass, sign out here or everywhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lessons.inputs import Text
from lessons.model import Action, Count, Run, Shown
from lessons.notes import note
from lessons.pictures import Lane, Mark, Picture, Span, Timeline, Tone
from lessons.staging import load_scripts, plural
from patterns.session_store import Sessions

if TYPE_CHECKING:
    from lab.bench import Bench

TTL_S = 1_800
ABSOLUTE_S = 8 * 3_600

HORIZON, MARGIN = 2.0, 1.25
"""How much further than now and the first ends the picture looks, and shows of what goes on beyond."""

PUT_OFF = "More than half of the session's time was over: its end is put off"

USER = Text("user", "User", "ann")
DEVICE = Text("device", "Device", "laptop")


@dataclass(slots=True)
class Visit:
    """One session as the learner sees it: on which device, from when until when."""

    user: str
    session_id: str
    began: float
    until: float
    marks: list[Mark] = field(default_factory=list)


@dataclass(slots=True)
class Desk:
    """The devices of this lesson and the last session of each."""

    began: float
    visits: dict[str, Visit] = field(default_factory=dict)


def desk(bench: Bench) -> Desk:
    return note(bench, "live", lambda: Desk(bench.clock()))


def at(bench: Bench) -> float:
    began = desk(bench).began
    return bench.clock() - began


def picture(bench: Bench) -> Picture:
    """A lane for each device: until when its session lasts without a request, and until when at all."""
    visits, now = desk(bench).visits, at(bench)
    # Eight hours are drawn to their end when that is near: before, half an hour would be a line beside them.
    horizon = HORIZON * max([now, *(visit.until for visit in visits.values())])
    lanes = tuple(
        Lane(device, spans(visit, now, horizon), tuple(visit.marks))
        for device, visit in sorted(visits.items())
    )
    ends = [span.end or 0.0 for lane in lanes for span in lane.spans]
    far = any(span.end is None for lane in lanes for span in lane.spans)
    return Timeline(
        "Who is signed in where",
        lanes,
        max([horizon / HORIZON * (MARGIN if far else 1.0), *ends, 0.001]),
        f"A request may put off the idle end, to {TTL_S // 60} minutes from then, but never beyond the "
        "absolute one."
        if any(visit.until > now for visit in visits.values())
        else "",
    )


def spans(visit: Visit, now: float, horizon: float) -> tuple[Span, ...]:
    """Until when the session lasts without a request; and, while it lasts, until when at all."""
    first = Span(visit.began, visit.until, f"{visit.user} signed in", "good")
    if visit.until <= now:
        return (first,)
    last = visit.began + ABSOLUTE_S
    label = f"{ABSOLUTE_S // 3_600} h at the latest"
    return first, Span(visit.began, last if last <= horizon else None, label)


def sessions(bench: Bench, *, seen: bool = True) -> Sessions:
    load_scripts(bench, "session_store")
    redis = bench.client("web server") if seen else bench.quiet()
    return Sessions(redis, TTL_S, absolute_ttl=ABSOLUTE_S, namespace=bench.namespace, now=bench.clock)


def shown(bench: Bench, says: str, tone: Tone = "good", *counts: Count) -> Shown:
    return Shown(says, tone, counts, picture(bench))


def marks(bench: Bench, visit: Visit, label: str, tone: Tone = "plain") -> None:
    visit.marks.append(Mark(at(bench), label, tone))


def left(bench: Bench, visit: Visit) -> float:
    """How long the session would go on without another request."""
    owner, token = visit.session_id.split(".")
    return max(0, int(bench.quiet().pttl(f"{bench.namespace}session:{{{owner}}}:{token}"))) / 1000


def puts_off(bench: Bench, visit: Visit) -> bool:
    """Look when the session ends now; whether the request has put that off."""
    before, visit.until = visit.until, at(bench) + left(bench, visit)
    return visit.until > before + 1


def ends(bench: Bench, visit: Visit) -> None:
    """What was to come is over."""
    visit.until = min(visit.until, at(bench))


def sign_in(bench: Bench, /, *, user: str, device: str) -> Shown:
    """A new session, under a new id."""
    session_id = sessions(bench).create(user, {"device": device})
    older = desk(bench).visits.get(device)
    goes_on = older is not None and older.until > at(bench)
    desk(bench).visits[device] = Visit(user, session_id, at(bench), at(bench) + TTL_S)
    return shown(
        bench,
        f"{user} is signed in on the {device}. The cookie: {session_id[:12]}…{session_id[-6:]}."
        + (" It replaced the older cookie there, whose session goes on until it ends." if goes_on else ""),
        "good",
        Count("Ends without a request in", TTL_S // 60, "min"),
        Count("Ends at the latest in", ABSOLUTE_S // 3_600, "h"),
    )


def open_page(bench: Bench, /, *, device: str) -> Shown:
    """Any request: read the session, and put its end off if half of its time is over."""
    if (visit := desk(bench).visits.get(device)) is None:
        return nobody(bench, device)
    held = sessions(bench).get(visit.session_id)
    if held is None:
        return signed_out(bench, visit, device)
    moved = puts_off(bench, visit)
    marks(bench, visit, "page, end put off" if moved else "page", "good" if moved else "plain")
    fields = ", ".join(f"{name} {value}" for name, value in held.items())
    return shown(
        bench,
        f"The session holds {fields}. " + (f"{PUT_OFF}." if moved else "Nothing was written."),
    )


def save(bench: Bench, /, *, device: str, name: str, value: str) -> Shown:
    """Set one field. Other tabs may be setting others."""
    if (visit := desk(bench).visits.get(device)) is None:
        return nobody(bench, device)
    if not sessions(bench).update(visit.session_id, {name: value}):
        return signed_out(bench, visit, device)
    moved = puts_off(bench, visit)
    label = f"saves {name}"
    marks(bench, visit, f"{label}, end put off" if moved else label, "good" if moved else "plain")
    return shown(
        bench, f"{name} is {value} now. {PUT_OFF if moved else 'The end of the session is where it was'}."
    )


def sign_out(bench: Bench, /, *, device: str) -> Shown:
    """End this session."""
    if (visit := desk(bench).visits.get(device)) is None:
        return nobody(bench, device)
    was = sessions(bench).destroy(visit.session_id)
    ends(bench, visit)
    marks(bench, visit, "signs out", "warn")
    return shown(
        bench,
        f"{visit.user} is signed out on the {device}." if was else "That session had ended already.",
        "good" if was else "warn",
    )


def everywhere(bench: Bench, /, *, user: str) -> Shown:
    """End all sessions of a user: one key is deleted, however many there are."""
    count = sessions(bench).destroy_all(user)
    for visit in desk(bench).visits.values():
        if visit.user == user and visit.until > at(bench):
            ends(bench, visit)
            marks(bench, visit, "signed out everywhere", "warn")
    held = "it" if count == 1 else "they"
    return shown(
        bench,
        f"{plural(count, 'session')} of {user} ended. What {held} held stays out of reach until it expires."
        if count
        else f"{user} was signed in nowhere: there was nothing to end.",
        "good" if count else "warn",
        Count("Ended", count, "sessions"),
    )


def devices(bench: Bench, /, *, user: str) -> Shown:
    """Where the user is signed in, from the list itself."""
    found = set(sessions(bench).list_sessions(user))
    names = [name for name, visit in sorted(desk(bench).visits.items()) if visit.session_id in found]
    more = len(found) - len(names)
    if names:
        says = f"{user} is signed in: {', '.join(names)}" + (f", and {more} older." if more else ".")
    elif more:
        says = f"{user} has {plural(more, 'session')}, of which no device here has the cookie any more."
    else:
        says = f"{user} is signed in nowhere."
    return shown(
        bench,
        says,
        "good" if found else "warn",
        Count("On the list", len(found), "sessions"),
    )


def signed_out(bench: Bench, visit: Visit, device: str) -> Shown:
    ends(bench, visit)
    marks(bench, visit, "turned away", "warn")
    return shown(bench, f"No such session: the {device} has to sign in again. Nothing was written.", "warn")


def nobody(bench: Bench, device: str) -> Shown:
    return shown(bench, f"Nobody has signed in on the {device} yet. Begin with the first button.", "warn")


LIVE = Run(
    "Sign in, use it, sign out",
    (
        Action("Sign in", sign_in, (USER, DEVICE), (Sessions.create,)),
        Action(
            "Sign in on another device",
            sign_in,
            (USER, Text("device", "Device", "phone")),
            (Sessions.create,),
        ),
        Action("Open a page", open_page, (DEVICE,), (Sessions.get,)),
        Action(
            "Save a field",
            save,
            (DEVICE, Text("name", "Field", "theme"), Text("value", "Value", "dark")),
            (Sessions.update,),
        ),
        Action("Where am I signed in?", devices, (USER,), (Sessions.list_sessions,)),
        Action("Sign out", sign_out, (DEVICE,), (Sessions.destroy,)),
        Action("Sign out everywhere", everywhere, (USER,), (Sessions.destroy_all,)),
    ),
    picture,
    fast_forward=(600, 1_200, 1_800),
)
