"""What may cross between learner and judge, and how.

`codec` says which values travel, `frames` how they are cut on a socket,
`answer` turns a request into a reply in the learner's process, `agent` serves
such replies from forked children.
"""

from autograder.channel.answer import Reply, Request, answer
from autograder.channel.codec import decode, encode
from autograder.channel.frames import FrameError, receive, send

__all__ = [
    "FrameError",
    "Reply",
    "Request",
    "answer",
    "decode",
    "encode",
    "receive",
    "send",
]
