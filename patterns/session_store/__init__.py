"""A session store in which signing out is final and two tabs do not overwrite each other.

Guarantee  While Redis loses no data, a session that was ended, alone or with all others of its user, is never
           seen again and takes no write, however late that arrives. It ends by itself `absolute_ttl` seconds
           after it began, or once it has been idle: for `ttl` seconds at most, for half of that at least.
           Updates of different fields all stay; of the same field, the last.
Breaks     When a session is read, changed and written back whole: another tab's change is lost. When the user
           signs out in between: they are signed in again. When the write back is a plain SET: the session
           never ends.
Keys       - session:{owner}:{token}, a hash of user_id, ends_at and the data, gone when the session ends.
           - sessions:{owner}, a sorted set of token -> the millisecond it ends, gone with the last of them.
           {owner} is a digest of the user id, the same for all sessions of a user. It names nobody in a
           cookie or a log, but whoever guesses the user can check the guess.
Cost       One round trip for every method; the first call of a script on a server takes two more to load it.
           O(fields) to read, O(log N) in the sessions of the user. About 370 bytes and the data for a
           user with one session, 320 for each further one, 200 more where a field is longer than 64 bytes.
           Reading a session writes nothing until half of `ttl` is over.
Cluster    The tag {owner} keeps a user's sessions and their list in one slot, and spreads users over the
           primaries. When the primary dies, sign-ins of the last moments are undone, and so are sign-outs:
           an ended session comes back until it expires. WAIT for a replica after destroy makes that rarer;
           where it must not be (a stolen session), keep a version of the user in your database and compare.
           If the reply to a sign-in is lost and the client repeats it, the session begins at the repeat: a
           sign-out everywhere between the two does not end it. An evicted key signs people out, never in.
           Ids are in the clear: whoever reads this Redis can be anybody.
"""

from __future__ import annotations

from patterns.catalogue import Anomaly, Pattern
from patterns.session_store.fields import LONGEST_VALUE, MOST_FIELDS
from patterns.session_store.hardened import Sessions
from patterns.session_store.naive import NaiveSessions

__all__ = ["LONGEST_VALUE", "MOST_FIELDS", "PATTERN", "NaiveSessions", "Sessions"]

PATTERN = Pattern(
    title="Session store",
    naive=NaiveSessions,
    hardened=Sessions,
    anomalies=(
        Anomaly("revived session", "A late write brings back a session that its user has ended."),
        Anomaly("lost update", "Two tabs change the same text, and only the later one's change survives."),
        Anomaly("dropped TTL", "The write takes the TTL away, and the session never ends."),
    ),
)
