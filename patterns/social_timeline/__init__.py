"""Timelines to which every post finds its way once, also when its bearer dies on the road.

Guarantee  A post that was stored reaches the timeline of everybody who follows its author from the moment it
           is posted until its fan-out is done, once, in its place by time, as soon as somebody has called
           `fan_out` often enough: the poster again, or any worker. A page shows each post at most once, none
           that was deleted or whose author the reader does not follow, and the next page begins where it
           ended, whatever comes in.
Breaks     When the fan-out keeps no record of how far it came: a crash leaves the rest without the post, and
           a second run from the start pushes the first ones a copy. When pages are counted by offset: a new
           post shifts them. When a celebrity's post is pushed: one post is millions of writes.
Keys       - timeline:{user}, a sorted set of the places of `cap` posts, gone `keep` after the last.
           - posts:{author}, the same for the author's own posts; post:{author}:{id}, a hash of place and
             text; fanout:{author}, a hash of post -> last follower reached. All gone `keep` after the last
             post (a post that was deleted leaves its place, so that a late retry does not bring it back).
           - following:{user} and celebrities, sets; followers:{author}, a sorted set by name. No TTL: they
             say who follows whom. People follow few, so following is read whole; followers never is.
Cost       Two round trips to store a post (look, store; one more for a celebrity's) and three for each
           `batch` of followers (page, push, advance); four for a page of a timeline (following, celebrities,
           places, texts), and two more for each further look where much is hidden; two to follow, unfollow
           or repair. The first call of a script on a server takes two more to load it. About 120 bytes for
           a place in a timeline, 240 for a post of a few letters and 490 for one of a hundred: a field of
           more than 64 bytes makes its hash a hash table.
Cluster    A timeline lies in its reader's slot and a post in its author's, so a fan-out is plain commands in
           a pipeline, each of which may be sent twice, behind a cursor in the author's slot; a follow is two
           writes, in the order whose half is harmless. `celebrities` is one key that every reader asks: keep
           a copy in each process when it gets hot, as of a celebrity's newest posts. When a primary dies,
           the last moments go: places that were pushed there are lost if the cursor, elsewhere, has passed
           them, and a celebrity who was just noted is noted again with the next post. Posts belong to your
           database; a timeline can be built again from it.
"""

from __future__ import annotations

from patterns.catalogue import Anomaly, Pattern
from patterns.social_timeline.hardened import Timelines
from patterns.social_timeline.naive import NaiveTimelines
from patterns.social_timeline.post import Post, Progress

__all__ = ["PATTERN", "NaiveTimelines", "Post", "Progress", "Timelines"]

PATTERN = Pattern(
    title="Social timeline",
    naive=NaiveTimelines,
    hardened=Timelines,
    anomalies=(
        Anomaly(
            "half fan-out", "The poster dies half-way, and the rest of the followers never see the post."
        ),
        Anomaly("duplicate post", "A reply is lost, the post is sent again, and followers have it twice."),
    ),
)
