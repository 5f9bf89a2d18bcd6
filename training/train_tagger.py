"""Teach the lower encoder to find names: mention corpora, and the gold documents where their labels are sure.

python train_tagger.py --minutes 7 --out tagger.pt
"""

import argparse
import random
import time

import numpy as np
import torch
from torch.nn import functional as F

import data as D
import model as M
import textlib as T


def examples(args, tok):
    out = []
    for text, spans, ignored in D.mentions_corpus(args.mentions):
        if not spans and random.random() > 0.35:
            continue
        ids, off = D.encode(tok, text)
        y = D.tag_labels(off, spans)
        for s, e in ignored:
            y = [-100 if a < e and s < b else c for c, (a, b) in zip(y, off)]
        out.append(
            ([0] + ids[:180] + [2], [-100] + [-100 if a == b else c for c, (a, b) in zip(y, off)][:180] + [-100])
        )
    for doc in D.gold(args.gold, "train"):
        text, _ = T.with_title(doc["text"], doc.get("title"))
        ids, off = D.encode(tok, text)
        spans, full = D.gold_mentions(doc, text)
        y = D.tag_labels(off, spans)
        y = [
            -100 if a == b or (c == 0 and not full and not D.sure_outside(text, a, b)) else c
            for c, (a, b) in zip(y, off)
        ]
        for at in range(0, len(ids), 250):
            out.append(([0] + ids[at : at + 250] + [2], [-100] + y[at : at + 250] + [-100]))
    return out


def batches(items, tokens=2600):
    items = sorted(items, key=lambda x: len(x[0]) + random.random() * 12)
    cur, out = [], []
    for x in items:
        if cur and len(x[0]) * (len(cur) + 1) > tokens:
            out.append(cur)
            cur = []
        cur.append(x)
    out.append(cur)
    random.shuffle(out)
    return out


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--base", default="base")
    a.add_argument("--mentions", default="mentions")
    a.add_argument("--gold", nargs="*", default=["eval/gold"])
    a.add_argument("--out", default="tagger.pt")
    a.add_argument("--minutes", type=float, default=7)
    a.add_argument("--lr", type=float, default=1e-4)
    args = a.parse_args()
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    torch.set_num_threads(2)
    tok = D.tokenizer(args.base + "/tokenizer.json")
    net = M.Reader.from_base(args.base)
    groups = net.groups(args.lr, 1e-3)
    opt = torch.optim.AdamW(groups, betas=(0.9, 0.98))
    items = examples(args, tok)
    todo = []
    print(len(items), "stretches", sum(len(x[0]) for x in items), "pieces", flush=True)
    t0, step, run = time.time(), 0, []
    net.train()
    while (done := (time.time() - t0) / 60 / args.minutes) < 1:
        if not todo:
            todo = batches(items)
        b = todo.pop()
        n = max(len(x[0]) for x in b)
        ids = torch.tensor([x[0] + [1] * (n - len(x[0])) for x in b])
        y = torch.tensor([x[1] + [-100] * (n - len(x[1])) for x in b])
        for g in opt.param_groups:
            g["lr"] = g["base"] * min(1, (step + 1) / 40) * max(0.05, 1 - done)
        _, tags = net.lower(net.words(ids), ids != 1)
        loss = F.cross_entropy(tags.view(-1, 5), y.view(-1), ignore_index=-100)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.lower.parameters(), 1.0)
        opt.step()
        opt.zero_grad(set_to_none=True)
        step += 1
        run.append(loss.item())
        if step % 20 == 0:
            print(f"step {step} left {len(todo)} loss {np.mean(run[-20:]):.4f} {time.time() - t0:.0f} s", flush=True)
    M.save(net, args.out, minutes=args.minutes)
    print("wrote", args.out, "steps", step)


main()
