"""Files and servers that mean no good, or were never whole. Each is (name, bytes); used by test_hostile.py."""

import gzip
import io
import json
import struct
import zipfile
import zlib

ARTICLE = (
    "<html><head><title>T</title></head><body><article>"
    + "<p>Jane Calloway resigned as finance chief of Tallgrass Instruments on Monday after eleven years.</p>" * 4
    + "</article></body></html>"
).encode()


def zipped(*members, method=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return stream.getvalue()


def encrypted_zip():
    data = bytearray(zipped(("a.txt", b"hello")))
    data[6] |= 1  # the flag in the local header
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


def lying_zip():
    """A member that says it is small and is not."""
    data = bytearray(zipped(("a.txt", b"0" * 5_000_000)))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(data)


def pdf(objects, encrypt=""):
    body, offsets = b"%PDF-1.4\n", []
    for number, obj in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n".encode() + obj + b"\nendobj\n"
    at = len(body)
    body += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    body += b"".join(f"{o:010d} 00000 n \n".encode() for o in offsets)
    return body + f"trailer << /Size {len(objects) + 1} /Root 1 0 R {encrypt} >>\nstartxref\n{at}\n%%EOF".encode()


def page_pdf(content, **kwargs):
    stream = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << >> >>",
            stream,
        ],
        **kwargs,
    )


def pdf_bomb():
    """A page whose content unpacks to two gigabytes."""
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(b" " * 1_000_000) for _ in range(2000)) + packer.flush()
    content = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(data), data)
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R >>", content,
        ]
    )  # fmt: skip


def endless_pages():
    """A tree of pages that holds itself."""
    return pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000000 >>"])


ENCRYPTED = (
    "/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -3904 /O <"
    + "41" * 32 + "> /U <" + "42" * 32 + "> >> /ID [<" + "43" * 16 + "> <" + "43" * 16 + ">]"
)  # fmt: skip

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {c} "{("&" + p + ";") * 10}">' for p, c in zip("abcdefghi", "bcdefghij", strict=True))
    + ']><rss version="2.0"><channel><title>&j;</title><item><title>&j;</title><link>https://e.example/</link></item></channel></rss>'
).encode()
QUADRATIC = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "' + "x" * 100_000 + '">]><rss version="2.0"><channel><title>'
    + "&a;" * 20_000 + "</title><item><title>b</title></item></channel></rss>"
).encode()  # fmt: skip
STEALING = (
    b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel>'
    b"<title>F</title><item><title>&x;</title><description>&x; and some words of an entry</description></item></channel></rss>"
)
STEALING_SITEMAP = STEALING.replace(b'<rss version="2.0">', b"<urlset>").replace(b"</rss>", b"</urlset>")


def http_record(headers, body, length=None):
    """A WARC response record."""
    block = headers + b"\r\n\r\n" + body
    return (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://e.example/a\r\nWARC-Date: 2024-08-07T00:00:00Z\r\n"
        b"WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: "
        + str(length or len(block)).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"
    )  # fmt: skip


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8"
GOOD_RECORD = http_record(OK, ARTICLE)
DEEP = b"<div>" * 200_000 + b"Jane left." + b"</div>" * 200_000

