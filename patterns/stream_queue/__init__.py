"""A queue that hands a message out until a worker has finished it, and then takes it away.

Guarantee  A published message ends exactly once: finished by a worker, or buried after `most_deliveries`
           deliveries, also those whose reply was lost. What a dead worker held is reclaimed. Work runs at
           least once; an Effect that it returns happens once, in the step that ends the message. Work on
           anything else (a database, a mail) must bear a second time: its key is in the body, given by the
           publisher; message.id serves until the message is published again. A publish that is sent again
           under its event id publishes once.
Breaks     When nobody says XACK: a message whose worker died is never delivered again. When nothing leaves
           the stream: it grows until memory ends. When MAXLEN is the bound: unread messages go. When the
           work outlasts `min_idle_ms` and sends no heartbeat: a second worker starts on it.
Keys       - queue:{name}, a stream of what is unread or unfinished, and its groups. No TTL: waiting messages
             must not vanish; it holds at most `limit`. A group remembers every consumer by name: let names
             be stable.
           - queue:{name}:dead, a stream of the buried. No TTL: somebody has to look at them; it holds about
             the last `letters`, as MAXLEN ~ drops whole blocks.
           - queue:{name}:seen:{event}, a string, the id of a published message, gone after `remember`
             seconds. Only for messages that were published with an event id.
Cost       One round trip to publish, two for each message handled (read, finish) and one to see that there
           is no more; the same to reclaim. The first call of a script on a server takes two more to load it.
           A claim looks at every pending message in the worst case. About 25 bytes for a small message, 190
           more while it is pending, 120 for a short event id.
Cluster    The tag {name} keeps a queue in one slot, so on one primary; for more, publish to N queues chosen
           by a hash of what must stay in order. When the primary dies, the last messages, acknowledgements
           and effects may go, each message together with its marker and each acknowledgement together with
           its effect: what was finished is handed out again, and its effect happens again, rightly. Messages
           that are gone must be published again, so keep them until something proves that they arrived.
"""

from __future__ import annotations

from patterns.catalogue import Anomaly, Pattern
from patterns.stream_queue.hardened import Queue
from patterns.stream_queue.message import Message, QueueFull, Work
from patterns.stream_queue.naive import NaiveQueue
from patterns.wire import Effect

__all__ = ["PATTERN", "Effect", "Message", "NaiveQueue", "Queue", "QueueFull", "Work"]

PATTERN = Pattern(
    title="Stream queue",
    naive=NaiveQueue,
    hardened=Queue,
    anomalies=(
        Anomaly("stuck entry", "A worker dies with a message in its hands, and nobody ever gets it again."),
        Anomaly("unbounded stream", "Every message stays in the stream, finished or not, until memory ends."),
    ),
)
