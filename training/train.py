"""Fine-tune the reader: mentions, and per person the moves. The learning rate falls with the clock, new documents are picked up every epoch.

python train.py --init tagger.pt --out reader.pt --minutes 40
"""

import argparse
import json
import pathlib
import random
import time
import zlib

import numpy as np
import torch
from torch.nn import functional as F

import data as D
import evaluate as E
import examples as X
import model as M
from torchread import reader


def load_docs(args, net, tok, cache, rank):
    """Examples of this trainer's share of the documents that are there now; documents already known are not prepared again."""
    files = [pathlib.Path(args.seen), *(pathlib.Path(args.seen).with_suffix(f".{r}.json") for r in range(args.workers))]
    seen = {}
    for f in files:
        if f.exists():
            seen.update(json.loads(f.read_text()))
    docs = [d for d in D.gold(args.gold, "train") if zlib.crc32(d["id"].encode()) % args.workers == rank]
    r = reader(net, tok)
    net.eval()
    own = {}
    for d in docs:
        if d["id"] in cache:
            continue
        if d["id"] not in seen:
            seen[d["id"]] = own[d["id"]] = [list(s) for s in r.mentions(d["text"], d.get("title"))]
        try:
            cache[d["id"]] = X.prepare(d, tok, [tuple(s) for s in seen[d["id"]]], args.whole)
        except Exception as error:  # a document still being written must not stop the run
            print("left out", d["id"], repr(error), flush=True)
            cache[d["id"]] = []
    if own:
        mine = files[1 + rank]
        mine.write_text(
            json.dumps({**(json.loads(mine.read_text()) if mine.exists() else {}), **own}, ensure_ascii=False)
        )
    return [x for d in docs for x in cache[d["id"]]]


def batches(items, tokens):
    items = sorted(items, key=lambda x: len(x["ids"]) + random.random() * 60)
    out, cur = [], []
    for x in items:
        if cur and max(len(x["ids"]), max(len(y["ids"]) for y in cur)) * (len(cur) + 1) > tokens:
            out.append(cur)
            cur = []
        cur.append(x)
    out.append(cur)
    random.shuffle(out)
    return out


