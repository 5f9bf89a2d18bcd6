"""Text helpers that training and the exported reader share: sentences, windows, mention spans, clusters of mentions.

Standard library only. All offsets are code points.
"""

import re
import unicodedata

PER, ORG = 0, 1
TAGS = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG"]
DIRECTIONS = ["out", "in", "pause"]
KINDS = [
    "left",
    "resigned",
    "retired",
    "dismissed",
    "laid_off",
    "term_ended",
    "stepped_down",
    "died",
    "joined",
    "appointed",
    "promoted",
    "returned",
    "founded",
    "elected",
    "leave",
]
KINDS_OF = {"out": range(0, 8), "in": range(8, 14), "pause": range(14, 15)}
STATUSES = ["fact", "planned", "reported", "denied", "speculated", "considered"]
SOURCES = ["self", "organization", "media", "unnamed", "author"]

HON_END = re.compile(r"(氏|さん|様|君|ちゃん|選手|監督|容疑者|被告)$")
HON_START = re.compile(
    r"^(mr|ms|mrs|dr|prof|professor|sir|dame|lord|lady|capt|captain|deacon|rev|reverend|father|sgt|sergeant|gen|general|col|colonel|maj|major|lt|sen|senator|judge|justice|coach|president|chancellor|minister|bishop|inspector)\.?\s+",
    re.I,
)
LEGAL = re.compile(
    r"^(株式会社|㈱|\(株\)|有限会社|合同会社|一般社団法人|一般財団法人|公益財団法人|公益社団法人|学校法人|医療法人|the\s+)"
    r"|(株式会社|㈱|\(株\)|有限会社|合同会社)$"
    r"|[, ]+(inc|corp|corporation|co|company|ltd|limited|llc|plc|ag|sa|se|nv|bv|gmbh|holdings?|group)\.?$",
    re.I,
)
GENERIC = set(
    "bank university ministry group company council institute school board committee club college party department association union "
    "agency office hospital fund trust city county state court center centre foundation society federation league authority commission".split()
)
JA_TAIL = re.compile(
    r"^(監査法人|有限責任監査法人|部屋|組|道路|財閥|投資庁|広告|自動車|製作所|電機|電器|電気|電力|ホールディングス|HD|グループ|工業|産業|製薬|薬品|化学|化成|商事|物産|建設|不動産|証券|銀行|信用金庫|"
    r"生命|生命保険|損保|保険|食品|製菓|製紙|製鉄|鉄鋼|重工|重工業|造船|海運|汽船|航空|鉄道|電鉄|交通|運輸|運送|物流|倉庫|通信|放送|テレビ|新聞|新聞社|出版|書店|"
    r"印刷|精機|精工|光学|機械|金属|金融|硝子|ガラス|繊維|紡績|酒造|醸造|ビール|飲料|乳業|水産|農園|農業|林業|百貨店|ストア|スーパー|ホテル|観光|"
    r"エレクトロニクス|テクノロジー|テクノロジーズ|システムズ?|ソフト|ソフトウェア|ラボ|ラボズ|AI|モーターズ?|エナジー|フーズ|メディカル|ファーマ|バイオ|"
    r"キャピタル|パートナーズ|コーポレーション|カンパニー|インターナショナル|ジャパン|社|町|市|県|大|大学|学園|高校|省|庁|党|FC|SC|クラブ)+$"
)
KANJI = re.compile(r"^[\u3400-\u9fff々〆ヶ]+$")
KATA = re.compile(r"^[\u30a0-\u30ffー]+$")


def norm(text):
    return unicodedata.normalize("NFKC", text).strip()


def strip_person(text):
    t = norm(text).strip('「」『』"“”‘’')
    for _ in range(2):
        t = HON_START.sub("", HON_END.sub("", t).strip()).strip()
    return t


def strip_org(text):
    t = norm(text).strip('「」『』"“”‘’').lstrip("@#")
    t = re.sub(r"^(認定)?NPO法人[ 「]*|^独立行政法人|^国立大学法人", "", t).strip("「」『』 ") or t
    for _ in range(2):
        s = LEGAL.sub("", t).strip()
        t = s or t
    return re.sub(r"[’']s$", "", t)


def squash(text):
    return re.sub(r"[\s・･·=＝‐\-.,'’\"「」]", "", text).casefold()


def parts(text):
    return [p for p in re.split(r"[\s・･·=＝.,]+", text.casefold()) if p]


