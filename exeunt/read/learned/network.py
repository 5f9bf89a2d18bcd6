"""The shipped network: two int8 ONNX graphs, a table of word vectors, a tokenizer; read when first needed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np

from exeunt.errors import ModelError
from exeunt.read.learned.places import Floats

_FILES = ("encoder.onnx", "heads.onnx", "words.npz", "tokenizer.json")
_INPUTS = ("x", "persons", "organizations", "near", "features", "same")


class OnnxNetwork:
    """The network of a folder, run by onnxruntime on `threads` threads of the CPU."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        missing = [f for f in _FILES if not (folder / f).is_file()]
        if missing:
            raise ModelError(f"{folder} lacks {', '.join(missing)}: install exeunt anew, or use --reader rules")
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._encoder, self._heads = (
                onnxruntime.InferenceSession(str(folder / f), options, providers=["CPUExecutionProvider"])
                for f in _FILES[:2]
            )
            table = np.load(folder / "words.npz")
            self._vectors, self._scale = table["vectors"], table["scale"].astype(np.float32)
            self.tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as e:  # each of the libraries raises errors of its own
            raise ModelError(
                f"the model in {folder} is broken ({e}): install exeunt anew, or use --reader rules"
            ) from e
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()

    def encode(self, ids: Sequence[int]) -> tuple[Floats, Floats]:
        """Vectors [n, H] and tag logits [n, 5]."""
        row = np.asarray(ids)
        words = self._vectors[row].astype(np.float32) * self._scale[row][:, None]
        x, tags = self._encoder.run(None, {"words": words[None], "mask": np.ones((1, len(row)), np.int64)})
        return x[0], tags[0]

    def score(self, vectors: Floats, *arrays: Floats) -> Sequence[Floats]:
        """The logits of the heads, in the order of anchors.Network."""
        answer: Sequence[Floats] = self._heads.run(None, dict(zip(_INPUTS, (vectors, *arrays), strict=True)))
        return answer


@cache
def shipped() -> OnnxNetwork:
    """The network that comes with the package, loaded once. Raises ModelError when its files are missing or broken."""
    with as_file(files("exeunt.read.learned") / "model") as folder:
        return OnnxNetwork(folder)


@cache
def version() -> str:
    """The first 12 digits of the SHA-256 over the files of the shipped network."""
    digest = hashlib.sha256()
    for name in _FILES:
        digest.update((files("exeunt.read.learned") / "model" / name).read_bytes())
    return digest.hexdigest()[:12]
