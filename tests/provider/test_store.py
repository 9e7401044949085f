"""The store forgets the oldest, by number and by bytes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from autograder.provider.store import Shelf


def keys(shelf: Shelf[int]) -> list[int]:
    return list(shelf.values())


def test_the_oldest_goes_by_number_and_by_bytes() -> None:
    """Whichever bound is reached first; the newest stays, however large it is."""
    shelf: Shelf[int] = Shelf(3, most_bytes=10)
    for number in range(5):
        shelf.put(str(number), number, 1)
    assert keys(shelf) == [2, 3, 4]
    shelf.put("5", 5, 9)
    assert keys(shelf) == [4, 5]
    shelf.put("6", 6, 11)
    assert keys(shelf) == [6]


def test_what_is_replaced_stays_where_it_lies() -> None:
    """Its size is counted once."""
    shelf: Shelf[int] = Shelf(3, most_bytes=10)
    for key in ("a", "b", "a", "a"):
        shelf.put(key, ord(key), 4)
    assert keys(shelf) == [97, 98]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans()), max_size=60))
def test_the_bounds_hold_whatever_happens(steps: list[tuple[int, int, bool]]) -> None:
    """After each step at most `keep` objects and `most_bytes`, or one object."""
    shelf: Shelf[int] = Shelf(4, most_bytes=15)
    sizes: dict[str, int] = {}
    for key, size, dropped in steps:
        if dropped:
            shelf.drop(str(key))
        else:
            shelf.put(str(key), key, size)
            sizes[str(key)] = size
        held = sum(sizes[str(one)] for one in keys(shelf))
        assert len(shelf) <= 4
        assert held <= 15 or len(shelf) == 1


@given(st.integers(0, 30), st.integers(1, 7), st.booleans())
def test_pages_put_together_are_everything(count: int, limit: int, newest_first: bool) -> None:
    """Walked by its cursors, a list has each object once, in order."""
    shelf: Shelf[int] = Shelf(30)
    for number in range(count):
        shelf.put(str(number), number)
    found: list[int] = []
    after, more = "", True
    while more:
        page = shelf.page(limit, after=after, newest_first=newest_first)
        assert page is not None
        found.extend(page.items)
        more = page.more
        after = str(found[-1]) if found else ""
    assert found == sorted(range(count), reverse=newest_first)
    assert shelf.page(1, after="none") is None
