"""Checkpoint -> folder that runs with numpy, onnxruntime and tokenizers: int8 networks, int8 word vectors, trimmed vocabulary.

python export.py --model reader.pt --out export [--threshold-ja 0.5 --threshold-en 0.5]
"""

import argparse
import json
import pathlib
import re
import shutil
import unicodedata
import warnings

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

import data as D
import model as M

JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff々〆ー]")
PLAIN = re.compile(r"^[\u2581\x20-\x7e\u3000-\u303f\uff00-\uffef’‘“”–—…·€£¥°]+$")


def keep(vocab, used, budget):
    """Ids to keep, in their old order: special and used pieces, single characters, Japanese, then the commonest Latin ones."""
    out = {0, 1, 2, 3} | set(used)
    latin = []
    for i, (piece, _) in enumerate(vocab):
        body = piece.replace("\u2581", "")
        if len(body) <= 1:
            if (
                not body
                or any(
                    unicodedata.name(body, "").startswith(n)
                    for n in (
                        "LATIN",
                        "CJK",
                        "HIRAGANA",
                        "KATAKANA",
                        "DIGIT",
                        "FULLWIDTH",
                        "HALFWIDTH",
                        "GREEK",
                        "CYRILLIC",
                        "HANGUL",
                    )
                )
                or not body.isalpha()
            ):
                out.add(i)
        elif PLAIN.match(piece):
            latin.append(i)
        elif JAPANESE.search(body) and all(JAPANESE.match(c) or PLAIN.match(c) for c in body):
            out.add(i)
    for i in latin:  # the vocabulary is sorted by frequency
        if len(out) >= budget:
            break
        out.add(i)
    return sorted(i for i in out if i < len(vocab))


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--base", default="base")
    a.add_argument("--model", default="reader.pt")
    a.add_argument("--out", default="export")
    a.add_argument("--gold", nargs="*", default=["eval/gold"])
    a.add_argument("--mentions", default="mentions")
    a.add_argument("--budget", type=int, default=64000, help="pieces to keep")
    a.add_argument("--threshold-ja", type=float, default=0.6)
    a.add_argument("--threshold-en", type=float, default=0.55)
    a.add_argument("--name", type=float, default=0.4)
    args = a.parse_args()
    warnings.filterwarnings("ignore")
    out = pathlib.Path(args.out)
    out.mkdir(exist_ok=True)
    net, _ = M.load(args.base, args.model)
    net.eval()
    tok = D.tokenizer(args.base + "/tokenizer.json")
    used = set()
    for d in D.gold(args.gold, "train"):
        used.update(D.encode(tok, d["text"] + "\n" + (d.get("title") or ""))[0])
    for text, *_ in D.mentions_corpus(args.mentions):
        used.update(D.encode(tok, text)[0])
    spec = json.loads((pathlib.Path(args.base) / "tokenizer.json").read_text())
    vocab = spec["model"]["vocab"]
    kept = keep(vocab, used, args.budget)
    spec["model"]["vocab"] = [vocab[i] for i in kept]
    spec["added_tokens"] = [t for t in spec["added_tokens"] if t["id"] < 4]
    spec["post_processor"] = None
    (out / "tokenizer.json").write_text(json.dumps(spec, ensure_ascii=False, separators=(",", ":")))
    table = net.words.weight[torch.tensor(kept)].numpy()
    scale = np.maximum(np.abs(table).max(1) / 127, 1e-6).astype(np.float16)
    np.savez_compressed(
        out / "words.npz",
        vectors=np.clip(np.rint(table / scale.astype(np.float32)[:, None]), -127, 127).astype(np.int8),
        scale=scale,
    )
    tmp = out / "float"
    tmp.mkdir(exist_ok=True)
    torch.onnx.export(
        net.lower,
        (torch.zeros(1, 9, 384), torch.ones(1, 9, dtype=torch.long)),
        str(tmp / "lower.onnx"),
        dynamo=False,
        opset_version=17,
        input_names=["words", "mask"],
        output_names=["x", "tag"],
        dynamic_axes={"words": {0: "b", 1: "n"}, "mask": {0: "b", 1: "n"}},
    )
    torch.onnx.export(
        net.upper,
        (
            torch.zeros(2, 9, 384),
            torch.ones(2, 9, dtype=torch.long),
            torch.ones(2, 9, dtype=torch.long),
            torch.zeros(2, 3, 9),
            torch.zeros(2, 3, net.upper.pair[0].in_features - 3 * 384),
            torch.zeros(2, 9, 6),
        ),
        str(tmp / "upper.onnx"),
        dynamo=False,
        opset_version=17,
        input_names=["x", "marks", "mask", "orgs", "features", "near"],
        output_names=["pair", "attr", "trigger", "role", "way"],
        dynamic_axes={
            "x": {0: "b", 1: "n"},
            "marks": {0: "b", 1: "n"},
            "mask": {0: "b", 1: "n"},
            "orgs": {0: "b", 1: "m", 2: "n"},
            "features": {0: "b", 1: "m"},
            "near": {0: "b", 1: "n"},
            "way": {0: "b"},
            "pair": {0: "b", 1: "m"},
            "attr": {0: "b", 1: "m"},
            "trigger": {0: "b", 1: "n"},
            "role": {0: "b", 1: "n"},
        },
    )
    for part in ("lower", "upper"):
        graph = onnx.load(tmp / f"{part}.onnx")
        heads = [
            n.name
            for n in graph.graph.node
            if n.op_type in ("MatMul", "Gemm") and re.search(r"/(tag|trigger|role|pair|attr|way|seed|place)", n.name)
        ]
        quantize_dynamic(
            str(tmp / f"{part}.onnx"),
            str(out / f"{part}.onnx"),
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=False,
            op_types_to_quantize=["MatMul", "Gemm"],
            nodes_to_exclude=heads,
        )
    shutil.rmtree(tmp)
    here = pathlib.Path(__file__).resolve().parent
    for f in ("textlib.py", "reader.py", "infer.py"):
        if (here / f).resolve() != (out / f).resolve():
            shutil.copy(here / f, out / f)
    (out / "settings.json").write_text(
        json.dumps(
            {
                "name": args.name,
                "proper": True,
                "sure": 0.3,
                "share": 0.3,
                "second": 0.35,
                "threshold": {"ja": args.threshold_ja, "en": args.threshold_en},
                "pieces": len(kept),
            }
        )
    )
    total = 0
    for f in sorted(out.iterdir()):
        if f.is_file():
            total += f.stat().st_size
            print(f"{f.name} {f.stat().st_size / 1e6:.1f} MB")
    print(f"total {total / 1e6:.1f} MB, {len(kept)} pieces")


if __name__ == "__main__":
    main()