def sentences(text):
    """[(start, end)] of sentences; line breaks always end one."""
    out, at = [], 0
    for m in re.finditer(r"\n+|[。！？](?=[^」』）)])|[.!?][\"”’')]?(?=\s+[\"“‘'(]?[A-Z0-9])", text):
        end = m.end()
        if m.group()[0] == "." and re.search(
            r"\b(Mr|Ms|Mrs|Dr|Prof|St|Jr|Sr|Inc|Corp|Co|Ltd|No|Gen|Sen|Gov|Rep|vs|[A-Z])\.$",
            text[max(at, end - 6) : end],
        ):
            continue
        if text[at:end].strip():
            out.append((at, end))
        at = end
    if text[at:].strip():
        out.append((at, len(text)))
    return out


def with_title(text, title):
    """Text as the model sees it, and how many code points were put in front."""
    if title and not text.lstrip().startswith(title.strip()):
        return title.strip() + "\n" + text, len(title.strip()) + 1
    return text, 0


def trim_offsets(text, offsets):
    """Token offsets without white space at either end."""
    out = []
    for s, e in offsets:
        while s < e and text[s].isspace():
            s += 1
        while e > s and text[e - 1].isspace():
            e -= 1
        out.append((s, e))
    return out


def windows(offsets, head_end, size=500, stride=340, head_max=60):
    """Lists of token indices: the whole document, or overlapping stretches that each begin with the headline's tokens."""
    n = len(offsets)
    if n <= size:
        return [list(range(n))]
    head = [i for i in range(min(n, head_max)) if offsets[i][1] <= head_end]
    out, at = [], 0
    while True:
        pre = [i for i in head if i < at]
        room = size - len(pre)
        out.append(pre + list(range(at, min(n, at + room))))
        if at + room >= n:
            return out
        at += stride


def _inside(text, at):
    """Whether a Latin or katakana word goes on across this place."""
    if not 0 < at < len(text):
        return False
    a, b = text[at - 1], text[at]
    if KATA.match(a) and KATA.match(b):
        return a != "・" and b != "・"
    return a.isalpha() and b.isalpha() and a < "\u0370" and b < "\u0370"


def decode(probs, offsets, text, low=0.4):
    """Mention spans [(start, end, type, score)] from per-token tag probabilities [n][5]; recall first: a token is inside when p(type) >= low."""
    out, cur = [], None
    for i, p in enumerate(probs):
        per, org = p[1] + p[2], p[3] + p[4]
        kind = PER if per >= org else ORG
        mass = max(per, org)
        if mass < low or offsets[i][0] == offsets[i][1]:
            if offsets[i][0] != offsets[i][1]:
                cur = None
            continue
        begin = p[1 + 2 * kind] > p[2 + 2 * kind] and not _inside(text, offsets[i][0])
        if cur is not None and out[cur][2] == kind and not begin:
            out[cur][1] = offsets[i][1]
            out[cur][3] = max(out[cur][3], mass)
        else:
            out.append([offsets[i][0], offsets[i][1], kind, mass])
            cur = len(out) - 1
    spans = []
    for s, e, k, p in out:
        while s > 0 and _inside(text, s):
            s -= 1
        while e < len(text) and _inside(text, e):
            e += 1
        if spans and s < spans[-1][1]:
            continue
        t = text[s:e]
        if k == PER:
            m = HON_END.search(t)
            if m and m.start() > 0:
                e = s + m.start()
        t = text[s:e]
        m = re.search(r"[’']s$", t)
        if m:
            e = s + m.start()
        while s < e and text[s] in " 　「『(（\"“'‘、。,.:;・\n":
            s += 1
        while e > s and text[e - 1] in " 　」』)）\"”'’、。,:;・\n":
            e -= 1
        if e > s and (k == ORG or e - s > 1 or not text[s:e].isascii()):
            spans.append((s, e, k, float(p)))
    return spans


def _same_person(short, full):
    """short is a later or shorter naming of full (both stripped)."""
    a, b = squash(short), squash(full)
    if a == b:
        return True
    pa, pb = parts(short), parts(full)
    if len(a) >= len(b) or not pa or not pb:
        return False
    if len(pb) > 1:
        if set(pa) <= set(pb):
            return True
        if len(pa) == 1 and KANJI.match(pa[0]) and (b.startswith(a) or b.endswith(a)):
            return True
        return len(pa) > 1 and pa[-1] == pb[-1] and pa[0][:1] == pb[0][:1] and len(pa[0]) == 1
    return bool(KANJI.match(a) and (b.startswith(a) or (KANJI.match(b) and b.endswith(a) and len(a) > 1)))


def _script(c):
    return (
        "k"
        if "\u3400" <= c <= "\u9fff"
        else "a"
        if "\u30a0" <= c <= "\u30ff"
        else "h"
        if "\u3040" <= c <= "\u309f"
        else "l"
        if c.isalpha()
        else "o"
    )


NOT_TAIL = re.compile(r"^(労組|労働組合|ユニオン|病院|財団|附属|付属|の?.*(元|旧))")


