"""A result is compared with the truth in the order that helps most, and the first line says what differs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.assessment.compare import Difference, Truth, compare, describe, number, rounding
from autograder.worker.wire import Opaque

PLAIN = Truth(np.array([1.0, 2.0]))
MATRIX = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def difference(got: Any, expected: Any, **options: Any) -> Difference:
    """The difference between two values that differ."""
    found = compare(got, Truth(expected, **options))
    assert found is not None
    return found


ORDER = [
    ("none", None),
    ("type", [1.0, 2.0]),
    ("shape", np.array([[np.nan, 2]], dtype=np.float32)),
    ("dtype", np.array([np.nan, 3.0], dtype=np.float32)),
    ("finite", np.array([1.0, np.nan])),
    ("value", np.array([1.0, 2.5])),
]


@pytest.mark.parametrize(("kind", "got"), ORDER, ids=[kind for kind, _ in ORDER])
def test_order_of_comparison(kind: str, got: Any) -> None:
    """None, type, shape, dtype, finite, value: what is said first is what has to be mended first."""
    found = compare(got, PLAIN)
    assert found is not None
    assert found.kind == kind


def test_right_results_have_no_difference() -> None:
    """Equal numbers pass, and so do those within the allowed error."""
    assert compare(np.array([1.0, 2.0]), PLAIN) is None
    assert compare(np.array([1.0, 2.0 + 1e-13]), PLAIN) is None


def test_none_asks_about_printing() -> None:
    """None is what a function returns that prints its result."""
    assert difference(None, MATRIX).text == "got None: is the result printed instead of returned?"


def test_none_where_none_is_right() -> None:
    """None can be the right answer, and something else the wrong one."""
    assert compare(None, Truth(None)) is None
    assert difference(3, None).text == "got 3 (int), want None"


def test_none_in_a_tuple_names_its_part() -> None:
    """A missing part of a tuple is named."""
    found = difference((MATRIX, None), (MATRIX, MATRIX), names=("output", "grad_x"))
    assert found.text.startswith("grad_x got None")


def test_first_difference_in_reading_order() -> None:
    """The index is that of the first element that differs, row by row, with got, want, error and what is allowed."""
    got = MATRIX.copy()
    got[0, 2], got[1, 0] = 3.5, 9.0
    found = difference(got, MATRIX)
    assert found == Difference("value", "at [0, 2]: got 3.5, want 3.0 (error 5e-01, allowed 6e-12)")


def test_shape_is_told_in_full() -> None:
    """Both shapes are shown; a number has none."""
    assert difference(MATRIX.T, MATRIX).text == "shape (3, 2), want (2, 3)"
    assert difference(np.array([1.0]), np.float64(1.0)).text == "shape (1,), want a number"


def test_dtype_is_told() -> None:
    """float64 out where float32 went in is a difference, and the other way round."""
    wide = np.array([1.0, 2.0])
    assert difference(wide, wide, dtype="float32").text == "dtype float64, want float32"
    assert difference(wide.astype("float32"), wide).text == "dtype float32, want float64"
    assert compare(wide.astype("float32"), Truth(wide, dtype="float32")) is None


def test_not_finite_shows_index_got_and_want() -> None:
    """A nan where a number belongs is said to be one."""
    got = MATRIX.copy()
    got[1, 0] = np.nan
    assert difference(got, MATRIX) == Difference("finite", "not finite at [1, 0]: got nan, want 4.0")
    assert difference(np.float64(np.inf), np.float64(2)).text == "not finite: got inf, want 2.0"


def test_nan_and_infinity_can_be_right() -> None:
    """Nan equals nan here, and infinities equal those of their sign."""
    want = np.array([np.nan, np.inf, -np.inf, 1.0])
    assert compare(want.copy(), Truth(want)) is None
    assert difference(np.array([0.0, np.inf, -np.inf, 1.0]), want).text == "at [0]: got 0.0, want nan"
    assert difference(np.array([np.nan, np.inf, np.inf, 1.0]), want).text == "at [2]: got inf, want -inf"


def test_infinite_size_does_not_loosen() -> None:
    """An infinity among the expected values allows the others nothing."""
    want = np.array([np.inf, 1.0])
    assert compare(np.array([np.inf, 1.1]), Truth(want)) is not None


def test_allowed_error_is_per_element() -> None:
    """Each element has an allowed error of its own."""
    truth = Truth(np.array([1.0, 1.0]), allowed=np.array([0.1, 0.001]))
    assert compare(np.array([1.09, 1.0009]), truth) is None
    found = compare(np.array([1.09, 1.002]), truth)
    assert found is not None
    assert found.text == "at [1]: got 1.002, want 1.0 (error 2e-03, allowed 1e-03)"


@pytest.mark.parametrize(("dtype", "passes"), [("float64", False), ("float32", True)])
def test_floor_depends_on_dtype(dtype: str, passes: bool) -> None:
    """Without a stated tolerance an error is measured in the dtype's rounding, relative to the largest element."""
    want = np.array([1.0, 1000.0])
    got = (want + np.array([1e-4, 0])).astype(dtype)
    assert (compare(got, Truth(want, dtype=dtype)) is None) is passes


