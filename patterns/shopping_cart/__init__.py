"""A shopping cart that two tabs, a retry and a login can change at once, and no line is lost or doubled.

Guarantee  A change counts exactly once while its request id is remembered, however often it is sent and
           whatever else happens to the cart. A line never holds less than one nor more than 999 pieces. A
           guest's cart joins a user's cart once, however often the login is retried and wherever it stops.
Breaks     When a quantity is read, added to in the client and written back: a change is lost. When it is
           checked first and taken off afterwards: two takers go below zero. When a merge reads, adds and
           deletes: a crash before the delete, or two logins at once, count the guest's lines twice.
Keys       - cart:{owner}, a hash of sku -> pieces, gone `keep` seconds after the last change.
           - cart:{owner}:did:{request}, what a request led to, gone after `remember` seconds; the mark of a
             merge, after twice `keep`.
           - cart:{owner}:leaving and cart:{owner}:merge, a guest's lines on their way, and whose they are.
             They are gone when the lines have arrived, and `keep` seconds after they left at the latest.
Cost       One round trip to add, take, read, remove or clear; three to merge, because guest and user live in
           different slots; the first call of a script on a server takes two more to load it. About 170 bytes
           for a cart of five lines and 160 for a request of the last `remember` seconds.
Cluster    The tag {owner} keeps a cart and its markers in one slot, and carts spread by themselves. No script
           can span the two slots of a merge, so it has three steps, each safe to repeat. When the primary
           dies, the last changes go, and their markers with them: requests that are sent again are counted
           again, rightly. A merge is different: if the user's primary loses the lines after the guest's has
           let them go, they are lost. A cart is not an order and reserves nothing; keep a durable copy for
           people who are signed in, and price every line again at checkout.
"""

from __future__ import annotations

from patterns.catalogue import Anomaly, Pattern
from patterns.shopping_cart.hardened import Cart
from patterns.shopping_cart.line import MOST_LINES, MOST_PIECES
from patterns.shopping_cart.naive import NaiveCart

__all__ = ["MOST_LINES", "MOST_PIECES", "PATTERN", "Cart", "NaiveCart"]

PATTERN = Pattern(
    title="Shopping cart",
    naive=NaiveCart,
    hardened=Cart,
    anomalies=(
        Anomaly("lost quantity", "Two tabs read the same quantity, and only the later write survives."),
        Anomaly("negative quantity", "Two tabs see one piece, both take it, and the line holds minus one."),
        Anomaly("doubled merge", "The login is retried after a crash, and the guest's lines count twice."),
    ),
)
