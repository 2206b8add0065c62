"""A document whose leaves many clients change at once, and no change undoes another leaf's.

Guarantee  Each change is one step, on the document as it is then: increments add up, appends all stay, and a
           leaf that is set leaves its neighbours alone. A rule about the whole document holds as well:
           update(), and every change that names a version, is refused when another change came between.
Breaks     When the document is read, changed in the client and written back whole: of two changes, to the
           same leaf or to different ones, the later write carries the old state of everything else.
Keys       - document:{id}: hardened, a JSON value with `version` and `value`; core, a hash with `version` and
             `json`. Gone `keep` seconds after its last change. A part of a document has no TTL of its own.
Cost       One round trip for every method, of the size of the leaf where a leaf is changed, and two for each
           try of update(). In core.py a change of a leaf is such an update too, of the size of the document.
           The first call of a script on a server takes two more to load it. What you pass has at most
           1,000,000 bytes; a JSON value of many small objects takes five times its text, and keeps 15 digits
           of a fraction.
Cluster    A document is one key, so one slot, whatever its size; a counter that all clients change belongs in
           a key of its own. When the primary dies, the last changes go. A change whose reply is lost may have
           happened. Sent again, also by the client itself, it is recognised if no other change came between;
           if one did, an increment or append counts twice, and a set or save writes over the other change.
           One that names its version does not: it is a Conflict, although it may be what made the next
           version; update(), which tries again then, may change twice.
"""

from __future__ import annotations

from patterns.catalogue import Anomaly, Pattern
from patterns.json_document.core import CoreDocuments
from patterns.json_document.document import NEW, Conflict, DoesNotFit, NoDocument, Stored
from patterns.json_document.hardened import Documents
from patterns.json_document.naive import NaiveDocuments

__all__ = [
    "NEW", "PATTERN", "Conflict", "CoreDocuments", "Documents", "DoesNotFit", "NaiveDocuments", "NoDocument",
    "Stored",
]  # fmt: skip

PATTERN = Pattern(
    title="JSON document",
    naive=NaiveDocuments,
    hardened=Documents,
    core=CoreDocuments,
    needs=frozenset({"json"}),
    anomalies=(
        Anomaly(
            "lost update", "Two changes start from the same document, and the later write undoes the first."
        ),
    ),
)
