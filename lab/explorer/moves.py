"""What each event leads to: the product of the clients' histories and the worlds they share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from lab.explorer.clients import ClientTrie, ClockMoves, Node
from lab.explorer.links import (
    Links,
    delivered,
    dropped,
    due_of,
    find,
    put,
    reached,
    set_due,
    subscribed,
    watching,
)
from lab.explorer.worlds import Effect, World, Worlds

__all__ = ["Jump", "Move", "Moves", "Needs"]

Needs = dict[Any, tuple[Any, Any, int]]
"""Effects that the server has to be asked for, by their key."""


class Move(NamedTuple):
    """From a world and a client's node to the next ones."""

    world: int
    node: int
    outcome: int
    late: bool = False
    """The client waited in vain: a time-out or the end of a sleep."""


class Jump(NamedTuple):
    """Time has moved on."""

    world: int
    by: int
    expired: tuple[str, ...]


class Missing(Exception):
    """An effect is not known yet."""


@dataclass(slots=True)
class Moves:
    """Moves, each worked out once."""

    worlds: Worlds
    tries: list[ClientTrie]
    nodes: list[Node]
    clock_moves: bool
    jumps_ms: tuple[int, ...] = ()

    def step(self, world: int, node: int, needs: Needs) -> Move | None:
        """The client's step is executed and answered; None while it is blocked. Missing: see `needs`."""
        here, at = self.worlds.worlds[world], self.nodes[node]
        step = at.step
        assert step is not None
        kind = step.kind
        if kind == "write":
            return self._write(here, at, needs)
        if kind == "clock":
            return self._arrive(here, at, here.now, needs)
        if kind == "sleep":
            return self._late(here, at, None, needs)
        link = find(here.links, at.client, at.connection)
        if kind == "receive":
            if link.queue:
                links = put(here.links, link._replace(queue=link.queue[1:]))
                return self._arrive(here._replace(links=links), at, [list(link.queue[0])], needs)
            if step.wait == 0:
                return self._arrive(here, at, [], needs)
            return self._late(here, at, [], needs) if step.wait else None
        if kind == "watch":
            watched = link.watched | step.keys_watched
            links = put(here.links, link._replace(watched=watched))
            return self._arrive(here._replace(links=links), at, [b"OK"], needs)
        link, replies = subscribed(link, step.commands[0])
        return self._arrive(here._replace(links=put(here.links, link)), at, replies, needs)

    def _write(self, here: World, at: Node, needs: Needs) -> Move | None:
        step = at.step
        assert step is not None
        if here.links and step.transaction and find(here.links, at.client, at.connection).dirty:
            replies = [b"OK", *[b"QUEUED"] * (len(step.commands) - 2), None]
            return self._arrive(self._unwatched(here, at), at, replies, needs)
        effect = self.effect(step, here, needs)
        assert effect.replies is not None
        if step.blocking and effect.replies[0] is None:
            return self._late(here, at, effect.replies, needs) if step.wait else None
        after, replies = self._executed(here, at, effect, needs)
        return self._arrive(after, at, replies, needs)

    def lost_reply(self, world: int, node: int, needs: Needs) -> Move | None:
        """Executed, but the client gets a ConnectionError; None where nothing is executed."""
        here, at = self.worlds.worlds[world], self.nodes[node]
        step = at.step
        assert step is not None
        if step.kind in ("watch", "subscribe"):
            return self.lost_request(world, node, needs)
        if step.kind != "write":
            return None
        if here.links and step.transaction and find(here.links, at.client, at.connection).dirty:
            return self.lost_request(world, node, needs)
        effect = self.effect(step, here, needs)
        assert effect.replies is not None
        if step.blocking and effect.replies[0] is None:
            return None
        after, _ = self._executed(here, at, effect, needs)
        return self._cut(after, at, needs)

    def lost_request(self, world: int, node: int, needs: Needs) -> Move | None:
        """Never executed, and the client gets a ConnectionError."""
        here, at = self.worlds.worlds[world], self.nodes[node]
        assert at.step is not None
        if at.step.kind in ("clock", "sleep"):
            return None
        return self._cut(here, at, needs)

    def crashed(self, world: int, client: int) -> int:
        """The world without the client's connections."""
        here = self.worlds.worlds[world]
        if not here.links:
            return world
        return self.worlds.world(here._replace(links=dropped(here.links, client)))

    def jumps(self, world: int, needs: Needs) -> list[Jump]:
        """Every way in which time may move on from here."""
        here = self.worlds.worlds[world]
        now = here.now
        if self.jumps_ms:
            targets = [now + by for by in self.jumps_ms]
        else:
            later = [at for at in self.worlds.contents[here.content].deadlines if at >= now]
            targets = [later[0] + 1] if later else []
        found = []
        for target in targets:
            after, gone = self._at(here, target, needs)
            found.append(Jump(self.worlds.world(after), target - now, gone))
        return found

    def effect(self, step: Any, here: World, needs: Needs) -> Effect:
        """What the step does here. A step that publishes may go on by what PUBLISH tells it."""
        counts: tuple[int, ...] = ()
        while True:
            key = self.worlds.key(step, here.content, here.now, counts=counts)
            effect = self.worlds.known(key)
            if effect is None:
                needs[key] = (key, step, here.now)
                raise Missing
            right = reached(here.links, effect.published) if here.links and effect.published else ()
            # With k right counts, whatever it publishes up to the next message is right.
            if right == counts or not any((*right, *counts)):
                return effect
            counts = right

    def counts(self, step: Any, here: World) -> tuple[int, ...]:
        """How many subscribers the messages of this step reach, if it was ever executed here."""
        try:
            return self.effect(step, here, {}).counts
        except Missing:
            return ()

    def _touched(
        self,
        step: Any,
        here: World,
        links: Links,
        needs: Needs,
        own: tuple[int, int] | None,
        counts: tuple[int, ...] = (),
    ) -> Links:
        """WATCH: every connection whose keys this step modifies will fail its EXEC."""
        missing = False
        for link in watching(links):
            if own == (link.client, link.connection):
                continue
            key = self.worlds.key(step, here.content, here.now, link.watched, counts)
            effect = self.worlds.known(key)
            if effect is None:
                needs[key] = (key, step, here.now)
                missing = True
            elif effect.touched:
                links = put(links, link._replace(dirty=True))
        if missing:
            raise Missing
        return links

    def _executed(self, here: World, at: Node, effect: Effect, needs: Needs) -> tuple[World, list[Any]]:
        step, links, replies = at.step, here.links, effect.replies
        assert step is not None
        assert replies is not None
        if links:
            if not step.reads_only and not _discarded(step, replies):
                own = (at.client, at.connection) if step.transaction else None
                links = self._touched(step, here, links, needs, own, effect.counts)
            if step.transaction:
                links = self._unwatched(here._replace(links=links), at).links
            if effect.published:
                links = delivered(links, effect.published)
        return World(effect.content, here.now, links), replies

    def _unwatched(self, here: World, at: Node) -> World:
        link = find(here.links, at.client, at.connection)
        return here._replace(links=put(here.links, link._replace(watched=frozenset(), dirty=False)))

    def _at(self, here: World, now: int, needs: Needs) -> tuple[World, tuple[str, ...]]:
        """The world when time has moved on to `now`."""
        expiring = self.worlds.expiring(here.content, now)
        if expiring is None:
            return here._replace(now=now), ()
        key, expiry, _ = expiring
        effect = self.worlds.known(key)
        if effect is None:
            needs[key] = expiring
            raise Missing
        assert effect.replies is not None
        links = self._touched(expiry, here._replace(now=now), here.links, needs, None)
        gone = tuple(name.decode("utf-8", "backslashreplace") for name in effect.replies[0])
        return World(effect.content, now, links), gone

    def _late(self, here: World, at: Node, answer: Any, needs: Needs) -> Move:
        """The client's wait is over: time has moved on at least that far."""
        due = max(here.now, due_of(here.links, at.client))
        after = here if due == here.now else self._at(here, due, needs)[0]
        move = self._arrive(after, at, answer, needs)
        return move._replace(late=True)

    def _cut(self, here: World, at: Node, needs: Needs) -> Move:
        links = dropped(here.links, at.client, at.connection)
        return self._arrive(here._replace(links=links), at, None, needs, lost=True)

    def _arrive(self, here: World, at: Node, answer: Any, needs: Needs, lost: bool = False) -> Move:
        """The client takes the answer and goes on to whatever it asks for next."""
        registry = self.worlds.registry
        outcome = registry.outcomes[0] if lost else registry.outcome(answer)
        node = self.tries[at.client].extend(at, outcome)
        links = here.links
        for closed in node.closed if links else ():
            links = dropped(links, at.client, closed)
        links = dropped(links, at.client) if node.step is None else self.awaited(links, node, here.now)
        return Move(self.worlds.world(here._replace(links=links)), node.id, outcome.id)

    def awaited(self, links: Links, node: Node, now: int) -> Links:
        """A client that waits, in a sleep or for an element, does so until a certain time."""
        wait = node.step.wait if node.step else None
        if wait and not self.clock_moves:
            raise ClockMoves
        return set_due(links, node.client, now + wait if wait else -1) if wait or links else links


def _discarded(step: Any, replies: list[Any]) -> bool:
    """Whether nothing of it was executed. Any other error may come after a part of the work."""
    return (
        step.transaction and isinstance(replies[-1], Exception) and str(replies[-1]).startswith("EXECABORT")
    )
