"""What every feed returns, and the one error they raise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError

from autograder.errors import RungsError

__all__ = ["Feed", "FeedError", "Record", "read"]

Model = TypeVar("Model", bound=BaseModel)


class FeedError(RungsError):
    """Report a feed that cannot be reached, broke off, or no longer has the form it had."""


class Record(BaseModel):
    """A record of somebody else's: fields that we do not name may come and go."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


@dataclass(frozen=True)
class Feed:
    """A feed's rows with where they come from.

    `table` has one row a CVE, its id as the index. `as_of` is when the source
    made it, `fetched` when it arrived here, both in UTC. `stale` is true where
    no network was found and an older copy stands in. `notice` is what the
    source asks everybody who shows its data to say.
    """

    name: str
    table: pd.DataFrame
    source: str
    notice: str
    as_of: datetime
    fetched: datetime
    stale: bool = False


def read(model: type[Model], text: bytes, source: str) -> Model:
    """Check a JSON document against a model; raise `FeedError` that names the first bad field."""
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the document"
        raise FeedError(
            f"{source} no longer has the form that this course reads: {place}: {first['msg']}"
            f" ({error.error_count()} such places). The file is kept; please report it, and use"
            " an older copy until the reader is mended."
        ) from error
