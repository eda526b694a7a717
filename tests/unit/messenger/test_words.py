"""What a text is found by."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contracts.limits import TEXT_BYTES_MAX
from services.messenger.domain.words import WORD_CHARS_MAX, WORDS_MAX, fold, is_found, wanted, words_of

SCRIPTS = (
    "aAzZ09_ '-",
    "àßæÿİıſ",
    "άΣς",
    "йЁъ",
    "会议室々〇",
    "ガがー",
    "ขี่น้ำ",
    "ກິນ",
    "ខ្មែរ",
    "မြန်",
    "हिन्दी",
    "ا\u0640بّ٣",
    "한국",
)
MIXED = st.text(st.sampled_from("".join(SCRIPTS)) | st.characters(exclude_categories=["Cs"]), max_size=60)


@settings(deadline=None)
@given(st.text())
@example("\ud800 lone")
@example("\u0345\u1fb3 \u1e9e \u01c5 \u2126 \ufdfa \u0132")
def test_folding_twice_is_folding_once_and_nothing_raises(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert words_of(fold(text)) == words_of(text)
    wanted(text)


@settings(deadline=None)
@given(MIXED, MIXED)
@example("hello", "会议")
def test_every_word_of_a_text_finds_it_and_its_beginning_does(text: str, other: str) -> None:
    whole = f"{other} {text}"
    for word in filter(words_of, text.split()):
        assert is_found(whole, wanted(word))
        assert is_found(whole, wanted(word.upper()))
        for part in words_of(word):
            for end in range(1, len(part) + 1):
                assert is_found(whole, wanted(part[:end]))


@settings(deadline=None)
@given(MIXED)
def test_all_words_of_a_text_together_find_it(text: str) -> None:
    assert is_found(text, wanted(text)) or not words_of(text)


@pytest.mark.parametrize(
    ("text", "q"),
    [
        ("Straße nach MÜLLHEIM", "strasse mul"),
        ("ﬁne ＡＢＣ１２", "fine abc12"),
        ("Łódź, Œuvre!", "oeuvre lodz"),
        ("İstanbul ILIK", "istanbul ilik"),
        ("明日下午三点在会议室开会", "会议室 开会"),
        ("明日下午三点在会议室开会", "三"),
        ("iPhone手机坏了", "iphone 手机"),
        ("ﾊﾝﾊﾞｰｶﾞｰをください", "ハンバーガー"),
        ("ส่งข้อความถึงลูกค้า", "ข้อความ"),
        ("يُرسِلُ الرسالة ٣٤", "يرسل 34"),
        ("می‌خواهم", "میخواهم"),
        ("ёлка", "елка"),
        ("한국어 메시지를", "메시지"),
        ("हिन्दी में संदेश", "हिन्दी संदे"),
        ("snake_case and e-mail", "case mail"),
    ],
)
def test_it_is_found(text: str, q: str) -> None:
    assert is_found(text, wanted(q))


@pytest.mark.parametrize(
    ("text", "q"),
    [
        ("a message", "mess age"),
        ("meeting at ten", "meet ten"),  # only the last one is a beginning
        ("会议室", "会室"),
        ("がく", "かく"),
        ("ข้อความ", "ความข้อ"),
        ("हिन्दी", "हन"),
    ],
)
def test_it_is_not_found(text: str, q: str) -> None:
    assert not is_found(text, wanted(q))


def test_what_has_no_word_wants_nothing() -> None:
    for q in ("", " ", "?!", "\N{BOMB}", "_", "\u200d", "\u0640"):
        assert not any(wanted(q))


def test_the_longest_texts_are_bounded() -> None:
    han = "".join(map(chr, range(0x4E00, 0x4E00 + TEXT_BYTES_MAX // 3)))
    assert len(words_of(han)) == WORDS_MAX
    assert words_of("x" * TEXT_BYTES_MAX) == ["x" * WORD_CHARS_MAX]
    assert is_found("x" * TEXT_BYTES_MAX, wanted("x" * (WORD_CHARS_MAX + 1)))
