"""What the tests of the documents share: a document, its key, and the versions that keep the promise."""

from __future__ import annotations

from typing import Any

import pytest

from patterns.json_document import CoreDocuments, Documents

KEPT = pytest.mark.parametrize("version", [Documents, CoreDocuments])
KEY = "document:{ann}"
PROFILE: dict[str, Any] = {"name": "Ann", "stats": {"visits": 1, "score": 1.5}, "tags": ["a"], "empty": []}
Kept = type[Documents] | type[CoreDocuments]
