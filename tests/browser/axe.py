"""axe-core, the usual audit of a page's accessibility, in a page that Playwright has opened."""

from __future__ import annotations

from functools import cache
from importlib import resources

from playwright.sync_api import Page

__all__ = ["violations"]

# Evaluated and not put in as a tag: a page's policy may forbid scripts.
_RUN = """async (within) => {
  const found = await axe.run(within || document, {resultTypes: ['violations']});
  return found.violations.flatMap(rule => rule.nodes.map(
      node => `${rule.impact} ${rule.id}: ${node.target.join(' ')}`));
}"""


@cache
def _source() -> str:
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def violations(page: Page, within: str = "") -> list[str]:
    """Audit a page as it is shown now, or what a selector finds; as `impact rule: element`."""
    page.evaluate(_source())
    found: list[str] = page.evaluate(_RUN, within)
    return found
