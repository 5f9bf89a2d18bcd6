"""People moves out of Japanese and English news. Needs numpy, onnxruntime and tokenizers, nothing else; runs offline on one core.

    from infer import events
    events(text, title)  ->  [{"person": {start, end, text}, "organization": …, "direction": "out" | "in" | "pause", "kind", "status", "source",
                               "role": {…} | None, "counterpart": {…} | None, "trigger": {…}, "confidence": 0.0 … 1.0}]

Offsets are code points into `text`. A name that stands in the title only has start = end = -1.
"""

import json
import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

import textlib  # noqa: E402
from reader import MoveReader  # noqa: E402

_reader = None


def load(folder=HERE, threads=1):
    """The reader of a folder with lower.onnx, upper.onnx, words.npz, tokenizer.json and settings.json."""
    global _reader
    import onnxruntime as ort
    from tokenizers import Tokenizer

    folder = pathlib.Path(folder)
    opts = ort.SessionOptions()
    opts.intra_op_num_threads, opts.inter_op_num_threads, opts.log_severity_level = threads, 1, 3
    lower = ort.InferenceSession(str(folder / "lower.onnx"), opts, providers=["CPUExecutionProvider"])
    upper = ort.InferenceSession(str(folder / "upper.onnx"), opts, providers=["CPUExecutionProvider"])
    table = np.load(folder / "words.npz")
    vectors, scale = table["vectors"], table["scale"].astype(np.float32)
    tok = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tok.no_padding()
    tok.no_truncation()

    def encode(text):
        e = tok.encode(text, add_special_tokens=False)
        return e.ids, [
            (s, s) if t == "\u2581" else (s, e_) for t, (s, e_) in zip(e.tokens, textlib.trim_offsets(text, e.offsets))
        ]

    def words(ids):
        return vectors[ids].astype(np.float32) * scale[ids][..., None]

    def run_lower(x, mask):
        return lower.run(None, {"words": x, "mask": mask})

    def run_upper(x, marks, mask, orgs, features, near):
        return upper.run(None, {"x": x, "marks": marks, "mask": mask, "orgs": orgs, "features": features, "near": near})

    _reader = MoveReader(encode, words, run_lower, run_upper, json.loads((folder / "settings.json").read_text()))
    return _reader


def events(text, title=None):
    """The moves that a text tells."""
    return (_reader or load()).events(text, title)


if __name__ == "__main__":
    print(json.dumps(events(sys.stdin.read()), ensure_ascii=False, indent=1))
