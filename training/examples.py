"""Gold documents -> windows with labels for every person and organisation in them."""

import torch

import data as D
import textlib as T


def forms(x):
    return {T.squash(T.strip_person(f)) for f in x or []}


def org_forms(x):
    return {T.squash(T.strip_org(f)) for f in x or []}


def matches(groups, full, kind, wanted):
    """Clusters that name the wanted person or organisation; those whose fullest form agrees come alone."""
    strip = T.strip_person if kind == T.PER else T.strip_org
    some, sure = [], []
    for i, c in enumerate(groups):
        if c["type"] != kind:
            continue
        if T.squash(c["top"]) in wanted:
            sure.append(i)
        elif any(T.squash(strip(full[s:e])) in wanted for s, e in c["mentions"]):
            some.append(i)
    return sure or some


def merge_spans(gold, seen):
    """Annotated spans, and what the tagger saw elsewhere."""
    out = list(gold)
    for s, e, k, p in seen:
        if all(e <= a or b <= s for a, b, *_ in gold):
            out.append((s, e, k, p))
    return sorted(out)


def prepare(doc, tok, seen, whole=150):
    """Windows of one document: token ids, tag labels, persons, organisations, pair and attribute labels, trigger and role labels."""
    full, shift = T.with_title(doc["text"], doc.get("title"))
    ids, off = D.encode(tok, full)
    head_end = len((doc.get("title") or "").strip()) or 0
    gold, complete = D.gold_mentions(doc, full)
    tag = T_labels(doc, full, off, gold, complete, seen)
    groups = T.cluster(full, merge_spans(gold, seen))
    moves = []
    for m in doc["moves"]:
        ps = matches(groups, full, T.PER, forms(m["person"]))
        os = matches(groups, full, T.ORG, org_forms(m["organization"]))
        cs = matches(groups, full, T.ORG, org_forms(m.get("counterpart")))
        at = doc["text"].find(m["quote"]) if m.get("quote") else -1
        quote = (at + shift, at + shift + len(m["quote"])) if at >= 0 else None
        moves.append((m, ps, os, cs, quote))
    out = []
    for w in T.layout(full, head_end, off, groups):
        toks = w["tokens"]
        if not toks:
            continue
        span = [off[t] for t in toks]
        ex = {
            "id": doc["id"],
            "ids": [0] + [ids[t] for t in toks] + [2],
            "tag": [-100] + [tag[t] for t in toks] + [-100],
            "rows": [],
        }
        flat = [(oi, ps) for oi, (_, ms) in enumerate(w["orgs"]) for _, ps in ms]
        ex["flat"], ex["norg"] = flat, len(w["orgs"])
        place_p = {ci: i for i, (ci, _) in enumerate(w["persons"])}
        place_o = {ci: i for i, (ci, _) in enumerate(w["orgs"])}
        ex["event"] = [[0.0] * 3 for _ in range(len(toks) + 2)]
        ex["what"] = [[-100, -100] for _ in range(len(toks) + 2)]
        for m, _, _, _, quote in moves:
            if quote and m["direction"] in T.DIRECTIONS:
                known = [
                    T.KINDS.index(m["kind"]) if m["kind"] in T.KINDS else -100,
                    T.STATUSES.index(m["status"]) if m["status"] in T.STATUSES else -100,
                ]
                for k, (a, b) in enumerate(span):
                    if a < b and a < quote[1] and quote[0] < b:
                        ex["event"][k + 1][T.DIRECTIONS.index(m["direction"])] = 1.0
                        ex["what"][k + 1] = known
        for i, (pc, _) in enumerate(w["persons"]):
            row = {
                "idx": T.stretch(w, i, whole),
                "marks": T.marks_of(w, i),
                "feats": T.features(w, i),
                "near": T.near(w, i),
                "way": [0.0] * 3,
                "pair": {},
                "attr": [],
                "trig": {},
                "role": {},
            }
            n = len(w["sent"])
            trig = [[0.0] * 3 for _ in range(n)]
            role = [[0.0] * 2 for _ in range(n)]
            norole = [False, False]
            any_move = False
            for m, ps, os, cs, quote in moves:
                if pc not in ps or m["direction"] not in T.DIRECTIONS:
                    continue
                d = T.DIRECTIONS.index(m["direction"])
                inside = [k + 1 for k, (a, b) in enumerate(span) if quote and a < b and a < quote[1] and quote[0] < b]
                seen_q = bool(inside)
                any_move = True
                if m.get("optional") or not (seen_q or len(toks) == len(ids)):
                    row["way"][d] = row["way"][d] or -1.0
                else:
                    row["way"][d] = 1.0
                for k in inside:
                    trig[k][d] = 1.0
                for o in os:
                    if o in place_o:
                        key = (place_o[o], d)
                        val = -1.0 if m.get("optional") or (not seen_q and len(toks) < len(ids)) else 1.0
                        if row["pair"].get(key) != 1.0:
                            row["pair"][key] = val
                        if seen_q and m["kind"] in T.KINDS and m["status"] in T.STATUSES and m["source"] in T.SOURCES:
                            row["attr"].append(
                                (
                                    place_o[o],
                                    d,
                                    T.KINDS.index(m["kind"]),
                                    T.STATUSES.index(m["status"]),
                                    T.SOURCES.index(m["source"]),
                                )
                            )
                if d < 2 and seen_q:
                    for o in cs:
                        if o in place_o:
                            row["pair"][place_o[o], 3 + d] = 1.0
                r = 1 if d == 1 else 0
                if m.get("role") and seen_q:
                    best = None
                    for f in sorted(m["role"], key=len, reverse=True):
                        for s, e in D.find_all(full, f) if f else ():
                            far = (
                                0
                                if quote[0] - 1 <= s and e <= quote[1] + 1
                                else min(abs(s - quote[1]), abs(e - quote[0]))
                            )
                            hit = [k + 1 for k, (a, b) in enumerate(span) if a < b and a < e and s < b]
                            if hit and far < 400 and (best is None or far < best[0]):
                                best = (far, hit)
                    if best:
                        for k in best[1]:
                            role[k][r] = 1.0
                    else:
                        norole[r] = True
            have = set(row["idx"])
            row["cover"] = (
                sum(1 for k in range(n) if any(trig[k]) and k in have),
                sum(1 for k in range(n) if any(trig[k])),
            )
            row["trig"] = [trig[k] for k in row["idx"]]
            row["role"] = [[-1.0 if norole[j] else role[k][j] for j in range(2)] for k in row["idx"]]
            row["positive"] = any_move
            ex["rows"].append(row)
        out.append(ex)
    return out


