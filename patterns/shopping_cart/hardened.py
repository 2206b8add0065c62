"""A cart whose changes count once, whose lines stay between one and 999, and which a guest joins once."""

from __future__ import annotations

import secrets
from typing import Any

from patterns.catalogue import lua
from patterns.shopping_cart.line import MOST_LINES, MOST_PIECES, lines, pieces, sku
from patterns.wire import Client, name, tag, text, whole

__all__ = ["Cart"]


class Cart:
    """What one shopper wants to buy, kept in a hash.

    `keep` is how many seconds a cart that nobody touches is kept. `remember` is how many seconds a request id
    is known: longer than anybody goes on retrying.
    """

    def __init__(
        self,
        redis: Client,
        owner: str,
        *,
        namespace: str = "",
        keep: int = 30 * 86_400,
        remember: int = 3_600,
    ) -> None:
        self.redis = redis
        self.owner = tag("owner", owner)
        self.namespace = namespace
        self.key = f"{namespace}cart:{{{owner}}}"
        self.keep = whole("keep", keep, 1, 10**9)
        self.remember = whole("remember", remember, 1, 10**9)
        self._change = redis.register_script(lua(__file__, "change"))
        self._drop = redis.register_script(lua(__file__, "drop"))
        self._leave = redis.register_script(lua(__file__, "leave"))
        self._arrive = redis.register_script(lua(__file__, "arrive"))
        self._forget = redis.register_script(lua(__file__, "forget"))

    def add(self, product: str, quantity: int, request_id: str) -> int:
        """Put pieces into the cart and return how many there are now, 999 at most.

        The same request again changes nothing and returns what it returned the first time. Raises ValueError
        when the cart has no room for another line; nothing is written then.
        """
        return self._changed(sku(product), pieces(quantity), request_id)

    def take(self, product: str, quantity: int, request_id: str) -> int:
        """Take pieces out, as many as there are at most, and return how many are left; the same once-only."""
        return self._changed(sku(product), -pieces(quantity), request_id)

    def items(self) -> dict[str, int]:
        """Every line: product and pieces."""
        return lines(self.redis.hgetall(self.key).items())

    def remove(self, product: str, request_id: str | None = None) -> bool:
        """Take a line out; say whether it was there.

        Once only, as add. Without an id the request gets its own, which covers what the client sends again by
        itself: a line that another tab puts back meanwhile stays.
        """
        return self._dropped(sku(product), request_id)

    def clear(self, request_id: str | None = None) -> bool:
        """Empty the cart; say whether there was anything in it. Once only, as remove."""
        return self._dropped("", request_id)

    def merge(self, guest: str) -> int:
        """Move a guest's lines into this cart at login; say how many were added.

        Guest and user live in different slots, so this takes three steps, and each can be repeated: the lines
        leave the guest's cart under an id, arrive here once for that id, and are forgotten there. Whoever
        stops in between calls merge again, and moves what had left; what the guest has added since waits for
        the next merge. Lines that a second user asks for stay with the first, and lines for which this cart
        has no room are left out.
        """
        if tag("guest", guest) == self.owner:
            raise ValueError(f"{guest} cannot be merged into itself")
        cart = f"{self.namespace}cart:{{{guest}}}"
        on_the_way = [f"{cart}:leaving", f"{cart}:merge"]
        left = self._leave(keys=[cart, *on_the_way], args=[secrets.token_hex(16), self.owner, self.keep])
        if left is None:
            return 0
        merge_id, *flat = left
        # The mark must outlive the lines on their way, or a late retry would add them again.
        added = self._arrive(
            keys=[self.key, f"{self.key}:did:{text(merge_id)}"],
            args=[self.keep, 2 * self.keep, MOST_PIECES, MOST_LINES, *flat],
        )
        self._forget(keys=on_the_way, args=[merge_id])
        return int(added)

    def _changed(self, product: str, by: int, request_id: str) -> int:
        marker = f"{self.key}:did:{name('request_id', request_id)}"
        args: list[Any] = [product, by, self.keep, self.remember, MOST_PIECES, MOST_LINES]
        now = self._change(keys=[self.key, marker], args=args)
        if now is None:
            raise ValueError(f"the cart of {self.owner} has {MOST_LINES} lines; {product} would be one more")
        return self._counted(now, request_id)

    def _dropped(self, product: str, request_id: str | None) -> bool:
        request = secrets.token_hex(16) if request_id is None else name("request_id", request_id)
        keys = [self.key, f"{self.key}:did:{request}"]
        return bool(self._counted(self._drop(keys=keys, args=[product, self.keep, self.remember]), request))

    def _counted(self, outcome: Any, request_id: str) -> int:
        if text(outcome) == "another":
            raise ValueError(f"request {request_id!r} has been used for another change")
        return int(outcome)