def _same_org(short, full):
    a, b = squash(short), squash(full)
    if a == b:
        return True
    pa, pb = parts(short), parts(full)
    if len(a) >= len(b) or not pa or not pb:
        return False
    if short.isascii() and full.isascii() or not re.search(r"[\u3040-\u9fff]", full):
        if len(pa) < len(pb):
            if pb[: len(pa)] == pa and (len(pa) > 1 or pa[0] not in GENERIC):
                return True
            if pb[-len(pa) :] == pa and (len(pa) > 1 or (pa[0] not in GENERIC and len(pa[0]) > 3)):
                return True
            if pb[0] == "the" and pb[1 : 1 + len(pa)] == pa:
                return True
        caps = "".join(w[0] for w in re.findall(r"[^\W\d_]+", full) if w[0].isupper())
        return short.isupper() and len(short) > 1 and caps == short
    if len(a) > 1 and b.startswith(a) and not NOT_TAIL.match(b[len(a) :]):
        rest = b[len(a) :]
        return (
            bool(JA_TAIL.match(rest.upper() if rest.isascii() else rest))
            or pb[0] == a
            or _script(a[-1]) != _script(rest[0])
            or len(a) > 3
        )
    return len(a) > 2 and b.endswith(a) and (len(a) > 3 or _script(a[0]) != _script(b[-len(a) - 1]))


def related(a, b):
    """Names so alike that one person does not leave (or join) both in one text."""
    x, y = squash(strip_org(a)), squash(strip_org(b))
    if x in y or y in x:
        return True
    pa, pb = parts(strip_org(a)), parts(strip_org(b))
    if re.search(r"[\u3040-\u9fff]", a + b):
        return len(x) > 2 and x[:3] == y[:3]
    return bool(pa and pb) and pa[0] == pb[0] and len(pa[0]) > 3 and pa[0] not in GENERIC


def generic(form):
    """A common noun that points at an organisation named elsewhere."""
    if re.search(r"[\u3040-\u9fff]", form):
        return bool(re.match(r"^(当|同|弊|本|我が|両)[\u3400-\u9fff]{1,3}$", form)) or form in GENERIC_JA
    return (
        form == form.lower()
        or form.lower() in GENERIC
        or form.lower() in ("registrant", "firm", "force", "parish", "laboratory", "team", "cooperative")
    )


GENERIC_JA = set(
    "会社 基金 機構 大学 学校 公社 球団 楽団 工房 事務所 役所 市役所 県庁 政府 組合 労連 漁協 農協 市警 県警 病院 銀行 教区 編集局 研究所 学部 本社 クラブ チーム 財団 協会 連盟 党 省 局 部".split()
)


def cluster(text, mentions):
    """Groups mentions of one name. mentions: [(start, end, type, ...)] in any order; answer: [{"type", "mentions": [(start, end)], "full": (start, end)}]."""
    out = []
    last = None
    for m in sorted(mentions):
        s, e, k = m[:3]
        name = strip_person(text[s:e]) if k == PER else strip_org(text[s:e])
        same = _same_person if k == PER else _same_org
        found = None
        if (
            last is not None
            and out[last]["type"] == k
            and re.fullmatch(
                r"\s?[(（](現|旧|旧姓|略称|以下|通称|「)*「?", text[out[last]["mentions"][-1][1] : s] or "x"
            )
        ):
            found = last
        if found is None:
            order = sorted(
                (c for c in range(len(out)) if out[c]["type"] == k), key=lambda c: -out[c]["mentions"][-1][0]
            )
            for test in ("equal", "short", "long"):
                for c in order:
                    for n in out[c]["names"]:
                        if (
                            (test == "equal" and squash(n) == squash(name))
                            or (test == "short" and same(name, n))
                            or (test == "long" and n == out[c]["top"] and same(n, name))
                        ):
                            found = c
                            break
                    if found is not None:
                        break
                if found is not None:
                    break
        if found is None:
            out.append({"type": k, "mentions": [], "names": [], "full": (s, e), "top": name})
            found = len(out) - 1
        c = out[found]
        c["mentions"].append((s, e))
        if name not in c["names"]:
            c["names"].append(name)
        if len(squash(name)) > len(squash(c["top"])) and (
            k == ORG or text[s:e].isascii() == text[c["full"][0] : c["full"][1]].isascii()
        ):
            c["top"], c["full"] = name, (s, e)
        last = found
    return out


