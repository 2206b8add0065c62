"""Markdown as HTML, as far as lessons use it: paragraphs, lists, tables, headings, bold, italic, code, links.

All text is escaped first, so that no words become markup.
"""

from __future__ import annotations

import html
import re

__all__ = ["to_html"]

_ITEM = re.compile(r"^(\s*)([-*]|\d+\.)\s+(.*)$")
_CODE = re.compile(r"`([^`]+)`")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_ITALIC = re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])")


def to_html(markdown: str) -> str:
    """Blocks are parted by empty lines; an item of a list may go on in lines that are set in."""
    return "\n".join(_block(block) for block in re.split(r"\n\s*\n", markdown.strip()) if block.strip())


def _block(block: str) -> str:
    lines = block.strip("\n").splitlines()
    if heading := re.match(r"^(#{2,5})\s+(.*)$", lines[0]):
        level = len(heading[1]) + 1
        rest = _block("\n".join(lines[1:])) if lines[1:] else ""
        return f"<h{level}>{_inline(heading[2])}</h{level}>{rest}"
    if all(line.lstrip().startswith("|") for line in lines):
        return _table(lines)
    begins = next((at for at, line in enumerate(lines) if _ITEM.match(line)), None)
    if begins is None:
        return f"<p>{_inline(' '.join(line.strip() for line in lines))}</p>"
    above = f"<p>{_inline(' '.join(lines[:begins]))}</p>" if begins else ""
    return above + _list(lines[begins:])


def _list(lines: list[str]) -> str:
    items: list[str] = []
    tag = "ul"
    for line in lines:
        if found := _ITEM.match(line):
            tag = "ol" if not items and found[2][0].isdigit() else tag
            items.append(found[3])
        elif items:
            items[-1] += f" {line.strip()}"
    return f"<{tag}>{''.join(f'<li>{_inline(item)}</li>' for item in items)}</{tag}>"


def _table(lines: list[str]) -> str:
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    body = [row for row in rows if not all(re.fullmatch(r":?-+:?", cell) for cell in row)]
    head = "".join(f"<th>{_inline(cell)}</th>" for cell in body[0])
    rest = "".join(f"<tr>{''.join(f'<td>{_inline(cell)}</td>' for cell in row)}</tr>" for row in body[1:])
    return f"<table><tr>{head}</tr>{rest}</table>"


def _inline(text: str) -> str:
    """Code is taken out first, so that nothing within it becomes bold or a link."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(f"<code>{html.escape(found[1])}</code>")
        return f"\x00{len(kept) - 1}\x00"

    out = html.escape(_CODE.sub(keep, text), quote=False)
    out = _LINK.sub(_link, out)
    out = _BOLD.sub(r"<strong>\1</strong>", out)
    out = _ITALIC.sub(r"<em>\1</em>", out)
    return re.sub(r"\x00(\d+)\x00", lambda found: kept[int(found[1])], out)


def _link(found: re.Match[str]) -> str:
    """Only to the web: a link within the course leads nowhere on paper."""
    if not found[2].startswith(("https://", "http://")):
        return found[1]
    return f'<a href="{html.escape(found[2])}">{found[1]}</a>'
