"""Read a multipart/form-data body: the form that uploads a file (RFC 7578)."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import collapse_rfc2231_value

__all__ = ["Part", "parts"]

_LONGEST = 70  # characters of a boundary (RFC 2046, 5.1.1)
_MOST = 64  # parts of one form


@dataclass(frozen=True)
class Part:
    """One field of a form; `filename` is "" for a plain value."""

    name: str
    filename: str
    content: bytes


def parts(content_type: str, body: bytes) -> tuple[Part, ...]:
    """Split a body at its boundary; raise ValueError where it is no complete form."""
    header = Message()
    header["content-type"] = content_type
    boundary = header.get_boundary("")
    if header.get_content_type() != "multipart/form-data" or not 0 < len(boundary) <= _LONGEST:
        raise ValueError("the content type is not multipart/form-data with a boundary")
    mark = b"--" + boundary.encode("ascii", "replace")
    # The first boundary opens the body; every other one stands behind the line break it owns.
    blocks = (b"\r\n" + body).split(b"\r\n" + mark)
    if len(blocks) < 2 or not blocks[-1].startswith(b"--"):
        raise ValueError("the form does not end with its boundary")
    if len(blocks) - 2 > _MOST:
        raise ValueError(f"the form has more than {_MOST} parts")
    return tuple(_part(block) for block in blocks[1:-1])


def _part(block: bytes) -> Part:
    head, blank, content = block.partition(b"\r\n\r\n")
    headers = BytesHeaderParser().parsebytes(head.lstrip(b" \t\r\n"))
    name = collapse_rfc2231_value(headers.get_param("name", "", "content-disposition"))
    if not blank or headers.get_content_disposition() != "form-data" or not name:
        raise ValueError("a part of the form has no name")
    return Part(name, headers.get_filename("") or "", content)
