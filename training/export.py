"""Checkpoint -> the folder that is shipped: int8 graphs, int8 word vectors, vocabulary trimmed to what the two languages use.

usage: python training/export.py --base BASE --model reader.pt --out exeunt/read/learned/model [--mentions FOLDER]
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import unicodedata
import warnings
from pathlib import Path

import corpus
import network
import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer

from exeunt.read.learned.pieces import pieces
from exeunt.read.learned.places import FEATURES, NEAR

_JAPANESE = re.compile(r"[぀-ヿ㐀-鿿々〆ー]")
_PLAIN = re.compile(r"^[▁\x20-\x7e　-〿＀-￯‘’“”–—…·€£¥°]+$")
_SCRIPTS = ("LATIN", "CJK", "HIRAGANA", "KATAKANA", "DIGIT", "FULLWIDTH", "HALFWIDTH", "GREEK", "CYRILLIC", "HANGUL")
_SPECIAL = 4  # <s> <pad> </s> <unk>


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--gold", type=Path, nargs="*", default=[Path("eval/gold")])
    parser.add_argument("--mentions", type=Path)
    parser.add_argument("--budget", type=int, default=64000, help="pieces to keep")
    parser.add_argument("--layers", type=int, default=9)
    parser.add_argument("--float", action="store_true", help="do not quantise the graphs (to measure what that costs)")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    options.out.mkdir(parents=True, exist_ok=True)
    net, _ = network.load(options.base, options.model, options.layers)
    net.eval()
    kept = _vocabulary(options)
    _words(net.words.weight[torch.tensor(kept)].numpy(), options.out / "words.npz")
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder)
        _encoder(net.encoder, draft / "encoder.onnx")
        _heads(net.heads, draft / "heads.onnx")
        for name in ("encoder.onnx", "heads.onnx"):
            _quantise(draft / name, options.out / name, keep_float=options.float)
    total = sum(f.stat().st_size for f in options.out.iterdir() if f.suffix in (".onnx", ".npz", ".json"))
    print(f"{total / 1e6:.1f} MB, {len(kept)} pieces")


def _vocabulary(options: argparse.Namespace) -> list[int]:
    """Write the trimmed tokenizer; answers the ids that stay, in their old order."""
    spec = json.loads((options.base / "tokenizer.json").read_text(encoding="utf-8"))
    vocabulary = spec["model"]["vocab"]
    tokenizer = Tokenizer.from_file(str(options.base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    used: set[int] = set()
    for document in corpus.documents(options.gold):
        used.update(pieces(tokenizer, document["text"] + "\n" + (document.get("title") or "")).ids)
    for text, _, _ in corpus.sentences_with_names(options.mentions) if options.mentions else []:
        used.update(pieces(tokenizer, text).ids)
    kept = _kept([piece for piece, _ in vocabulary], used, options.budget)
    spec["model"]["vocab"] = [vocabulary[i] for i in kept]
    spec["added_tokens"] = [t for t in spec["added_tokens"] if t["id"] < _SPECIAL]
    spec["post_processor"] = None
    text = json.dumps(spec, ensure_ascii=False, separators=(",", ":"))
    (options.out / "tokenizer.json").write_text(text, encoding="utf-8")
    return kept


def _kept(vocabulary: list[str], used: set[int], budget: int) -> list[int]:
    """Special and used pieces, single characters, all Japanese ones, then the commonest Latin ones."""
    kept = {*range(_SPECIAL), *used}
    latin = []
    for i, piece in enumerate(vocabulary):
        body = piece.replace("▁", "")
        if len(body) <= 1:
            if not body or not body.isalpha() or unicodedata.name(body, "").startswith(_SCRIPTS):
                kept.add(i)
        elif _PLAIN.match(piece):
            latin.append(i)
        elif _JAPANESE.search(body) and all(_JAPANESE.match(c) or _PLAIN.match(c) for c in body):
            kept.add(i)
    kept.update(latin[: max(0, budget - len(kept))])  # the vocabulary is sorted by frequency
    return sorted(i for i in kept if i < len(vocabulary))


def _words(table: np.ndarray, path: Path) -> None:
    scale = np.maximum(np.abs(table).max(1) / 127, 1e-6).astype(np.float16)
    whole = np.clip(np.rint(table / scale.astype(np.float32)[:, None]), -127, 127).astype(np.int8)
    np.savez_compressed(path, vectors=whole, scale=scale)


def _encoder(encoder: torch.nn.Module, path: Path) -> None:
    class Shipped(torch.nn.Module):
        """Without what only training needs."""

        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder

        def forward(self, words: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            return self.encoder(words, mask)[:2]

    axes = {0: "b", 1: "n"}
    torch.onnx.export(
        Shipped(), (torch.zeros(1, 9, network.H), torch.ones(1, 9, dtype=torch.long)), str(path), dynamo=False,
        opset_version=17, input_names=["words", "mask"], output_names=["x", "tags"],
        dynamic_axes=dict.fromkeys(("words", "mask", "x", "tags"), axes),
    )  # fmt: skip


def _heads(heads: torch.nn.Module, path: Path) -> None:
    n, p, o = 9, 2, 3
    example = (
        torch.zeros(n, network.H), torch.zeros(p, n), torch.zeros(o, n), torch.zeros(p, n, NEAR),
        torch.zeros(p, o, FEATURES), torch.zeros(o, n),
    )  # fmt: skip
    axes = {
        "x": {0: "n"}, "persons": {0: "p", 1: "n"}, "organizations": {0: "o", 1: "n"}, "near": {0: "p", 1: "n"},
        "features": {0: "p", 1: "o"}, "same": {0: "o", 1: "n"}, "moves": {0: "p"}, "organization": {0: "p", 2: "o"},
        "counterpart": {0: "p", 2: "o"}, "trigger": {0: "p", 2: "n"}, "role": {0: "p", 2: "n"}, "date": {0: "p", 2: "n"},
        "attributes": {0: "p"},
    }  # fmt: skip
    names = list(axes)
    torch.onnx.export(
        heads, example, str(path), dynamo=False, opset_version=17, input_names=names[:6], output_names=names[6:],
        dynamic_axes=axes,
    )  # fmt: skip


def _quantise(source: Path, target: Path, keep_float: bool) -> None:
    graph = onnx.load(source)
    if keep_float:
        onnx.save(graph, target)
        return
    weights = {i.name for i in graph.graph.initializer}
    left = [
        n.name
        for n in graph.graph.node
        if n.op_type in ("MatMul", "Gemm")
        and (re.search(r"/(tag|seed|place|out|way|orole)", n.name) or n.input[1] not in weights)
    ]
    quantize_dynamic(
        str(source), str(target), weight_type=QuantType.QInt8, per_channel=True, reduce_range=False,
        op_types_to_quantize=["MatMul", "Gemm"], nodes_to_exclude=left,
    )  # fmt: skip


if __name__ == "__main__":
    main()
