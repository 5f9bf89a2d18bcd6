"""Dev figures on plain text (own mentions): python evaluate.py --model reader.pt   |   --export export

Matching is that of shared/score.py. `check` is never opened.
"""

import argparse
import importlib.util
import pathlib
import re
import time

import data as D
import textlib as T


def scorer(_path=None):
    """The pairing of the project's one scorer."""
    from exeunt.evaluate import pair

    return pair


def said(events):
    return [
        {
            **{k: e[k] for k in ("direction", "kind", "status", "source", "confidence")},
            "date": None,
            "person": e["person"]["text"],
            "organization": e["organization"]["text"],
            "role": e["role"] and e["role"]["text"],
            "counterpart": e["counterpart"] and e["counterpart"]["text"],
            "trigger": e["trigger"],
        }
        for e in events
    ]


def f1(a):
    p, r = a[0] / max(1, a[0] + a[1]), a[0] / max(1, a[0] + a[2])
    return p, r, 2 * p * r / max(1e-9, p + r)


def figures(docs, answers, score):
    """{group: [tp, fp, fn]}, attribute accuracies on right moves."""
    groups, attr = {}, {}
    for d in docs:
        a = answers[d["id"]]
        pairs, free = score(d["moves"], a)
        opt = {i for i, m in enumerate(d["moves"]) if m.get("optional")}
        pairs = [p for p in pairs if p[0] not in opt]
        for g in ("all", d["language"]):
            x = groups.setdefault(g, [0, 0, 0, 0])
            x[0] += len(pairs)
            x[1] += len(free)
            x[2] += len(d["moves"]) - len(opt) - len(pairs)
            x[3] += 1
        for i, j in pairs:
            G, S = d["moves"][i], a[j]
            for f in ("kind", "status", "source"):
                y = attr.setdefault(f, [0, 0])
                y[0] += G[f] == S[f]
                y[1] += 1
            for f in ("role", "counterpart"):
                y = attr.setdefault(f, [0, 0])
                fold = lambda v: T.squash(T.strip_org(v))
                g, s = {fold(v) for v in G.get(f) or []}, fold(S[f]) if S[f] else None
                y[0] += (s in g or (f == "role" and any(s in v or v in s for v in g))) if s and g else not s and not g
                y[1] += 1
            t, q = S["trigger"], d["text"].find(G["quote"])
            y = attr.setdefault("trigger", [0, 0])
            y[0] += t["start"] < q + len(G["quote"]) and q < t["end"]
            y[1] += 1
    return groups, attr


def report(groups, attr):
    out = []
    for g, x in sorted(groups.items()):
        p, r, f = f1(x)
        out.append(f"{g}: P {p:.3f} R {r:.3f} F1 {f:.3f} (n docs {x[3]}, moves {x[0] + x[2]})")
    out.append("  ".join(f"{k} {a / b:.3f}" for k, (a, b) in attr.items()))
    return "\n".join(out)


def sweep(reader, docs, score, limits=(0.3, 0.4, 0.5, 0.6, 0.7)):
    """Scores once, cuts at several thresholds; answers {limit: figures}."""
    kept = [(d, reader.scores(d["text"], d.get("title"))) for d in docs]
    out = {}
    for t in limits:
        reader.settings["threshold"] = {"ja": t, "en": t}
        ans = {
            d["id"]: said(reader.pick(full, shift, groups, best, d["language"]))
            for d, (full, shift, groups, best, _) in kept
        }
        out[t] = figures(docs, ans, score)
    return out


def tagging(reader, docs):
    """Recall of annotated persons and organisations that move, as any of their forms among the clusters."""
    hit = {"person": [0, 0], "organization": [0, 0]}
    for d in docs:
        spans = reader.mentions(d["text"], d.get("title"))
        full, _ = T.with_title(d["text"], d.get("title"))
        have = [
            {T.squash((T.strip_person, T.strip_org)[k](full[s:e])) for s, e, kk, _ in spans if kk == k} for k in (0, 1)
        ]
        for m in d["moves"]:
            if m.get("optional"):
                continue
            for i, (f, strip) in enumerate((("person", T.strip_person), ("organization", T.strip_org))):
                hit[f][0] += bool({T.squash(strip(v)) for v in m[f]} & have[i])
                hit[f][1] += 1
    return {k: round(a / b, 3) for k, (a, b) in hit.items()}


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--model")
    a.add_argument("--export")
    a.add_argument("--base", default="base")
    a.add_argument("--gold", nargs="*", default=["eval/gold"])
    a.add_argument("--score", default=None)
    a.add_argument("--split", default="dev", choices=["dev", "train"])
    a.add_argument("--threads", type=int, default=2)
    a.add_argument("--errors", action="store_true")
    args = a.parse_args()
    docs, score = D.gold(args.gold, args.split), scorer(args.score)
    if args.export:
        spec = importlib.util.spec_from_file_location("infer", pathlib.Path(args.export) / "infer.py")
        infer = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(infer)
        t = time.time()
        infer.load(args.export)
        print(f"load {time.time() - t:.2f} s")
        t, ans = time.time(), {}
        for d in docs:
            ans[d["id"]] = said(infer.events(d["text"], d.get("title")))
        spent = time.time() - t
        print(f"{1e6 * spent / sum(len(d['text']) for d in docs):.0f} ms per 1000 characters")
        print(report(*figures(docs, ans, score)))
    else:
        import torch
        import model as M
        from torchread import reader

        torch.set_num_threads(args.threads)
        net, _ = M.load(args.base, args.model)
        net.eval()
        r = reader(net, D.tokenizer(args.base + "/tokenizer.json"))
        print("mention recall", tagging(r, docs), flush=True)
        for t, (g, at) in sweep(r, docs, score).items():
            print(f"threshold {t}\n{report(g, at)}", flush=True)
    if args.errors and args.export:
        for d in docs:
            pairs, free = score(d["moves"], ans[d["id"]])
            done = {i for i, _ in pairs}
            print("##", d["id"])
            for i, m in enumerate(d["moves"]):
                if i not in done and not m.get("optional"):
                    print("  missed", m["person"][0], m["direction"], m["organization"], "|", m["quote"])
            for j in free:
                s = ans[d["id"]][j]
                print(
                    "  wrong ",
                    s["person"],
                    s["direction"],
                    s["organization"],
                    s["confidence"],
                    "|",
                    s["trigger"]["text"],
                )


if __name__ == "__main__":
    main()