def T_labels(doc, full, off, gold, complete, seen):
    """Tag classes; in documents without a complete list, what the first tagger took for a name is left open."""
    y = D.tag_labels(off, gold)
    for i, (a, b) in enumerate(off):
        if a == b:
            y[i] = -100
        elif y[i] == 0 and not complete and any(a < e and s < b for s, e, *_ in seen):
            y[i] = -100
    return y


def collate(batch, rows):
    """Tensors of several windows and the chosen (window, row) pairs."""
    n = max(len(x["ids"]) for x in batch)
    ids = torch.tensor([x["ids"] + [1] * (n - len(x["ids"])) for x in batch])
    tag = torch.tensor([x["tag"] + [-100] * (n - len(x["tag"])) for x in batch])
    event = torch.full((len(batch), n, 3), -1.0)
    for i, v in enumerate(batch):
        event[i, : len(v["ids"])] = torch.tensor(v["event"])
    what = torch.tensor([v["what"] + [[-100, -100]] * (n - len(v["what"])) for v in batch])
    if not rows:
        return {"ids": ids, "tag": tag, "event": event, "what": what, "rows": 0}
    N, S = len(rows), max(len(batch[w]["rows"][r]["idx"]) for w, r in rows)
    Mn = max(1, max(len(batch[w]["flat"]) for w, _ in rows))
    C = max(1, max(batch[w]["norg"] for w, _ in rows))
    idx, marks, mask = (
        torch.zeros(N, S, dtype=torch.long),
        torch.zeros(N, S, dtype=torch.long),
        torch.zeros(N, S, dtype=torch.long),
    )
    orgs, member = torch.zeros(N, Mn, S), torch.zeros(N, C, Mn, dtype=torch.bool)
    pair = torch.full((N, C, 5), -1.0)
    trig, role = torch.full((N, S, 3), -1.0), torch.full((N, S, 2), -1.0)
    feats, way, near = torch.zeros(N, Mn, T.FEATURES), torch.zeros(N, 3), torch.zeros(N, S, T.NEAR)
    attrs = []
    for j, (w, r) in enumerate(rows):
        x, row = batch[w], batch[w]["rows"][r]
        k = len(row["idx"])
        idx[j, :k], mask[j, :k] = torch.tensor(row["idx"]), 1
        marks[j, :k] = torch.tensor([row["marks"][p] for p in row["idx"]])
        where = {p: q for q, p in enumerate(row["idx"])}
        for q, (o, ps) in enumerate(x["flat"]):
            member[j, o, q] = True
            for p in ps:
                orgs[j, q, where[p]] = 1 / len(ps)
        pair[j, : x["norg"]] = 0.0
        feats[j, : len(x["flat"])] = torch.tensor(row["feats"])
        near[j, :k] = torch.tensor([row["near"][p] for p in row["idx"]])
        way[j] = torch.tensor(row["way"])
        for (o, d), v in row["pair"].items():
            pair[j, o, d] = v
        trig[j, :k], role[j, :k] = torch.tensor(row["trig"]), torch.tensor(row["role"])
        attrs += [(j, *a) for a in row["attr"]]
    return {
        "ids": ids,
        "tag": tag,
        "event": event,
        "rows": N,
        "window": torch.tensor([w for w, _ in rows]),
        "idx": idx,
        "marks": marks,
        "mask": mask,
        "orgs": orgs,
        "member": member,
        "pair": pair,
        "trig": trig,
        "role": role,
        "attrs": attrs,
        "feats": feats,
        "way": way,
        "near": near,
    }