def pick_rows(batch, most):
    """All persons with moves, and some of the others."""
    rows = []
    for w, x in enumerate(batch):
        if not x["norg"]:
            continue
        pos = [i for i, r in enumerate(x["rows"]) if r["positive"]]
        neg = [i for i, r in enumerate(x["rows"]) if not r["positive"]]
        random.shuffle(pos), random.shuffle(neg)
        rows += [(w, i) for i in pos[:most] + neg[: max(2, len(pos) // 2)]]
    return rows


def kept_bottom(net, batch, count):
    """Vectors after the frozen layers, computed once per window and kept as float16."""
    new = [x for x in batch if "bottom" not in x]
    if new:
        was = net.training
        net.eval()
        with torch.no_grad():
            n = max(len(x["ids"]) for x in new)
            ids = torch.tensor([x["ids"] + [1] * (n - len(x["ids"])) for x in new])
            h = net.lower.bottom(net.words(ids), ids != 1, count)
        for x, v in zip(new, h):
            x["bottom"] = v[: len(x["ids"])].half()
        net.train(was)
    return torch.nn.utils.rnn.pad_sequence([x["bottom"] for x in batch], batch_first=True).float()


def losses(net, batch, rows, count, groups=3):
    """Sum of everything that is taught; persons with stretches of like length go through the upper layers together."""
    rows = sorted(rows, key=lambda r: len(batch[r[0]]["rows"][r[1]]["idx"]))
    size = max(1, -(-len(rows) // groups))
    c = X.collate(batch, [])
    h, tags, event, what = net.lower.top(net.lower.drop(kept_bottom(net, batch, count)), c["ids"] != 1, count)
    out = {"tag": F.cross_entropy(tags.reshape(-1, 5), c["tag"].view(-1), ignore_index=-100)}
    ok = (c["event"] >= 0).float()
    out["event"] = (
        (F.binary_cross_entropy_with_logits(event, c["event"].clamp(min=0), reduction="none") * ok).sum() / ok.sum() * 4
    )
    if (c["what"] >= 0).any():
        nk = len(M.KINDS)
        out["what"] = 0.15 * (
            F.cross_entropy(what[..., :nk].reshape(-1, nk), c["what"][..., 0].view(-1), ignore_index=-100)
            + F.cross_entropy(
                what[..., nk:].reshape(-1, what.shape[-1] - nk), c["what"][..., 1].view(-1), ignore_index=-100
            )
        )
    for at in range(0, len(rows), size):
        part = rows[at : at + size]
        for k, v in upper_losses(net, h, X.collate(batch, part)).items():
            out[k] = out.get(k, 0) + v * (len(part) / len(rows))
    return out


def upper_losses(net, h, c):
    out = {}
    x = h[c["window"][:, None], c["idx"]]
    pair, attr, trig, role, way = net.upper(x, c["marks"], c["mask"], c["orgs"], c["feats"], c["near"])
    each = pair[:, None].masked_fill(~c["member"][..., None], -1e4)  # N C M 5
    pooled = torch.logsumexp(each, 2)
    y, w = c["pair"], c["way"]
    known = (w >= 0).float()
    out["way"] = (
        (F.binary_cross_entropy_with_logits(way, w.clamp(min=0), reduction="none") * known).sum()
        / known.sum().clamp(min=1)
        * 3
    )
    right = (y[..., :3] > 0).float()  # which organisation, when there is a move
    count_right = right.sum(1)
    share = F.log_softmax(pooled[..., :3], 1)
    have = (count_right > 0).float()
    out["org"] = (-(share * right).sum(1) / count_right.clamp(min=1) * have).sum() / have.sum().clamp(min=1)
    ok = (y[..., 3:] >= 0).float()
    out["other"] = (
        F.binary_cross_entropy_with_logits(pooled[..., 3:].clamp(-30, 30), y[..., 3:].clamp(min=0), reduction="none")
        * ok
    ).sum() / ok.sum().clamp(min=1)
    for name, z in (("trig", trig), ("role", role)):
        ok = (c[name] >= 0).float()
        out[name] = (
            (F.binary_cross_entropy_with_logits(z, c[name].clamp(min=0), reduction="none") * ok).sum()
            / ok.sum().clamp(min=1)
            * 4
        )
    if c["attrs"]:
        j, o, d, k, s, q = (torch.tensor(v) for v in zip(*c["attrs"]))
        m = each[j, o, :, d].argmax(-1)
        z = attr[j, m, d]
        nk, ns = len(M.KINDS), len(M.STATUSES)
        out["attr"] = 0.2 * (
            F.cross_entropy(z[:, :nk], k) + F.cross_entropy(z[:, nk : nk + ns], s) + F.cross_entropy(z[:, nk + ns :], q)
        )
    return out


def work(rank, args, net, t0, before):
    """One of several trainers that share the weights (without locks): a busy machine then stops neither. Rank 0 saves and scores."""
    random.seed(args.seed + rank), np.random.seed(args.seed + rank), torch.manual_seed(args.seed + rank)
    torch.set_num_threads(1)
    tok = D.tokenizer(args.base + "/tokenizer.json")
    opt = torch.optim.AdamW(net.groups(args.lr, args.head_lr), betas=(0.9, 0.98))
    cache, todo, run, step, epoch = {}, [], [], 0, 0
    saved, marks = time.time(), sorted(args.dev_at)
    dev, score = D.gold(args.gold[:1], "dev"), E.scorer(args.score)

    def minutes():
        return before + (time.time() - t0) / 60

    def score_dev():
        net.eval()
        r = reader(net, tok)
        print("mention recall", E.tagging(r, dev))
        for t, (g, at) in E.sweep(r, dev, score).items():
            print(f"== {minutes():.0f} min, dev at {t}\n{E.report(g, at)}", flush=True)
        net.train()

    while (done := minutes() / args.minutes) < 1:
        if not todo:
            items = load_docs(args, net, tok, cache, rank)
            net.train()
            todo = batches(items, args.tokens)
            print(
                f"[{rank}] epoch {epoch}: {len(cache)} documents, {len(items)} windows, {len(todo)} batches, {minutes():.1f} min",
                flush=True,
            )
            epoch += 1
        b = todo.pop()
        rate = min(1, (step + 1) / args.warm) * (args.end + (1 - args.end) * (1 - done))
        for g in opt.param_groups:
            g["lr"] = g["base"] * rate
        parts = losses(net, b, pick_rows(b, args.rows) if args.rows else [], args.freeze)
        sum(parts.values()).backward()
        torch.nn.utils.clip_grad_norm_([p for p in net.parameters() if p.grad is not None], 2.0)
        opt.step()
        opt.zero_grad(set_to_none=True)
        step += 1
        run.append({k: v.item() for k, v in parts.items()})
        if step % 25 == 0:
            last = run[-25:]
            print(
                f"[{rank}] step {step} {minutes():.1f} min "
                + " ".join(
                    f"{k} {np.mean([x[k] for x in last if k in x] or [0]):.4f}"
                    for k in ("tag", "event", "what", "way", "org", "other", "trig", "role", "attr")
                ),
                flush=True,
            )
        if rank == 0 and time.time() - saved > args.every * 60:
            saved = time.time()
            M.save(net, args.out, minutes_done=minutes())
        if rank == 0 and marks and done >= marks[0] and marks[0] < 1:
            marks.pop(0)
            score_dev()


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--base", default="base")
    a.add_argument("--gold", nargs="*", default=["eval/gold"])
    a.add_argument("--score", default=None)
    a.add_argument("--init", default="tagger.pt")
    a.add_argument("--out", default="reader.pt")
    a.add_argument("--seen", default="seen.json", help="names that the first tagger saw, kept between runs")
    a.add_argument("--minutes", type=float, default=40)
    a.add_argument("--lr", type=float, default=2e-4)
    a.add_argument("--head-lr", type=float, default=1e-3)
    a.add_argument("--end", type=float, default=0.05, help="learning rate at the end, as a part of the highest")
    a.add_argument("--tokens", type=int, default=1500)
    a.add_argument("--whole", type=int, default=150)
    a.add_argument("--every", type=float, default=4, help="minutes between checkpoints")
    a.add_argument("--dev-at", type=float, nargs="*", default=[0.5, 1.0], help="when to score dev, as parts of the run")
    a.add_argument("--freeze", type=int, default=5, help="lowest layers that stay as the tagger left them")
    a.add_argument(
        "--rows",
        type=int,
        default=7,
        help="persons with moves taken from one window, at most; 0 trains the lower encoder alone",
    )
    a.add_argument("--workers", type=int, default=2)
    a.add_argument("--warm", type=int, default=30, help="steps until the learning rate is reached")
    a.add_argument("--seed", type=int, default=1)
    a.add_argument("--fresh", action="store_true", help="begin the move heads anew")
    a.add_argument("--resume", action="store_true")
    args = a.parse_args()
    torch.set_num_threads(1)
    net, got = M.load(args.base, args.out if args.resume else args.init, args.fresh)
    for p in [
        *net.lower.layers[: args.freeze].parameters(),
        *net.lower.position.parameters(),
        *net.lower.norm.parameters(),
    ]:
        p.requires_grad_(False)
    before = got.get("minutes_done", 0) if args.resume else 0
    net.share_memory()
    t0 = time.time()
    spawn = torch.multiprocessing.get_context("spawn")
    procs = [spawn.Process(target=work, args=(r, args, net, t0, before)) for r in range(args.workers)]
    for p in procs:
        p.start()
    for p in procs:
        p.join()
    M.save(net, args.out, minutes_done=before + (time.time() - t0) / 60)
    print("wrote", args.out, flush=True)


if __name__ == "__main__":
    main()