def test_rounding_of_zeros_and_nothing() -> None:
    """Where there is no size to be relative to, it is one."""
    assert rounding(np.zeros(2), "float64").tolist() == [1e-12, 1e-12]
    assert rounding(np.array([]), "float64").shape == (0,)
    assert rounding(np.array([np.inf]), "float64").tolist() == [1e-12]


def test_parts_of_a_tuple_have_names() -> None:
    """The truth's names say which part differs; without names the number does."""
    got = (MATRIX, MATRIX + 1)
    assert difference(got, (MATRIX, MATRIX), names=("output", "grad_x")).text.startswith("grad_x at [0, 0]: got 2.0")
    assert difference(got, (MATRIX, MATRIX)).text.startswith("item 1 at [0, 0]:")
    assert difference([[1.0, [2.0]]], [[1.0, [3.0]]]).text.startswith("item 0 item 1 item 0 got 2.0, want 3.0")


def test_names_of_another_length_are_not_used() -> None:
    """Names for two parts say nothing about three."""
    assert difference((1.0, 2.0, 4.0), (1.0, 2.0, 3.0), names=("a", "b")).text.startswith("item 2 ")


def test_lists_serve_for_tuples() -> None:
    """A list of the right parts is accepted for a tuple, and the other way round."""
    assert compare([1.0, MATRIX], Truth((1.0, MATRIX))) is None
    assert compare((1.0, MATRIX), Truth([1.0, MATRIX])) is None


def test_a_sequence_of_another_length() -> None:
    """What was got and what was wanted are told as sizes."""
    assert difference((1.0,), (1.0, 2.0)).text == "got a tuple of 1, want a tuple of 2"
    assert difference(MATRIX, (1.0, 2.0)).text == "got an array of shape (2, 3), want a tuple of 2"
    assert difference([1.0, 2.0], MATRIX).text == "got a list of 2, want an array of shape (2, 3)"


def test_dicts() -> None:
    """Keys are compared before values, and the key is named."""
    want = {"w": 1.0, "b": MATRIX}
    assert compare({"b": MATRIX, "w": 1.0}, Truth(want)) is None
    assert difference({"w": 1.0}, want).text == "lacks b"
    assert difference({**want, "v": 1.0}, want).text == "has v, which nobody asked for"
    assert difference({"w": 1.0, "b": MATRIX * 2}, want).text.startswith("b at [0, 0]: got 2.0, want 1.0")
    assert difference([1], want).text == "got a list of 1, want a dict with w, b"


