"""/v1/files through the SDK: uploads, lists by pages, downloads, and what is refused."""

from __future__ import annotations

from typing import Any

import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.provider.clock import VirtualClock
from autograder.provider.wire import files
from autograder.provider.wire.multipart import Part, parts
from tests.provider.conftest import Practice, Serving

LINES = b'{"custom_id": "1"}\n'


def upload(practice: Practice, content: bytes = LINES, **options: Any) -> Any:
    options = {"purpose": "batch", "file": ("lines.jsonl", content)} | options
    return practice.client.files.create(**options)


@pytest.mark.parametrize("content", [b"", b"\r\n", bytes(range(256)) * 50, b"--x\r\n\r\n--x--"])
def test_what_is_uploaded_comes_back(practice: Practice, content: bytes) -> None:
    """Byte for byte, whatever the bytes are."""
    made = upload(practice, content)
    assert (made.bytes, made.filename, made.purpose) == (len(content), "lines.jsonl", "batch")
    assert practice.client.files.content(made.id).read() == content
    assert practice.client.files.retrieve(made.id) == made


@given(
    st.lists(
        st.tuples(st.from_regex(r"[a-z\[\]]{1,20}", fullmatch=True), st.binary(max_size=300)),
        max_size=5,
    )
)
def test_a_form_is_read_as_it_was_written(fields: list[tuple[str, bytes]]) -> None:
    """Any bytes between boundaries that do not contain them are the part's content."""
    mark = b"--a-boundary-that-no-content-has"
    written = b"".join(
        mark + b'\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (n.encode(), c)
        for n, c in fields
    )
    found = parts(
        f'multipart/form-data; boundary="{mark[2:].decode()}"', written + mark + b"--\r\n"
    )
    assert found == tuple(Part(name, "", content) for name, content in fields)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader_of_forms(body: bytes) -> None:
    """It reads a form or raises ValueError."""
    try:
        parts("multipart/form-data; boundary=x", b"--x\r\n" + body + b"\r\n--x--")
    except ValueError:
        return


def test_a_list_comes_by_pages(practice: Practice) -> None:
    """The SDK walks the cursors through all of them, in either order and by purpose."""
    made = [upload(practice).id for _ in range(5)]
    vision = upload(practice, purpose="vision").id
    client = practice.client.files
    assert [one.id for one in client.list(limit=2)] == [vision, *reversed(made)]
    assert [one.id for one in client.list(limit=3, order="asc")] == [*made, vision]
    assert [one.id for one in client.list(purpose="vision")] == [vision]
    page = practice.http.get("/files", params={"limit": 2}).json()
    assert (page["first_id"], page["last_id"], page["has_more"]) == (vision, made[4], True)


def test_a_deleted_file_is_gone(practice: Practice) -> None:
    """It can be neither shown nor read nor deleted again."""
    made = upload(practice)
    assert practice.client.files.delete(made.id).deleted
    for ask in (
        practice.client.files.retrieve,
        practice.client.files.content,
        practice.client.files.delete,
    ):
        with pytest.raises(openai.NotFoundError, match="No such File object"):
            ask(made.id)


def test_a_file_expires_on_the_providers_clock(serving: Serving) -> None:
    """It is there until its last second and gone after it."""
    clock = VirtualClock(quiet=None)
    practice = serving(clock=clock)
    made = upload(practice, expires_after={"anchor": "created_at", "seconds": 3600})
    clock.advance(3599)
    assert practice.client.files.retrieve(made.id).expires_at == made.created_at + 3600
    clock.advance(1)
    with pytest.raises(openai.NotFoundError):
        practice.client.files.retrieve(made.id)
    assert practice.client.files.list().data == []


def test_some_purposes_are_not_for_download(practice: Practice) -> None:
    """As on the real API: what was uploaded for a model to read is not given back."""
    made = upload(practice, purpose="user_data")
    with pytest.raises(openai.BadRequestError, match="Not allowed to download"):
        practice.client.files.content(made.id)


def test_all_files_together_have_a_limit(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no longer fits is refused with 413, and fits again after a deletion."""
    monkeypatch.setattr(files, "MOST_BYTES", 100)
    first = upload(practice, b"x" * 60)
    with pytest.raises(openai.APIStatusError) as caught:
        upload(practice, b"x" * 60)
    assert caught.value.status_code == 413
    practice.client.files.delete(first.id)
    assert upload(practice, b"x" * 60).bytes == 60


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"purpose": "homework"}, "is not one of"),
        ({"file": ("lines.txt", LINES)}, "Must be .jsonl"),
        ({"expires_after": {"anchor": "created_at", "seconds": 1}}, "expires_after"),
        ({"expires_after": {"anchor": "now", "seconds": 3600}}, "expires_after"),
    ],
)
def test_bad_uploads_are_refused(practice: Practice, options: dict[str, Any], words: str) -> None:
    """With 400 and words that say what is wrong."""
    with pytest.raises(openai.BadRequestError, match=words):
        upload(practice, **options)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("multipart/form-data; boundary=x", b"--x\r\nno headers--x--"),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data", b"--x--"),
        ("application/json", b"{}"),
        (f"multipart/form-data; boundary={'x' * 80}", b""),
    ],
)
def test_what_is_no_form_is_refused(practice: Practice, kind: str, content: bytes) -> None:
    """With 400, whatever the body is."""
    answer = practice.http.post("/files", content=content, headers={"content-type": kind})
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")


@pytest.mark.parametrize(
    ("query", "param"),
    [("limit=0", "limit"), ("limit=x", "limit"), ("limit=10001", "limit"), ("order=up", "order"),
     ("after=file-none", "after")],
)  # fmt: skip
def test_bad_cursors_are_refused(practice: Practice, query: str, param: str) -> None:
    """With 400 and the parameter's name."""
    answer = practice.http.get(f"/files?{query}")
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)
