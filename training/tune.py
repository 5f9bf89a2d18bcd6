"""Choose the thresholds of an exported reader on dev, and write them to its settings.json.

python tune.py --export export
"""

import argparse
import importlib.util
import itertools
import json
import pathlib

import data as D
import evaluate as E


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--export", default="export")
    a.add_argument("--gold", nargs="*", default=["eval/gold"])
    a.add_argument("--score", default=None)
    a.add_argument("--threads", type=int, default=1)
    args = a.parse_args()
    folder = pathlib.Path(args.export)
    spec = importlib.util.spec_from_file_location("infer", folder / "infer.py")
    infer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(infer)
    r = infer.load(folder, args.threads)
    docs, score = D.gold(args.gold, "dev"), E.scorer(args.score)
    print("mention recall", E.tagging(r, docs), flush=True)
    kept = [(d, r.scores(d["text"], d.get("title"))) for d in docs]
    st = r.settings
    plain = {"share": 0.3, "second": 0.3}

    def run(language, limit, share, second, alike=True):
        st.update(share=share, second=second, alike=alike, threshold={"ja": limit, "en": limit})
        part = [(d, k) for d, k in kept if d["language"] == language]
        return E.figures([d for d, _ in part], {d["id"]: E.said(r.pick(*k[:4], d["language"])) for d, k in part}, score)

    best = {}
    for lang in ("ja", "en"):
        g, _ = run(lang, 0.5, **plain)
        print(lang, "untuned", E.report(g, {"-": [0, 1]}).split("\n")[1], flush=True)
        g, _ = run(lang, 0.5, **plain, alike=False)
        print(lang, "without the test of alike names", E.report(g, {"-": [0, 1]}).split("\n")[1], flush=True)
        best[lang] = max(
            (
                (E.f1(run(lang, l, sh, se)[0]["all"])[2], l, sh, se)
                for l, sh, se in itertools.product((0.3, 0.4, 0.5, 0.6, 0.7), (0.2, 0.3, 0.4), (0.2, 0.35))
            )
        )
        print(lang, best[lang], flush=True)
    sh = sum(b[2] for b in best.values()) / 2
    se = sum(b[3] for b in best.values()) / 2
    top = {
        lang: max(
            (E.f1(run(lang, l, sh, se)[0]["all"])[2], l)
            for l in (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75)
        )
        for lang in best
    }
    now = json.loads((folder / "settings.json").read_text())
    now.update(threshold={lang: v[1] for lang, v in top.items()}, share=sh, second=se)
    (folder / "settings.json").write_text(json.dumps(now))
    print("chosen", now)


main()