FILES = {
    # nothing, or not what it says
    "empty.txt": b"", "spaces.txt": b" \n\t ", "empty.html": b"<html></html>", "nul.txt": b"\x00" * 5000,
    "binary.txt": bytes(range(256)) * 100, "random.html": zlib.compress(b"abc" * 9999) * 9, "picture.html": b"\x89PNG\r\n\x1a\n" + b"\x00" * 400,
    "program.txt": b"\x7fELF" + b"\x00\x01" * 3000, "office.docx": zipped(("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<w/>")),
    "rtf.txt": b"{\\rtf1 hello}", "half.utf16.txt": "退任した".encode("utf-16")[:-1], "broken.utf8.txt": b"abc \xff\xfe\xfa def" * 9,
    "json.json": b'{"a": [1, 2, 3]}',
    # pages
    "wrong-charset.html": b'<html><head><meta charset="utf-8"></head><body><p>' + "北辰電機の佐藤花子常務は退任した。".encode("cp932") * 20 + b"</p></body></html>",
    "no-such-charset.html": b'<html><head><meta charset="klingon-8"></head><body><article><p>' + b"Jane Calloway left in June. " * 20 + b"</p></article></body></html>",
    "deep.html": b"<html><body>" + DEEP + b"</body></html>", "unclosed.html": b"<html><body>" + b"<b><i><p>x " * 50_000,
    "attributes.html": b"<html><body><p " + b" ".join(b"a%d=b" % i for i in range(100_000)) + b">x</p></body></html>",
    "fifty.html": b"<html><body>" + b"<p>Jane Calloway left Tallgrass in June.</p>" * 1_200_000 + b"</body></html>",
    "comments.html": b"<!--" * 100_000 + b"<html><body><p>x", "scripts.html": b"<html><script>" + b"<" * 1_000_000,
    "bad-json-ld.html": b'<html><head><script type="application/ld+json">{"@type": "NewsArticle", "datePublished": {"a": [' + b"[" * 50_000 + b"</script></head>" + ARTICLE[6:],
    "strange-dates.html": b'<html><head><meta property="article:published_time" content="9999-99-99T99:99"><meta name="date" content="0000-00-00"></head>' + ARTICLE[6:],
    "one-line.txt": b"x" * 100_000, "no-stop.txt": "あ".encode() * 100_000, "emoji.txt": "😀".encode() * 50_000, "surrogate.html": b"<html><body><article><p>" + b"&#xD800; Jane left. " * 50 + b"</p></article>",
    # feeds
    "laughs.xml": LAUGHS, "quadratic.xml": QUADRATIC, "stealing.xml": STEALING, "stealing-sitemap.xml": STEALING_SITEMAP, "cut.rss": b'<rss version="2.0"><channel><item><title>a</ti',
    "no-feed.rss": b'<rss version="2.0"></rss>', "many.rss": b'<rss version="2.0"><channel>' + b"<item><title>x</title></item>" * 60_000 + b"</channel></rss>",
    "bad-feed.json": b'{"version": "https://jsonfeed.org/version/1.1", "items": 5}', "bad-items.json": b'{"version": "https://jsonfeed.org/version/1.1", "items": [1, null, {"url": 5, "authors": {}}]}',
    "deep.json": b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * 100_000, "deep.xml": b"<rss>" + b"<a>" * 100_000,
    # gzip, zip, WARC
    "cut.html.gz": gzip.compress(ARTICLE * 50)[:200], "bomb.txt.gz": gzip.compress(b"0" * 300_000_000, 9), "thrice.gz": gzip.compress(gzip.compress(gzip.compress(b"x" * 99))),
    "wrong.gz": b"\x1f\x8b" + b"\xff" * 99, "cut.zip": zipped(("a.txt", b"hello" * 99))[:60], "bomb.zip": zipped(("a.txt", b"0" * 40_000_000)), "many-bombs.zip": zipped(*((f"{i}.txt", b"0" * 40_000_000) for i in range(4))),
    "encrypted.zip": encrypted_zip(), "lying.zip": lying_zip(), "nested.zip": zipped(("b.zip", zipped(("a.txt", b"x")))), "escape.zip": zipped(("../../escape.txt", b"Jane left Tallgrass Instruments in June.")), "no-members.zip": zipped(),
    "cut.warc.gz": gzip.compress(GOOD_RECORD * 3)[:150], "cut.warc": GOOD_RECORD + GOOD_RECORD[:200], "lying.warc": http_record(OK, ARTICLE, length=10**9), "headless.warc": b"WARC/1.0\r\n\r\n" * 20,
    "bomb.warc": http_record(OK + b"\r\nContent-Encoding: gzip", gzip.compress(b"0" * 200_000_000, 9)), "not-gzip.warc": http_record(OK + b"\r\nContent-Encoding: gzip", ARTICLE), "chunks.warc": http_record(OK + b"\r\nTransfer-Encoding: chunked", b"ffffffff\r\nabc"),
    # PDF
    "no-text.pdf": page_pdf(b"0 0 m 10 10 l S"), "encrypted.pdf": page_pdf(b"q", encrypt=ENCRYPTED), "cut.pdf": page_pdf(b"q")[:120], "bomb.pdf": pdf_bomb(), "endless.pdf": endless_pages(), "only-magic.pdf": b"%PDF-1.7", "rules.pdf": page_pdf(b"".join(b"%d 0 m %d 800 l S 0 %d m 600 %d l S\n" % (i, i, i, i) for i in range(4000))),
    # captions, mail, lines, filings
    "negative.vtt": b"WEBVTT\n\n-00:00:05.000 --> -00:00:01.000\nJane left Tallgrass Instruments.\n\n00:00:09.000 --> 00:00:02.000\nShe did.\n", "no-cue.vtt": b"WEBVTT\n\nNOTE nothing\n", "silent.vtt": b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n[Music]\n", "huge-times.srt": b"1\n99999999999:00:00,000 --> 99999999999:00:01,000\nJane left.\n",
    "tags.vtt": b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n" + b"<" * 100_000 + b"\n", "no-body.eml": b"From: a@b.example\nSubject: x\nDate: yesterday\nMessage-ID: <1>\n\n", "parts.eml": b"From: a@b.example\nSubject: =?klingon?Q?x?=\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n" + b"--x\nContent-Type: text/plain; charset=klingon\nContent-Transfer-Encoding: base64\n\n!!!\n" * 500,
    "broken.mbox": b"From a@b.example Mon Aug  5 10:00:00 2024\nSubject: x\n\nhello\n\nFrom nobody\n" * 3, "broken.ndjson": b'{"text": "a"}\n{"text": \n{"text": 5}\n\xff\xff\n' + json.dumps({"text": "x" * 100}).encode() + b"\n",
    "no-item.htm": b"<html><body><p>FORM 8-K</p><p>CURRENT REPORT</p><p>Date of Report: August 5, 2024</p><p>Nothing.</p></body></html>", "no-8k.txt": b"<SEC-DOCUMENT>x.txt\n<SEC-HEADER>\n</SEC-HEADER>\n<DOCUMENT>\n<TYPE>10-K\n<TEXT>x</TEXT>\n</DOCUMENT>\n",
}  # fmt: skip