def test_allowed_error_in_a_dict() -> None:
    """The tree of allowed errors has the form of the truth."""
    truth = Truth({"w": np.array([1.0])}, allowed={"w": np.array([0.5])})
    assert compare({"w": np.array([1.4])}, truth) is None
    assert compare({"w": np.array([1.6])}, truth) is not None


@pytest.mark.parametrize("got", [2, np.int32(2), np.uint8(2), np.int64(2)], ids=repr)
def test_integers_of_any_width(got: Any) -> None:
    """An integer is an integer, of whatever width."""
    assert compare(got, Truth(2)) is None
    assert compare(got, Truth(np.int64(2))) is None


def test_integers_are_exact() -> None:
    """No tolerance for integers, and no floats in their place."""
    assert difference(3, 2).text == "got 3, want 2"
    assert difference(np.array([1, 2**53 + 1]), np.array([1, 2**53])).text == f"at [1]: got {2**53 + 1}, want {2**53}"
    assert difference(2.0, 2).text == "dtype float64, want an integer"


def test_whole_number_serves_for_a_float() -> None:
    """A plain 0 for 0.0 is right; an array of integers for an array of floats is not."""
    assert compare(0, Truth(0.0)) is None
    assert compare(np.float64(0), Truth(0.0)) is None
    assert difference(np.array([1, 2]), np.array([1.0, 2.0])).kind == "dtype"
    assert difference(1, 0.0).text.startswith("got 1, want 0.0")


def test_bools_are_no_numbers() -> None:
    """True is not 1, and 1 is not True."""
    assert compare(np.bool_(True), Truth(True)) is None
    assert compare(True, Truth(np.bool_(True))) is None
    assert difference(1, True).kind == "value"
    assert difference(False, True).text == "got False, want True"
    assert difference({"base.w": True}, {"base.w": False}).text == "base.w got True, want False"
    assert difference([True], [False]).text == "item 0 got True, want False"
    assert difference(True, 1).kind == "dtype"
    assert difference(True, 1.0).kind == "dtype"
    assert difference(np.array([1, 0]), np.array([True, False])).text == "dtype int64, want bool"
    assert difference(np.array([True, True]), np.array([True, False])).text == "at [1]: got True, want False"


def test_text() -> None:
    """Text is compared as it is."""
    assert compare("cat", Truth("cat")) is None
    assert difference("dog", "cat").text == "got 'dog', want 'cat'"
    assert difference(1, "cat").text == "got 1 (int), want 'cat'"


def test_slices() -> None:
    """Slices are compared by their three parts."""
    assert compare(slice(0, 2), Truth(slice(0, 2))) is None
    assert compare(slice(np.int64(0), 2), Truth(slice(0, 2))) is None
    assert difference(slice(0, 3), slice(0, 2)).text == "got slice(0, 3, None), want slice(0, 2, None)"


def test_complex_numbers_keep_their_imaginary_part() -> None:
    """A complex result is compared as a complex number."""
    want = np.array([1 + 2j])
    assert compare(want.copy(), Truth(want)) is None
    assert compare(np.array([1 - 2j]), Truth(want)) is not None
    assert difference(np.array([1 + 0j, 2]), np.array([1.0, 2.0])).text == "dtype complex128, want float64"


def test_empty_arrays() -> None:
    """Nothing equals nothing of the same shape."""
    assert compare(np.zeros((0, 3)), Truth(np.zeros((0, 3)))) is None
    assert difference(np.zeros((3, 0)), np.zeros((0, 3))).kind == "shape"


HOSTILE = {
    "huge-integer": 10**400,
    "slice-of-arrays": slice(np.zeros(2), None),
    "opaque": Opaque("module.Liar", "<Liar>"),
    "list-of-everything": [None, 10**400, {"a": slice(np.zeros(2))}],
    "dict-with-odd-keys": {None: 1, (1, "a"): 2, 1.5: 3, Opaque("bytes"): 4},
    "half": np.float16(1),
    "long-double": np.longdouble(1),
    "many-axes": np.zeros((1,) * 20),
}
WANTED = {
    "float": 1.0, "integer": 1, "scalar": np.float64(1), "array": MATRIX, "bool": True, "none": None, "text": "a",
    "slice": slice(0, None), "tuple": (1.0, MATRIX), "dict": {"a": 1.0}, "bools": np.array([True]), "complex": np.array([1j]),
}  # fmt: skip


