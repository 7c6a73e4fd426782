"""Lines of text without blanks, as wide as they may be."""

from hypothesis import given
from hypothesis import strategies as st

from fitslint.language.catalogue import join_lines
from fitslint.language.width import measure_width, pad_text, wrap_text

MIXED = st.text("ヘッダ、。「」のカードabcXYZ09 -()", max_size=120)


@given(MIXED, st.integers(24, 80))
def test_lines_are_not_wider_and_nothing_is_lost(text, width):
    lines = list(wrap_text(text, width))
    longest = max((measure_width(word) for word in text.split()), default=0)
    assert all(measure_width(line) <= width + longest for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(line == line.rstrip(" ") for line in lines)


@given(st.text("ヘッダのカード、。", min_size=1, max_size=120), st.integers(24, 80))
def test_no_line_begins_with_a_stop(text, width):
    lines = list(wrap_text(f"ヘ{text}", width))
    assert all(line[0] not in "、。" for line in lines)


def test_a_japanese_character_takes_two_columns():
    assert measure_width("FITS ヘッダ") == 11
    assert pad_text("カード", 8) == "カード  "
    assert list(wrap_text("必須キーワードは固定フォーマットで書く。", 20)) == [
        "必須キーワードは固定", "フォーマットで書く。",
    ]  # fmt: skip


def test_the_lines_of_a_table_are_one():
    assert join_lines("アーカイブが\nFITS の") == "アーカイブが FITS の"
    assert join_lines("読む、\nastropy は") == "読む、astropy は"
    assert join_lines("値を\n返す") == "値を返す"
