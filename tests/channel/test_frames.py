"""Frames: one whole message or a refusal."""

import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.channel.frames import MAX_FRAME, FrameError, receive, send

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


@given(json_values)
def test_what_is_sent_arrives(message):
    """A frame carries any JSON value unchanged."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send(ours, message)
        assert receive(theirs, 1) == message


def test_two_frames_stay_two(pair):
    """Frames written together are read one by one."""
    ours, theirs = pair
    send(ours, "first")
    send(ours, "second")
    assert (receive(theirs, 1), receive(theirs, 1)) == ("first", "second")


def test_an_announced_giant_is_refused_unread(pair):
    """A header over the limit is refused before a byte of the body is awaited."""
    ours, theirs = pair
    ours.sendall(struct.pack(">I", MAX_FRAME + 1))
    with pytest.raises(FrameError, match="over the limit"):
        receive(theirs, 1)


def test_an_oversized_message_is_not_sent(pair):
    """The sender refuses what the receiver would."""
    ours, _ = pair
    with pytest.raises(FrameError, match="over the limit"):
        send(ours, "x" * (MAX_FRAME + 1))


@pytest.mark.parametrize("body", [b"not json", b"NaN", b"Infinity", b"[" * 100_000, b"\xff\xfe"])
def test_what_is_not_json_is_refused(pair, body):
    """Bytes that are not strict JSON are a breach, whatever they are."""
    ours, theirs = pair
    ours.sendall(struct.pack(">I", len(body)) + body)
    with pytest.raises(FrameError, match="not JSON"):
        receive(theirs, 1)


def test_a_closed_peer_is_a_breach(pair):
    """Half a frame and a closed socket never look like a message."""
    ours, theirs = pair
    ours.sendall(struct.pack(">I", 100) + b"half")
    ours.close()
    with pytest.raises(FrameError, match="gone"):
        receive(theirs, 1)


def test_a_dripping_peer_cannot_outlast_the_deadline(pair):
    """The time limit covers the whole frame, not each byte."""
    ours, theirs = pair
    ours.sendall(struct.pack(">I", 100) + b"drip")
    with pytest.raises(TimeoutError):
        receive(theirs, 0.05)


def test_a_patched_json_module_changes_nothing(pair, monkeypatch):
    """Frames use the functions bound at import, not what later code puts in their place."""
    import json

    monkeypatch.setattr(json, "dumps", lambda *a, **k: "forged")
    monkeypatch.setattr(json, "loads", lambda *a, **k: "forged")
    ours, theirs = pair
    send(ours, {"true": 1})
    assert receive(theirs, 1) == {"true": 1}
