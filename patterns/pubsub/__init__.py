"""A channel on which news is heard at once, and on which nobody misses anything without being told.

Guarantee  A reader gets every event after its position, once and in order, or the exception Missed: never a
           gap in silence, but from START, which begins with the oldest that is kept. It is woken at once; a
           reader that was away, that lost its connection or that was too slow goes on where it was. A
           publish that is sent again under its event id publishes once.
Breaks     When the news itself travels by PUBLISH: whoever is not connected at that moment never gets it, and
           PUBLISH says nothing about who got it. When a snapshot is loaded and the subscription follows: what
           is published in between is in neither.
Keys       - channel:{name}, a stream of the last events, gone `keep` seconds after the latest. It holds about
             `limit`, as MAXLEN ~ drops whole blocks. The sharded channel of the same name is the doorbell,
             which carries an id and keeps nothing.
           - channel:{name}:seen:{event}, a string, the id of a published event, gone after `remember`
             seconds. Only for events that were published with an event id.
Cost       One round trip to publish and one to poll; a poll that waits takes one more for each ring, and the
           first one another to subscribe. The first call of a script on a server takes two more to load it.
           Each reader that waits holds a connection. About 40 bytes for a small event, 120 for a short event
           id.
Cluster    The tag {name} keeps the stream and its bell in one slot, so a ring stays on that shard instead of
           going to every node. Each reader reads the stream for itself: where a thousand listen, let one
           reader a process hand the events on. When the primary dies, the last events go; whoever has read
           past what is left is told Missed, and events that nobody has read must be published again by
           whoever still has them. So keep the truth elsewhere, and let the channel say that it has changed.
"""

from __future__ import annotations

from patterns.catalogue import Anomaly, Pattern
from patterns.pubsub.event import START, Event, Missed
from patterns.pubsub.hardened import Channel
from patterns.pubsub.naive import NaiveChannel, NaiveReader
from patterns.pubsub.reader import Reader

__all__ = ["PATTERN", "START", "Channel", "Event", "Missed", "NaiveChannel", "NaiveReader", "Reader"]

PATTERN = Pattern(
    title="Pub/Sub",
    naive=NaiveChannel,
    hardened=Channel,
    anomalies=(
        Anomaly(
            "missed message",
            "An event is published while nobody listens, and the reader never learns that there was one.",
        ),
    ),
)
