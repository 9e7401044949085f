"""A reader at a try-out: one page, and what it asked for, logged and computed."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import psutil
from playwright.sync_api import Locator, Page

from autograder.tryouts.tasks import read_tasks

__all__ = ["ROOT", "Visit", "processor", "solution"]

ROOT = Path(__file__).resolve().parents[2]


class Visit:
    """One page with a try-out that nobody has opened yet."""

    def __init__(self, page: Page, address: str, lesson: str, task: str) -> None:
        self.page, self.address = page, address
        self.asked: list[str] = []
        self.wrong: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        place = f"notebooks/release/{lesson}/{lesson}.html"
        page.goto(f"{address}/{place}", wait_until="networkidle")
        self.turn_to(task)

    def turn_to(self, task: str) -> None:
        """Go on at another task of the page."""
        self.task, self.box = task, self.page.locator(f"#try-{task}")

    @property
    def editor(self) -> Locator:
        """Return the field for the reader's text."""
        return self.box.get_by_label(f"Your {self.task}", exact=True)

    def open(self) -> None:
        """Press the button that brings everything."""
        self.box.get_by_role("button", name=f"Try {self.task} here").click()

    def write(self, code: str) -> None:
        """Put a text into the editor and run it by the keyboard."""
        self.editor.fill(code)
        self.editor.press("Control+Enter")

    def wait_for(self, said: str, milliseconds: int = 60_000) -> None:
        """Wait until the box says this."""
        self.box.get_by_text(said).first.wait_for(timeout=milliseconds)

    def look_above(self) -> None:
        """Open what stands before the task; where it scrolls, the keyboard reaches it."""
        self.box.get_by_text("What stands before it").click()
        # The theme looks a moment later, and again takes away what needs no scrolling.
        self.page.wait_for_function(
            """task => {
          const text = document.querySelector(`#try-${task} details[open] pre`);
          return text && (text.tabIndex === 0 || text.scrollWidth <= text.clientWidth);
        }""",
            arg=self.task,
        )

    def loaded(self) -> list[str]:
        """List the try-out's files that were asked for."""
        return [url for url in self.asked if "/tryouts/" in url]

    def elsewhere(self) -> list[str]:
        """List what was asked of any other host."""
        return [url for url in self.asked if not url.startswith((self.address, "data:"))]

    def size(self, html: Path) -> int:
        """Return the bytes of the try-out's files, each once, as the site holds them."""
        files = {urlsplit(url).path.lstrip("/") for url in self.loaded()}
        return sum((html / name).stat().st_size for name in files)


def solution(lesson: str, task: str) -> str:
    """Return the reference of a task."""
    return read_tasks(ROOT, lesson, "source")[task].cell


def processor() -> float:
    """Return the seconds that the browser's processes have computed so far."""
    spent = 0.0
    for child in psutil.Process().children(recursive=True):
        try:
            times = child.cpu_times()
        except psutil.Error:
            continue
        spent += times.user + times.system
    return spent
