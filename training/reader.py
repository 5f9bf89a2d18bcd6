"""Reading moves out of a text with two networks, given as functions on numpy arrays. Needs numpy and a tokenizer.

words(ids) -> vectors; lower(words[1,n,h], mask[1,n]) -> (vectors, tag logits); upper(x, marks, mask, orgs, features, near) -> (pair, attributes, trigger, role, way).
"""

import numpy as np

import textlib as T


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class MoveReader:
    def __init__(self, encode, words, lower, upper, settings=None):
        self.encode, self.words, self.lower, self.upper = encode, words, lower, upper
        self.settings = {
            "name": 0.4,
            "threshold": {"ja": 0.5, "en": 0.5},
            "share": 0.3,
            "second": 0.3,
            "counterpart": 0.4,
            "trigger": 0.35,
            "role": 0.4,
            **(settings or {}),
        }

    def tags(self, text, head_end, ids, offsets):
        """Tag probabilities per token (mean over windows), and the vectors per window."""
        total, count, hidden = np.zeros((len(ids), 5)), np.zeros((len(ids), 1)), []
        for tokens in T.windows(offsets, head_end):
            row = np.array([[0] + [ids[t] for t in tokens] + [2]])
            x, tag = self.lower(self.words(row), np.ones(row.shape, np.int64))
            hidden.append(x[0])
            total[tokens] += softmax(tag[0][1:-1])
            count[tokens] += 1
        return total / np.maximum(count, 1), hidden

    def mentions(self, text, title=None):
        full, shift = T.with_title(text, title)
        ids, offsets = self.encode(full)
        if not ids:
            return []
        probs, _ = self.tags(full, self.head(full, title), ids, offsets)
        return T.decode(probs, offsets, full, self.settings["name"])

    @staticmethod
    def head(full, title):
        return len((title or "").strip()) or min(len(full.split("\n", 1)[0]), 120) * ("\n" in full)

    def scores(self, text, title=None, spans=None):
        full, shift = T.with_title(text, title)
        ids, offsets = self.encode(full)
        if not ids:
            return full, shift, [], {}, []
        head_end = self.head(full, title)
        probs, hidden = self.tags(full, head_end, ids, offsets)
        if spans is None:
            spans = T.decode(probs, offsets, full, self.settings["name"])
        groups = T.cluster(full, spans)
        best = {}
        for w, h in zip(T.layout(full, head_end, offsets, groups), hidden):
            if not w["persons"] or not w["orgs"]:
                continue
            flat = [(ci, mi, ps) for ci, ms in w["orgs"] for mi, ps in ms]
            rows = [T.stretch(w, i) for i in range(len(w["persons"]))]
            order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
            for at in range(0, len(order), 8):
                part = order[at : at + 8]
                n = max(len(rows[i]) for i in part)
                x = np.zeros((len(part), n, h.shape[1]), np.float32)
                marks, mask = np.zeros((len(part), n), np.int64), np.zeros((len(part), n), np.int64)
                orgs = np.zeros((len(part), len(flat), n), np.float32)
                near = np.zeros((len(part), n, T.NEAR), np.float32)
                feats = np.array([T.features(w, i) for i in part], np.float32)
                for r, i in enumerate(part):
                    idx = rows[i]
                    x[r, : len(idx)] = h[idx]
                    mask[r, : len(idx)] = 1
                    m, v = T.marks_of(w, i), T.near(w, i)
                    near[r, : len(idx)] = [v[p] for p in idx]
                    marks[r, : len(idx)] = [m[p] for p in idx]
                    where = {p: k for k, p in enumerate(idx)}
                    for k, (_, _, ps) in enumerate(flat):
                        for p in ps:
                            orgs[r, k, where[p]] = 1 / len(ps)
                pair, attr, trigger, role, way = self.upper(x, marks, mask, orgs, feats, near)
                for r, i in enumerate(part):
                    pc = w["persons"][i][0]
                    places = [(offsets[w["tokens"][p - 1]] if 0 < p <= len(w["tokens"]) else (0, 0)) for p in rows[i]]
                    trig, rol = sigmoid(trigger[r, : len(rows[i])]), sigmoid(role[r, : len(rows[i])])
                    pooled, where_k = {}, {}
                    for oc in {c for c, _, _ in flat}:
                        ks = [k for k, f in enumerate(flat) if f[0] == oc]
                        z = pair[r, ks]
                        pooled[oc] = np.log(np.exp(z - z.max(0)).sum(0)) + z.max(0)
                        where_k[oc] = [ks[int(z[:, d].argmax())] for d in range(5)]
                    norm = np.stack(list(pooled.values()))[:, :3]
                    norm = np.log(np.exp(norm - norm.max(0)).sum(0)) + norm.max(0)
                    for oc, z in pooled.items():
                        for d in range(5):
                            p = float(sigmoid(way[r, d])) if d < 3 else float(sigmoid(z[d]))
                            share = float(np.exp(z[d] - norm[d])) if d < 3 else 1.0
                            if (pc, oc, d) not in best or best[pc, oc, d]["p"] * best[pc, oc, d]["share"] < p * share:
                                k = where_k[oc][d]
                                best[pc, oc, d] = {
                                    "p": p,
                                    "share": share,
                                    "mention": flat[k][1],
                                    "attr": attr[r, k, d] if d < 3 else None,
                                    "places": places,
                                    "trigger": trig[:, d] if d < 3 else None,
                                    "role": rol[:, 1 if d == 1 else 0] if d < 3 else None,
                                }
        return full, shift, groups, best, spans

    def run(self, places, p, low):
        """The best contiguous stretch of tokens with p >= low, as a span."""
        order = [i for i in range(len(places)) if places[i][1] > places[i][0]]
        if not order:
            return None
        top = max(order, key=lambda i: p[i])
        if p[top] < low:
            return None
        low = min(low, p[top] / 2)
        at = order.index(top)
        a = b = at
        near = lambda i, j: places[order[j]][0] - places[order[i]][1] <= 1
        while a > 0 and p[order[a - 1]] >= low and near(a - 1, a):
            a -= 1
        while b + 1 < len(order) and p[order[b + 1]] >= low and near(b, b + 1):
            b += 1
        return places[order[a]][0], places[order[b]][1]

    def events(self, text, title=None, language=None):
        full, shift, groups, best, _ = self.scores(text, title)
        return self.pick(full, shift, groups, best, language)

    def pick(self, full, shift, groups, best, language=None):
        """Scores -> events."""
        if language is None:
            cjk = sum("\u3040" <= c <= "\u9fff" for c in full)
            language = "ja" if cjk * 5 > len(full) else "en"
        st = self.settings
        limit = st["threshold"][language]

        def span(s, e):
            return {"start": s - shift if s >= shift else -1, "end": e - shift if s >= shift else -1, "text": full[s:e]}

        def name(ci):
            c = groups[ci]
            body = [m for m in c["mentions"] if m[0] >= shift]
            if not body or c["full"][0] >= shift:
                return span(*c["full"])
            same = [m for m in body if full[m[0] : m[1]] == full[slice(*c["full"])]]
            return span(*(same[0] if same else max(body, key=lambda m: m[1] - m[0])))

        out, told = [], {}
        for (pc, oc, d), b in sorted(best.items(), key=lambda kv: -kv[1]["p"] * kv[1]["share"]):
            if d > 2:
                continue
            p, share = b["p"], b["share"]
            if p < limit or share < st["share"] or ((pc, d) in told and share < st["second"]):
                continue
            top = groups[oc]["top"]
            if st.get("proper", False) and T.generic(full[slice(*groups[oc]["full"])]):
                continue
            if st.get("sure", 0.0) > p * share:
                continue
            if st.get("alike", True) and any(T.related(top, t) for t in told.get((pc, d), ())):
                continue
            told.setdefault((pc, d), []).append(top)
            way = T.DIRECTIONS[d]
            kinds = list(T.KINDS_OF[way])
            nk = len(T.KINDS)
            a = b["attr"]
            trig = self.run(b["places"], b["trigger"], st["trigger"])
            if trig is None:
                ok = [i for i, pl in enumerate(b["places"]) if pl[1] > pl[0] and pl[0] >= shift]
                trig = b["places"][max(ok, key=lambda i: b["trigger"][i])] if ok else groups[pc]["full"]
            role = self.run(b["places"], b["role"], st["role"])
            other = None
            if d < 2:
                cand = [(best[pc, o, 3 + d]["p"], o) for o in {k[1] for k in best if k[0] == pc} if o != oc]
                if cand and max(cand)[0] >= st["counterpart"]:
                    other = max(cand)[1]
            out.append(
                {
                    "person": name(pc),
                    "organization": name(oc),
                    "direction": way,
                    "kind": T.KINDS[kinds[int(np.argmax(a[kinds]))]],
                    "status": T.STATUSES[int(np.argmax(a[nk : nk + len(T.STATUSES)]))],
                    "source": T.SOURCES[int(np.argmax(a[nk + len(T.STATUSES) :]))],
                    "role": span(*role) if role else None,
                    "counterpart": name(other) if other is not None else None,
                    "trigger": span(*trig),
                    "confidence": round(p * share, 4),
                }
            )
        out.sort(key=lambda e: (e["trigger"]["start"], e["person"]["start"]))
        return out
