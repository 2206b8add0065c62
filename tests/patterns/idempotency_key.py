"""What the tests of the idempotency keys share: a scope with its keys, and a payment."""

from __future__ import annotations

from collections.abc import Callable

from patterns.idempotency_key import Effect, Response

SCOPE = "user-7 POST /pay"
RECORD, BALANCE = f"idempotency:{{{SCOPE}}}:k1", f"balance:{{{SCOPE}}}"
PAID = Response(201, "paid")


class Work:
    """A payment that remembers how often it was done."""

    def __init__(self, response: Response = PAID, happens: Callable[[], object] = lambda: None) -> None:
        self.done, self.response, self.happens = 0, response, happens

    def __call__(self) -> Response:
        self.done += 1
        self.happens()
        return self.response


def pay() -> Response:
    """Take 25 from the balance."""
    return Response(201, "paid", Effect("DECRBY", BALANCE, (25,)))
