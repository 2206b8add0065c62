"""Questions and marks. A question says what must come true on a real Redis, and is held to it.

`bank` reads `banks/<slug>.toml`, `model` says what a question is, `grading` marks an answer, `proof` runs
what a question claims, `lint` holds the banks to the house rules. The format, for authors: docs/questions.md.
"""

from __future__ import annotations
