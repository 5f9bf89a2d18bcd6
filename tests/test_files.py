"""Files in any encoding that Japanese and English news comes in, and files that are no news at all."""

import pytest

from exeunt.collect import document_from_bytes, read_bytes
from exeunt.errors import EncodingError, InputError

JA = "北辰電機の佐藤花子常務は、6月30日付で退任した。後任は田中太郎氏が務める。\n"
EN = "Jane Calloway left Tallgrass Instruments in June.\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "iso2022_jp", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_encodings(encoding):
    document, extracted = document_from_bytes((JA * 3).encode(encoding), "a.txt")
    assert (document.text, extracted) == (JA * 3, False)


def test_western_bytes():
    assert document_from_bytes("Chloé Dupré left Société Générale — in June.".encode("cp1252"), "a.txt")[
        0
    ].text.startswith("Chloé")


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 9, bytes(range(256)) * 4, b"\x00" * 100])
def test_binary_is_refused(data):
    with pytest.raises(EncodingError, match=r"not a text|neither UTF-8"):
        document_from_bytes(data, "a.bin")


def test_the_byte_that_fails_is_named():
    with pytest.raises(EncodingError, match="byte 0xff at 6"):
        document_from_bytes(b"hello \xff\xff\x80\x81\x8d\x8f\x90", "a.txt")


def test_truncated_utf16_says_where():
    with pytest.raises(EncodingError, match="utf-16 at byte"):
        document_from_bytes("退任した".encode("utf-16")[:-1], "a.txt")


def test_a_page_gives_its_article_title_and_date():
    paragraphs = "".join(f"<p>{JA}</p>" for _ in range(4))
    page = (
        '<!doctype html><html lang="ja"><head><title>北辰電機の人事</title>'
        '<meta property="article:published_time" content="2024-08-07T09:00:00+09:00"></head>'
        f"<body><nav><a href='/'>ホーム</a></nav><article><h1>北辰電機の人事</h1>{paragraphs}</article></body></html>"
    )
    document, extracted = document_from_bytes(page.encode(), "a.html")
    assert extracted
    assert (document.title, document.published) == ("北辰電機の人事", "2024-08-07")
    assert "佐藤花子" in document.text
    assert "ホーム" not in document.text


def test_a_page_without_an_article():
    with pytest.raises(InputError, match="without an article"):
        document_from_bytes(b"<!doctype html><html><body></body></html>", "a.html")


def test_a_markdown_heading_is_the_title():
    assert document_from_bytes(f"# Headline\n\n{EN}".encode(), "a.md")[0].title == "Headline"


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        read_bytes(str(tmp_path / "none.txt"))
    with pytest.raises(InputError, match="is a folder"):
        read_bytes(str(tmp_path))


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp"])
@pytest.mark.parametrize(
    "text", ["【人事】北辰電機(7月1日)\n代表取締役社長 佐藤花子\n", "北辰電機は半導体ﾒｰｶｰの佐藤花子氏を採用した。\n"]
)
def test_japanese_without_much_kana(encoding, text):
    assert document_from_bytes(text.encode(encoding), "a.txt")[0].text == text


def test_the_declared_charset_of_a_page_counts():
    page = (
        '<html><head><meta charset="Shift_JIS"><title>人事</title></head><body><article>'
        + "<p>社長 佐藤花子 退任</p>" * 20
        + "</article></body></html>"
    )
    assert "佐藤花子" in document_from_bytes(page.encode("cp932"), "a.html")[0].text


@pytest.mark.parametrize("encoding", ["utf-16-be", "utf-16-le", "utf-32"])
def test_wide_english(encoding):
    assert document_from_bytes(EN.encode(encoding), "a.txt")[0].text == EN


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "broken PDF"),
        (b"{\\rtf1 x}", "an RTF file"),
        (b"PK\x03\x04abc", "broken zip"),
        (b"\x1f\x8bxyz", "broken gzip"),
        (b"\x89PNG\r\n", "a picture"),
    ],
)
def test_other_formats_are_named(data, what):
    with pytest.raises(InputError, match=what):
        document_from_bytes(data, "a")


def test_control_characters_anywhere_are_refused():
    with pytest.raises(EncodingError, match="control characters"):
        document_from_bytes(b"a " * 5000 + b"\x07", "a.txt")


def test_many_comments_do_not_hang():
    assert document_from_bytes(b"<!-- -->" * 5000 + b"x", "a.md")[0].text.endswith("x")


def test_a_fragment_of_a_page_is_a_page():
    fragment = f"<!-- note --><div><article>{f'<p>{JA}</p>' * 5}</article></div>"
    document, extracted = document_from_bytes(fragment.encode(), "a.html")
    assert extracted
    assert "<p>" not in document.text


def test_a_stream_is_told_from_a_text():
    with pytest.raises(InputError, match="--ndjson"):
        document_from_bytes(b'{"id": "1", "text": "x"}\n{"id": "2", "text": "y"}\n', "a.txt")


def test_line_ends_stay_as_they_are():
    assert document_from_bytes(b"# Head\r\n\r\nx\r\n", "a.md")[0].text == "# Head\r\n\r\nx\r\n"
    assert document_from_bytes(b"# Head\rx", "a.md")[0].title == "Head"
