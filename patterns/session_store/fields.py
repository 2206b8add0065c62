"""What a session may hold."""

from __future__ import annotations

from collections.abc import Mapping

from patterns.wire import content, name, whole

__all__ = ["ENDS_AT", "LONGEST_VALUE", "MOST_FIELDS", "USER_ID", "checked"]

USER_ID = "user_id"
ENDS_AT = "ends_at"
MOST_FIELDS = 100
"""In one call."""
LONGEST_VALUE = 65_536
"""Bytes. Every request reads the whole session: what is larger belongs elsewhere."""


def checked(what: str, fields: object) -> dict[str, str]:
    """`fields`, if they can be stored: texts by name, without the names that the store uses itself."""
    if not isinstance(fields, Mapping):
        raise ValueError(f"{what} must be a mapping of names to texts, not {type(fields).__name__}")
    whole(f"the number of fields in {what}", len(fields), 0, MOST_FIELDS)
    for field, value in fields.items():
        if name(f"a field of {what}", field) in (USER_ID, ENDS_AT):
            raise ValueError(f"{what} must not hold {field!r}, which is set once, by create()")
        if (size := len(content(field, value).encode())) > LONGEST_VALUE:
            raise ValueError(f"{field} must have at most {LONGEST_VALUE:,} bytes, not {size:,}")
    return dict(fields)
