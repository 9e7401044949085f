"""Put lessons, manifest and datasets into the wheel, beside the code that reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_DATA = {
    "notebooks/lessons": "autograder/_data/lessons",
    "notebooks/course.yaml": "autograder/_data/course.yaml",
    "datasets": "autograder/_data/datasets",
}


class CustomBuildHook(BuildHookInterface[Any]):
    """Force-include the data, in a wheel only: an editable install reads the checkout itself."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "standard":
            for source, target in _DATA.items():
                for path in _files(Path(self.root, source)):
                    inner = path.relative_to(Path(self.root, source))
                    build_data["force_include"][str(path)] = str(Path(target, inner))


def _files(source: Path) -> list[Path]:
    """List a file, or a folder's files without the caches that tools leave there."""
    if source.is_file():
        return [source]
    found = (path for path in sorted(source.rglob("*")) if path.is_file())
    return [
        path
        for path in found
        if not any(p.startswith((".", "__pycache__")) for p in path.relative_to(source).parts)
    ]