def layout(text, head_end, offsets, groups, size=500, stride=340):
    """What the model reads: per window the token indices, and per cluster seen in it the mentions as lists of places in the window (place 0 is <s>)."""
    sents = sentences(text)
    sent_of, j = [], 0
    for s, _ in offsets:
        while j + 1 < len(sents) and s >= sents[j][1]:
            j += 1
        sent_of.append(j)
    touched = []
    for c in groups:
        touched.append([[i for i, (a, b) in enumerate(offsets) if a < e and s < b and a < b] for s, e in c["mentions"]])
    out = []
    for tokens in windows(offsets, head_end, size, stride):
        place = {t: i + 1 for i, t in enumerate(tokens)}
        w = {
            "tokens": tokens,
            "sent": [-1] + [sent_of[t] for t in tokens] + [-2],
            "head": [place[t] for t in tokens if offsets[t][1] <= head_end][:48],
            "persons": [],
            "orgs": [],
        }
        for ci, c in enumerate(groups):
            ms = [(mi, [place[t] for t in ts if t in place]) for mi, ts in enumerate(touched[ci])]
            ms = [(mi, ts) for mi, ts in ms if ts]
            if ms:
                w["persons" if c["type"] == PER else "orgs"].append((ci, ms))
        out.append(w)
    return out


def stretch(w, who, whole=150):
    """Places of a window that matter to its person number `who`: headline, the sentences with the person and their neighbours, all organisations."""
    n = len(w["sent"])
    if n <= whole:
        return list(range(n))
    sent = w["sent"]
    mine = {sent[p[0]] for _, p in w["persons"][who][1]}
    other = {sent[p[0]] for i, (_, ms) in enumerate(w["persons"]) if i != who for _, p in ms}
    keep = set()
    for s in mine:
        keep |= {s - 1, s, s + 1}
        if s + 1 not in other:
            keep.add(s + 2)
    places = {0, *w["head"]}
    places.update(i for i in range(1, n - 1) if sent[i] in keep)
    for _, ms in w["orgs"]:
        for _, ps in ms:
            places.update(range(max(1, ps[0] - 1), min(n - 1, ps[-1] + 2)))
    for i, (_, ms) in enumerate(w["persons"]):
        if i == who:
            for _, ps in ms:
                places.update(ps)
    return sorted(places)


def marks_of(w, who):
    """0 nothing, 1 the person, 2 another person, 3 an organisation, per place of the window."""
    m = [0] * len(w["sent"])
    for _, ms in w["orgs"]:
        for _, ps in ms:
            for p in ps:
                m[p] = 3
    for i, (_, ms) in enumerate(w["persons"]):
        for _, ps in ms:
            for p in ps:
                if m[p] != 1:
                    m[p] = 1 if i == who else 2
    return m


FEATURES = 10


def features(w, who):
    """Where each organisation mention of a window stands towards person number `who`; rows in the order of w["orgs"]."""
    sent = w["sent"]
    mine = [ps[0] for _, ps in w["persons"][who][1]]
    head = set(w["head"])
    total = sum(len(ms) for _, ms in w["orgs"])
    first = min((ps[0] for _, ms in w["orgs"] for _, ps in ms), default=0)
    out = []
    for _, ms in w["orgs"]:
        in_head = any(ps[0] in head for _, ps in ms)
        for _, ps in ms:
            near = min(mine, key=lambda p: abs(p - ps[0]))
            gap = min(abs(sent[p] - sent[ps[0]]) for p in mine)
            back = min((sent[p] - sent[ps[0]] for p in mine if sent[p] >= sent[ps[0]]), default=9)
            out.append(
                [
                    float(gap == 0),
                    float(gap == 1),
                    min(gap, 8) / 8,
                    min(abs(near - ps[0]), 80) / 80,
                    float(ps[0] > near),
                    float(in_head),
                    len(ms) / total,
                    float(any(p[0] == first for _, p in ms)),
                    min(back, 9) / 9,
                    float(len(w["orgs"]) == 1),
                ]
            )
    return out


NEAR = 6


def near(w, who):
    """Where every place of a window stands towards person number `who`: same, next, previous sentence; distance; after; another person is nearer."""
    sent, n = w["sent"], len(w["sent"])

    def distances(starts):
        d, last = [10**6] * n, None
        for i in range(n):
            last = i if i in starts else last
            if last is not None:
                d[i] = i - last
        last = None
        for i in range(n - 1, -1, -1):
            last = i if i in starts else last
            if last is not None and last - i < abs(d[i]):
                d[i] = i - last
        return d

    mine = {ps[0] for _, ps in w["persons"][who][1]}
    rest = {ps[0] for i, (_, ms) in enumerate(w["persons"]) if i != who for _, ps in ms}
    here = {sent[p] for p in mine}
    a, b = distances(mine), distances(rest)
    return [
        [
            float(sent[i] in here),
            float(sent[i] - 1 in here),
            float(sent[i] + 1 in here),
            min(abs(a[i]), 60) / 60,
            float(a[i] > 0),
            float(abs(b[i]) < abs(a[i])),
        ]
        for i in range(n)
    ]
