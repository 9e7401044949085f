"""What a page may say above its first heading, and how it is described where it says nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from autograder.errors import ContentError

__all__ = ["FrontMatter", "described_by", "read_front_matter"]

_SHORTEST, _LONGEST = 50, 160  # characters; a search engine shows about 160


class FrontMatter(BaseModel):
    """Hold a page's own words for search engines and previews."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    description: str = Field(min_length=_SHORTEST, max_length=_LONGEST)
    orphan: bool = False


def read_front_matter(text: str, where: str) -> FrontMatter | None:
    """Read a page's front matter, None where it has none; raise `ContentError` naming the key."""
    if not text.startswith("---\n"):
        return None
    block = text[4:].partition("\n---\n")[0]
    try:
        found: Mapping[str, object] = yaml.safe_load(block) or {}
        return FrontMatter.model_validate(found)
    except yaml.YAMLError as err:
        raise ContentError(f"{where}: the front matter is not YAML: {err}.") from err
    except ValidationError as err:
        first = err.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise ContentError(f"{where}: front matter, {key}: {first['msg']}.") from err


def described_by(paragraphs: Iterable[str], title: str) -> str:
    """Describe a page by its title and as many of its first paragraphs as make a description."""
    text = f"{title}."
    for paragraph in paragraphs:
        text = " ".join(f"{text} {paragraph}".split())
        if len(text) >= _SHORTEST:
            break
    if len(text) <= _LONGEST:
        return text
    return f"{text[: _LONGEST - 1].rsplit(' ', 1)[0].rstrip(' ,;:')}…"
