"""A handout is one file: it asks for nothing from anywhere, and no mark of Markdown is left in it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from lessons import library
from lessons.__main__ import main
from lessons.library import LIBRARY, Loaded
from lessons.present.handout import handout
from lessons.present.markup import to_html


class Page(HTMLParser):
    """Tags that stand open, text outside code and style, and every address that a browser would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br"):
            self.open.append(tag)
        self.fetched += [str(value) for name, value in attrs if name in ("src", "srcset", "data")]
        if tag in ("link", "script", "iframe"):
            self.fetched.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"code", "style"} & set(self.open):
            self.words.append(data)


@pytest.mark.parametrize("loaded", LIBRARY.all(), ids=lambda one: one.slug)
def test_every_lesson_is_a_page_that_stands_alone(loaded: Loaded) -> None:
    page = Page()
    page.feed(handout(loaded))
    page.close()
    assert page.open == []
    assert page.fetched == []
    words = "".join(page.words)
    assert all(heading in words for heading in loaded.headings)
    assert all(question.question.replace("`", "") in "".join(page.words) or "`" in question.question
               for part in loaded.parts for question in part.questions)  # fmt: skip
    assert not re.search(r"\*\*|\]\(|^#|\x00", words, re.MULTILINE)


def test_it_is_written_to_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "board.html"
    assert main(["handout", "leaderboard", "--out", str(out)]) == 0
    assert out.read_text(encoding="utf-8") == handout(library.load("leaderboard"))
    assert main(["handout", "leaderbord"]) == 2


@pytest.mark.parametrize(
    ("markdown", "found"),
    [
        ("One\ntwo.", "<p>One two.</p>"),
        ("- a\n- **b**", "<ul><li>a</li><li><strong>b</strong></li></ul>"),
        ("1. a\n   more\n2. b", "<ol><li>a more</li><li>b</li></ol>"),
        ("Say:\n- a", "<p>Say:</p><ul><li>a</li></ul>"),
        ("`a * b * c` *x*", "<p><code>a * b * c</code> <em>x</em></p>"),
        ("<script>1 & 2</script>", "<p>&lt;script&gt;1 &amp; 2&lt;/script&gt;</p>"),
        ("`<b>`", "<p><code>&lt;b&gt;</code></p>"),
        ("[a](https://x.y?q=1&r)", '<p><a href="https://x.y?q=1&amp;amp;r">a</a></p>'),
        ("[a](javascript:alert(1))", "<p>a)</p>"),
        ("[lock](?lesson=lock)", "<p>lock</p>"),
        ("### Why", "<h4>Why</h4>"),
        ("| a |\n|---|\n| 1 |", "<table><tr><th>a</th></tr><tr><td>1</td></tr></table>"),
    ],
)  # fmt: skip
def test_markdown_becomes_html(markdown: str, found: str) -> None:
    assert to_html(markdown) == found
