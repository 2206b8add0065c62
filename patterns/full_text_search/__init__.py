"""Full-text search in which a document is found by the words it has now: never by old ones, never too late.

Guarantee  Whoever searches after a document was written finds it by every word it has and by none that it
           had. A document that was deleted is not found. What a person types is looked for and never obeyed:
           no character of it is part of the query language. The index can be built anew while searches go on.
Breaks     When the sets of words are kept by hand, word by word: between two commands, or for ever after a
           crash, a document is found by words it no longer has, or stored and not found. When what was typed
           is pasted into the query: a bracket is an error, and a star finds everything.
Keys       - search:{index}:doc:{id}, a hash of title, body and tags, and in hardened.py of the words that the
             module would miss. No TTL: it is a view of a record elsewhere, and goes when that goes. The
             module keeps its index outside the keyspace, under the name search:{index}:v{n} and the alias
             search:{index}.
           - in core.py also search:{index}:docs, search:{index}:word:{word} and search:{index}:tag:{tag},
             gone with their last document. No TTL, for the same reason.
Cost       One round trip to put, delete or find; the first search of all takes four more, and one for each
           20 ms that the index still reads what is there. The module's index costs memory beside the
           documents; core.py takes about 100 bytes for each different word of a document, and a search walks
           its rarest word. A search is never cut short, so it holds up everybody else for as long as it
           takes.
Cluster    The tag {index} keeps an index in one slot, so on one primary: a large one is split by what people
           search within (a tenant, a language), each under its own name. With the search service of Redis 8
           on a cluster leave the hash tag out of the key names, and every search asks every shard. When the
           primary dies the last documents go, and with them their hits: write them again from the record,
           which an outbox or the database's change log can do. Never let the index be the only copy.
"""

from __future__ import annotations

from patterns.catalogue import Anomaly, Pattern
from patterns.full_text_search.core import CoreSearch
from patterns.full_text_search.document import Found, Hit
from patterns.full_text_search.hardened import IndexBusy, Search
from patterns.full_text_search.naive import NaiveSearch

__all__ = ["PATTERN", "CoreSearch", "Found", "Hit", "IndexBusy", "NaiveSearch", "Search"]

PATTERN = Pattern(
    title="Full-text search",
    naive=NaiveSearch,
    hardened=Search,
    core=CoreSearch,
    needs=frozenset({"search"}),
    anomalies=(
        Anomaly("ghost hit", "A search finds a document by a word that it no longer has."),
        Anomaly("missing document", "A document is stored, and a search for its words does not find it."),
    ),
)
