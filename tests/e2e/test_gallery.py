"""Every kind of picture in a real browser: no complaint in the console or by axe, none wider than a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import ROOT, App, Enter, started
from tests.e2e.test_access import violations
from tests.ui import gallery

DRAWN = sum(len(kind(False)) for kind in gallery.KINDS.values())


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The gallery as an app of its own, with the fonts of the real one."""
    folder = tmp_path_factory.mktemp("gallery")
    (folder / "static").symlink_to(ROOT / "static")
    script = folder / "gallery.py"
    script.write_text("from tests.ui.gallery import page\n\npage()\n")
    with started(folder, script=str(script), PYTHONPATH=str(ROOT)) as running:
        yield running


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_picture(enter: Enter, shown: App, scheme: str) -> None:
    page = enter(scheme=scheme, address=shown.address, reduced_motion="reduce").page("/")
    expect(page.get_by_role("heading", level=3)).to_have_count(DRAWN - 1)  # the ranking's title is a caption
    assert violations(page) == set()


def test_a_phone_never_scrolls_sideways_and_every_image_has_words(enter: Enter, shown: App) -> None:
    page = enter(width=390, height=844, address=shown.address).page("/")
    expect(page.get_by_role("heading", level=3)).to_have_count(DRAWN - 1)
    expect(page.get_by_role("img")).not_to_have_count(0)
    for image in page.get_by_role("img").all():
        assert (image.get_attribute("aria-label") or "").endswith(".")
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    assert violations(page) == set()


OUT_OF_PLACE = """(drawings) => drawings.flatMap((drawing) => {
  const place = (one) => one.getBoundingClientRect()
  const all = (what, within = drawing) => [...within.querySelectorAll(what)]
  const edge = place(drawing)
  const keys = all('.key')
  const boxes = keys.flatMap((key) => all('rect', key)).map(place)
  const words = keys.flatMap((key) => all('text', key)).map(place)
  const stems = all(':scope > .pin').map(place)
  const behind = (stem, box) =>
    box.top > stem.top + 2 && box.left + 1 < stem.left && stem.right < box.right - 1
  return [
    ...keys.filter((key) => !key.querySelector('text')).map(() => 'no name'),
    ...boxes.filter((box) => box.left < edge.left || box.right > edge.right).map(() => 'cut'),
    ...boxes.filter((box, at) => words[at].left < box.left + 5 || words[at].right > box.right - 5)
      .map(() => 'tight'),
    ...boxes.filter((box) => stems.some((stem) => behind(stem, box))).map(() => 'crossed'),
  ]
})"""
"""Labels of slots whose words touch the border or the edge of the drawing, or that a pin goes behind."""


@pytest.mark.parametrize(("width", "borne"), [(390, {"crossed"}), (1280, set())])
def test_every_slot_of_a_lesson_is_named(enter: Enter, width: int, borne: set[str]) -> None:
    """No pin goes behind a label where there is room; on a phone one may."""
    page = enter(width=width).page("/?lesson=time_series&step=11")
    drawings = page.locator(".ks-slots .canvas svg[role=img]")
    expect(drawings.locator(".key")).to_have_count(9)
    assert set(drawings.evaluate_all(OUT_OF_PLACE)) <= borne


def test_a_card_keeps_its_identity_when_it_changes_column(enter: Enter, shown: App) -> None:
    page = enter(address=shown.address, reduced_motion="reduce").page("/?kind=board")
    card = page.locator(".ks-board .column", has_text="in flight").get_by_text("mail to ann")
    expect(card).to_have_count(0)
    page.get_by_text("Moved").click()
    expect(card).to_have_count(1)
    expect(page.locator("[data-key='mail to ann']")).to_have_count(1)
