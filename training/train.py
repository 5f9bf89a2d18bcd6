"""Teach the reader. Two stages: `tagger` (names only), then `reader` (everything).

usage: python training/train.py --base BASE --stage tagger --mentions FOLDER --out tagger.pt --minutes 8
       python training/train.py --base BASE --stage reader --init tagger.pt --out reader.pt --minutes 100   [--resume]

The learning rate falls with the clock; documents that come while it runs are taken up at the next round. Several processes with
one thread each share the weights without locks (Recht et al. 2011): on a machine that also does other things this is faster
than one process with several threads. Seeded, but not reproducible bit by bit.
"""

from __future__ import annotations

import argparse
import random
import time
import zlib
from pathlib import Path
from typing import Any

import corpus
import network
import numpy as np
import torch
from labels import Example, examples, piece_tags
from losses import WEIGHTS, batch_losses, tag_loss
from swap import Names
from tokenizers import Tokenizer

from exeunt.read.learned.names import Named, decode
from exeunt.read.learned.pieces import pieces, windows, with_headline

_PLAIN = 0.25  # share of steps in stage `reader` that also teach names in other people's sentences


def main() -> None:
    options = _options()
    torch.set_num_threads(1)
    start = options.out if options.resume else options.init
    net, before = network.load(options.base, start, options.layers)
    before = before if options.resume else 0.0
    still = [
        *net.encoder.layers[: options.freeze].parameters(),
        *net.encoder.position.parameters(),
        *net.encoder.norm.parameters(),
    ]
    if options.stage == "reader":
        for parameter in still:
            parameter.requires_grad_(False)
        if not options.resume and "heads.seed.weight" not in _names(start):
            with torch.no_grad():  # the heads' triggers begin as those of the encoder
                net.heads.seed.weight.copy_(net.encoder.event.weight)
                net.heads.seed.bias.copy_(net.encoder.event.bias)
    net.share_memory()
    begun = time.time()
    spawn = torch.multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=_work, args=(rank, options, net, begun, before)) for rank in range(options.workers)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    network.save(net, options.out, before + (time.time() - begun) / 60)
    print("wrote", options.out, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True, help="folder with model.safetensors and tokenizer.json")
    parser.add_argument("--stage", choices=["tagger", "reader"], required=True)
    parser.add_argument("--gold", type=Path, nargs="*", default=[Path("eval/gold")])
    parser.add_argument("--mentions", type=Path, help="folder of the mention corpora (stage tagger)")
    parser.add_argument("--init", type=Path, help="checkpoint to begin from; the base model when left out")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--layers", type=int, default=9)
    parser.add_argument("--freeze", type=int, default=3, help="lowest layers that stay as they are (stage reader)")
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--head-rate", type=float, default=8e-4)
    parser.add_argument("--end", type=float, default=0.02, help="last learning rate, as a share of the first")
    parser.add_argument("--pieces", type=int, default=1500, help="pieces in a batch")
    parser.add_argument("--hidden", type=float, default=0.03, help="share of pieces hidden from the network")
    parser.add_argument("--warm", type=int, default=40, help="steps until the learning rate is reached")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--every", type=float, default=5, help="minutes between checkpoints")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resume", action="store_true")
    return parser.parse_args()


def _names(checkpoint: Path | None) -> set[str]:
    return set() if checkpoint is None else set(torch.load(checkpoint, map_location="cpu", weights_only=True)["model"])