@pytest.mark.parametrize("expected", WANTED.values(), ids=WANTED)
@pytest.mark.parametrize("got", HOSTILE.values(), ids=HOSTILE)
def test_any_value_is_a_difference_not_an_error(got: Any, expected: Any) -> None:
    """Whatever came back, the comparison ends with a line about it, and the line is not long."""
    found = difference(got, expected)
    assert "\n" not in found.text
    assert len(found.text) < 400


def test_long_keys_do_not_fill_the_line() -> None:
    """Keys of a dict are shortened in the message."""
    assert len(difference({"k" * 5000: 1}, {"a": 1.0}).text) < 400
    assert len(difference(dict.fromkeys(range(5000), 1), {"a": 1.0}).text) < 400
    assert len(describe({"k" * 5000: 1})) < 400


@pytest.mark.parametrize(
    ("value", "text"),
    [(3, "3"), (3.0, "3.0"), (np.float32(0.5), "0.5"), (1e-20, "1e-20"), (np.nan, "nan"), (-np.inf, "-inf"),
     (True, "True"), (np.int8(-1), "-1"), (1234567.0, "1.23457e+06"), (2 / 3, "0.666667")],
)  # fmt: skip
def test_number(value: Any, text: str) -> None:
    """Numbers are written with six digits, and floats look like floats."""
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (MATRIX, "an array of shape (2, 3)"),
        (Opaque("set", "{1}"), "a set"),
        (Opaque("array of dtype <U1"), "an array of dtype <U1"),
        ([1, 2], "a list of 2"),
        ({"a": 1}, "a dict with a"),
        (0.5, "0.5 (float)"),
        (np.float32(2), "2.0 (float32)"),
        (None, "None"),
    ],
)
def test_describe(value: Any, text: str) -> None:
    """A value of the wrong type is described in a few words."""
    assert describe(value) == text


def test_what_should_hold_is_a_sentence() -> None:
    """A yes or no under a sentence is told as such; alone or under a name it is a value like any other."""
    assert difference({"the mask is used again": False}, {"the mask is used again": True}).text == (
        "not so: the mask is used again"
    )
    assert difference({"a graph is kept": True}, {"a graph is kept": False}).text == (
        "so, but should not be: a graph is kept"
    )
    assert difference(False, True).text == "got False, want True"
    assert difference({"base.w": True}, {"base.w": False}).text == "base.w got True, want False"
    assert difference([True], [False]).text == "item 0 got True, want False"


def test_none_inside_a_result_is_not_a_matter_of_printing() -> None:
    """Only a result that is None as a whole may have been printed."""
    assert "printed" in difference(None, MATRIX).text
    assert difference({"loss": None}, {"loss": 1.0}).text == "loss got None, want 1.0 (float)"


def test_zero_has_no_sign() -> None:
    """A wanted -0.0 is read as 0.0."""
    assert difference(1.0, -0.0).text.startswith("got 1.0, want 0.0")


def test_shapes_inside_a_result_are_shown_whole() -> None:
    """Not the first number that differs, but which shape came and which was wanted."""
    text = difference({"shapes": [(4, 4, 2), (2, 2, 2)]}, {"shapes": [(4, 4, 2), (2, 1, 2)]}).text
    assert text == "shapes item 1 got (2, 2, 2), want (2, 1, 2)"
    assert compare({"shapes": [[4, 4], (2, 2)]}, Truth({"shapes": [(4, 4), (2, 2)]})) is None
    assert difference((3, 4), (3, 5)).text.startswith("item 1 got 4, want 5")
