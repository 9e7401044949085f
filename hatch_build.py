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
            present = {Path(self.root, source): to for source, to in _DATA.items()}
            build_data["force_include"].update(
                {str(source): to for source, to in present.items() if source.exists()}
            )