def _tokenizer(base: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _work(rank: int, options: argparse.Namespace, net: network.Reader, begun: float, before: float) -> None:
    """One trainer. Number 0 also saves."""
    for seed in (random.seed, np.random.seed, torch.manual_seed):
        seed(options.seed + rank)
    torch.set_num_threads(1)
    lesson = (_Names if options.stage == "tagger" else _Moves)(rank, options, net)
    optimizer = torch.optim.AdamW(net.groups(options.rate, options.head_rate), betas=(0.9, 0.98))
    todo: list[list[Any]] = []
    history: list[dict[str, float]] = []
    step, saved = 0, time.time()
    while (done := (minutes := before + (time.time() - begun) / 60) / options.minutes) < 1:
        if not todo:
            todo = lesson.batches()
            print(f"[{rank}] {minutes:.1f} min: {len(todo)} batches", flush=True)
        for group in optimizer.param_groups:
            group["lr"] = (
                group["base"] * min(1, (step + 1) / options.warm) * (options.end + (1 - options.end) * (1 - done))
            )
        losses = lesson.losses(todo.pop())
        torch.stack([WEIGHTS[k] * v for k, v in losses.items()]).sum().backward()
        torch.nn.utils.clip_grad_norm_([p for p in net.parameters() if p.grad is not None], 2.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        history.append({k: v.item() for k, v in losses.items()})
        if step % 50 == 0:
            means = {
                k: np.mean([h[k] for h in history[-50:] if k in h])
                for k in WEIGHTS
                if any(k in h for h in history[-50:])
            }
            print(
                f"[{rank}] step {step} {minutes:.1f} min " + " ".join(f"{k} {v:.3f}" for k, v in means.items()),
                flush=True,
            )
        if rank == 0 and time.time() - saved > options.every * 60:
            saved = time.time()
            network.save(net, options.out, minutes)


def _packed(items: list[Any], size: Any, most: int) -> list[list[Any]]:
    """Batches of items of like size, at most `most` pieces each, in random order."""
    batches: list[list[Any]] = [[]]
    longest = 0
    for item in sorted(items, key=lambda x: size(x) + random.random() * 60):
        longest = max(longest, size(item))
        if batches[-1] and longest * (len(batches[-1]) + 1) > most:
            batches.append([])
            longest = size(item)
        batches[-1].append(item)
    random.shuffle(batches)
    return batches


class _Names:
    """Sentences of the mention corpora, and in stage `tagger` stretches of the annotated documents too."""

    def __init__(self, rank: int, options: argparse.Namespace, net: network.Reader) -> None:
        self.net, self.options, self.items = net, options, []
        tokenizer = _tokenizer(options.base)
        texts = [s for s in corpus.sentences_with_names(options.mentions) if s[1] or random.random() < 0.35]
        for document in corpus.documents(options.gold) if options.stage == "tagger" else []:
            text = with_headline(document["text"], document.get("title"), document["language"]).full
            names, complete = corpus.annotated_names(document, text)
            if complete:
                texts.append((text, names, []))
        for text, names, open_ in texts[rank :: options.workers]:
            cut = pieces(tokenizer, text)
            tags = piece_tags(cut, names)
            for i, (a, b) in enumerate(cut.spans):
                if any(a < e and s < b for s, e in open_):
                    tags[i] = -100
            for at in range(0, len(tags), 250):
                self.items.append(([0, *cut.ids[at : at + 250], 2], [-100, *tags[at : at + 250], -100]))

    def batches(self) -> list[list[Any]]:
        return _packed(self.items, lambda x: len(x[0]), self.options.pieces)

    def losses(self, batch: list[Any]) -> dict[str, torch.Tensor]:
        longest = max(len(x[0]) for x in batch)
        ids = torch.tensor([x[0] + [1] * (longest - len(x[0])) for x in batch])
        frozen = self.options.freeze if self.options.stage == "reader" else 0
        _, tags, _ = self.net.encoder(self.net.words(ids), ids != 1, frozen)
        return {"tag": tag_loss(tags, [x[1] for x in batch])}


class _Moves:
    """Stage `reader`: the windows of the annotated documents."""

    def __init__(self, rank: int, options: argparse.Namespace, net: network.Reader) -> None:
        self.rank, self.options, self.net = rank, options, net
        self.tokenizer = _tokenizer(options.base)
        self.known: dict[str, list[Example]] = {}
        self.names: Names | None = None
        self.plain = _Names(rank, options, net) if options.mentions else None
        self.more: list[list[Any]] = []

    def batches(self) -> list[list[Any]]:
        documents = [
            d
            for d in corpus.documents(self.options.gold)
            if zlib.crc32(d["id"].encode()) % self.options.workers == self.rank
        ]
        self.net.eval()
        for document in documents:
            if document["id"] not in self.known:
                try:
                    self.known[document["id"]] = examples(document, self.tokenizer, self._seen(document))
                except (KeyError, ValueError, TypeError) as error:  # one still being written must not stop the run
                    print("left out", document["id"], repr(error), flush=True)
                    self.known[document["id"]] = []
        self.net.train()
        items = [x for d in documents for x in self.known[d["id"]]]
        self.names = Names(items)
        print(f"[{self.rank}] {len(documents)} documents, {len(items)} windows", flush=True)
        return _packed(items, lambda x: len(x.ids), self.options.pieces)

    def _seen(self, document: dict[str, Any]) -> list[Named]:
        """What the tagger takes for names now."""
        text = with_headline(document["text"], document.get("title"), document["language"])
        cut = pieces(self.tokenizer, text.full)
        total = np.zeros((len(cut.ids), 5))
        with torch.no_grad():
            for window in windows(text, cut):
                ids = torch.tensor([[0, *(cut.ids[t] for t in window.tokens), 2]])
                _, tags, _ = self.net.encoder(self.net.words(ids), torch.ones_like(ids))
                total[window.tokens] += torch.softmax(tags[0, 1:-1], -1).numpy()
        return decode(total / np.maximum(total.sum(1, keepdims=True), 1e-9), list(cut.spans), text.full)

    def losses(self, batch: list[Any]) -> dict[str, torch.Tensor]:
        if self.plain and random.random() < _PLAIN:  # sentences of the world, lest it learn only ours
            self.more = self.more or self.plain.batches()
            named = self.plain.losses(self.more.pop())
            return {**batch_losses(self.net, batch, self.options.freeze, self.options.hidden, self.names), **named}
        return batch_losses(self.net, batch, self.options.freeze, self.options.hidden, self.names)


if __name__ == "__main__":
    main()
