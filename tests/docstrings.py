"""What a docstring promises, as data: its arguments, the shapes and dtypes that it states, the errors it announces.

Nothing is skipped: a word `shape` or `dtype` that belongs to no phrase known here is a `DocstringError`.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tests.shapes import Pattern, ShapeError, pattern_of

__all__ = ["LAYER", "Blame", "Docstring", "DocstringError", "Dtype", "Entry", "Spec", "parse", "read_entry"]

SECTIONS = ("Args", "Returns", "Yields", "Raises", "Attributes")


class DocstringError(Exception):
    """A docstring says something that cannot be read: one line."""


@dataclass(frozen=True)
class Spec:
    """One statement about a shape.

    Args:
        form: `any`; `patterns`, one of which fits; `is`, the shape that an expression is; `of`, the shape of an
            expression's value; `previous`, that of the argument before; `argument`, that of the argument whose
            gradient this is; `solves`, an expression with the result in it has the shape of another one; `scalar`.
        patterns: the alternatives.
        expression: Python, over arguments and symbols.
        number: `int` or `float` where a scalar is said to be one.
        goes_on: the patterns are the first two of a sequence, one for each element, whose indices rise.
        segment: which part of the text between semicolons it stands in.
    """

    form: str
    patterns: tuple[Pattern, ...] = ()
    expression: str = ""
    number: str = ""
    goes_on: bool = False
    segment: int = 0


@dataclass(frozen=True)
class Dtype:
    """One statement about a dtype.

    Args:
        form: `kinds`, one of NumPy's kinds; `name`, one of several; `of` expressions; `previous`, as of a `Spec`; `argument`;
            `kept`, that of one of the arguments; or `single`, float32 where all floating arguments are that, else
            float64.
        values: the kinds, the names, or the expressions.
        segment: as of a `Spec`.
    """

    form: str
    values: tuple[str, ...] = ()
    segment: int = 0


@dataclass(frozen=True)
class Entry:
    """What the text about one argument, or about the result, states.

    Args:
        text: the text itself.
        specs: shapes, in the order of the arrays.
        dtypes: dtypes; where kinds and names are given, one of them holds, and all else that is said holds, too.
        promotes: integers are computed in float64.
        lengths: names of the numbers in the argument, a shape of symbols: `N, at least 1`, `KH and KW`, `(H, W, C)`.
    """

    text: str
    specs: tuple[Spec, ...] = ()
    dtypes: tuple[Dtype, ...] = ()
    promotes: bool = False
    lengths: tuple[Pattern, ...] = ()

    @property
    def is_about_many(self) -> bool:
        """Whether one statement may be about several arrays."""
        return bool(
            re.search(r"\b(each|both|all|every|list|dicts?|such|arrays|pairs?|shapes|by name|per)\b", self.text)
        )


@dataclass(frozen=True)
class Blame:
    """One reason to raise, and the arguments that it blames: each of them may be the only one to blame, or all are."""

    names: tuple[str, ...]
    text: str
    together: bool = False


@dataclass(frozen=True)
class Docstring:
    """The sections of a docstring."""

    args: dict[str, Entry] = field(default_factory=dict)
    returns: Entry | None = None
    raises: tuple[Blame, ...] = ()


def parse(text: str, *, result: str = "") -> Docstring:
    """Read a docstring; `result` is the annotation of what is returned. Raises DocstringError."""
    sections = _sections(inspect.cleandoc(text))
    args = {
        name: _not_an_array(body) if name.endswith("shape") else read_entry(body)
        for name, body in _entries(sections.get("Args", []))
    }
    about = " ".join(line.strip() for line in sections.get("Returns", sections.get("Yields", [])))
    read = _not_an_array if result in ("str", "Shape") else functools.partial(read_entry, is_result=True)
    raises = [blame for _, body in _entries(sections.get("Raises", [])) for blame in _blames(body)]
    return Docstring(args, read(about) if about else None, tuple(raises))


def _sections(text: str) -> dict[str, list[str]]:
    """The indented lines below each heading."""
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in text.splitlines():
        if line.endswith(":") and line[:-1] in SECTIONS:
            current = sections.setdefault(line[:-1], [])
        elif line and not line.startswith(" "):
            current = []
        elif line:
            current.append(line)
    return sections


def _entries(lines: Sequence[str]) -> list[tuple[str, str]]:
    """The entries `name: text`, which may go on in lines that are indented further."""
    found: list[tuple[str, str]] = []
    for line in lines:
        head = re.match(r"    \*{0,2}(\w+): (.*)", line)
        if head:
            found.append((head[1], head[2]))
        elif found and line.startswith(" " * 8):
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
        else:
            raise DocstringError(f"no entry `name: text`: {line.strip()}")
    return found


# Phrases. Backticks hold a name or an expression; the bare name of an argument is taken too.
_TUPLE = r"\([^()]*\)"
_NO_NAME = r"(?:the|an?|all|its|that|each|one|what|such)\b"
_REFERENCE = rf"(?:`[^`]+`|the (?:arguments|inputs|parameters)|what `\w+` returned|(?!{_NO_NAME})\w+)"
_REFERENCES = rf"{_REFERENCE}(?:(?:, | and )`[^`]+`| and the parameters)*"
#: Between shapes: "or, without channels, " and the like.
_NEXT = r"(?:,? or,? (?:[a-z ]+?,? )?|,? and |, )"
_WITH_DTYPE = r"(?:(?:, | and )(?:the )?dtypes?)?(?: and library)?"
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_SCALARS = {"scalar": "", "number": "", "float": "float", "int": "int", "integer": "int"}


def _expression(reference: str) -> str:
    """The Python of a reference; ARGUMENTS stands for all arrays among them."""
    returned = re.fullmatch(r"what `(\w+)` returned", reference)
    if returned:
        return returned[1]
    words = {"the arguments": "ARGUMENTS", "the inputs": "ARGUMENTS", "the parameters": "self.parameters"}
    return words.get(reference, reference.strip("`"))


def _expressions(references: str) -> list[str]:
    return [_expression(each) for each in re.findall(_REFERENCE, references) if each != "and"]


def _of(found: re.Match[str]) -> list[Spec]:
    if not found["reference"]:
        return [Spec("previous")]
    return [Spec("of", expression=each) for each in _expressions(found["reference"])]


def _written(found: re.Match[str]) -> list[Spec]:
    """Shapes in full: after `shapes` each is of another array, after `shape` they are alternatives."""
    patterns = tuple(pattern_of(text) for text in re.findall(_TUPLE, found["shapes"]))
    if found["more"]:
        return [Spec("patterns", patterns, goes_on=True)]
    if found["word"].endswith("s"):
        return [Spec("patterns", (pattern,)) for pattern in patterns]
    if len(patterns) > 1 and " or" not in found["shapes"]:
        raise ShapeError(f"not one shape: {found[0]}")
    return [Spec("patterns", patterns)]


def _scalars(found: re.Match[str]) -> list[Spec]:
    return [Spec("scalar", number=_SCALARS[found["kind"]])] * _COUNTS[found["count"]]


def _solving(found: re.Match[str]) -> list[Spec]:
    return [Spec("solves", expression=f"{found['left']} = {_expression(found['right'])}")]


Phrase = tuple[str, Callable[[re.Match[str]], list[Any]]]
_SHAPES: list[Phrase] = [
    (r"\bany shapes?\b", lambda found: [Spec("any")]),
    (r"\bargument's shape\b|\bshape(?: and dtype)? of its argument\b", lambda found: [Spec("argument")]),
    (rf"`(?P<left>[^`]+)` has the shape of (?P<right>{_REFERENCE})", _solving),
    (rf"\b[Ss]ame shapes?{_WITH_DTYPE}(?: (?:as|of) (?P<reference>{_REFERENCES}))?", _of),
    (rf"\bshapes?{_WITH_DTYPE} (?:of|as) (?P<reference>{_REFERENCES})", _of),
    (rf"\b(?P<word>[Ss]hapes?|each|both) (?P<shapes>{_TUPLE}(?:{_NEXT}{_TUPLE})*)(?P<more> …)?", _written),
    (r"`(?P<reference>\w+)`, (?:a new array )?of its shape and dtype", _of),
    (r"\bonly shape and dtype matter\b|\bof these shapes\b", lambda found: []),
    (r"\bor an array without axes\b", lambda found: [Spec("scalar")]),
    (r"\b[Ss]hape `(?P<value>[^`]+)`", lambda found: [Spec("is", expression=found["value"])]),
    (r"\bthat shape\b", lambda found: [Spec("is", expression="shape")]),
]
_NUMBERS: Phrase = (
    rf"(?<!not )(?<!is )\b(?P<count>{'|'.join(_COUNTS)}) (?P<kind>{'|'.join(_SCALARS)})s?\b"
    r"(?! (?:arrays?|dtypes?|per|for)\b)(?: \(no axes\))?",
    _scalars,
)
_KINDS = {
    "any dtype": "biufc",
    "(?:any |an )?integer dtype|integers?|ints": "iu",
    "(?:a |one )?float(?:ing)? dtype|floating|floats?": "f",
    "booleans?": "b",
}
_DTYPES: list[Phrase] = [
    (r"\bwhatever the dtype of `\w+`", lambda found: []),
    (
        r"[Ff]loat32 for (?:two )?float32(?: \w+)?(?:,| and) (?:else )?float64(?: for all others)?"
        r"|float64, or float32 for float32 \w+",
        lambda found: [Dtype("single")],
    ),
    (r"\bargument's shape and dtype\b|\bdtype of its argument\b", lambda found: [Dtype("argument")]),
    (
        rf"\b(?:floating )?[Dd]types?(?: and library)? (?:of|as) (?P<reference>{_REFERENCES})",
        lambda found: [Dtype("of", tuple(_expressions(found["reference"])))],
    ),
    (
        r"`(?P<reference>\w+)`, (?:a new array )?of its shape and dtype",
        lambda found: [Dtype("of", (found["reference"],))],
    ),
    (r"\bonly shape and dtype matter\b", lambda found: []),
    (r"\b[Ss]ame (?:shapes? and )?dtypes?\b", lambda found: [Dtype("previous")]),
    (r"\bfloat32 or float64\b", lambda found: [Dtype("name", ("float32", "float64"))]),
    (r"\bdtypes kept\b", lambda found: [Dtype("kept")]),
    (r"\b(?:float64|float32|uint8)\b", lambda found: [Dtype("name", (found[0],))]),
    *((rf"\b(?:{words})\b", lambda found, kinds=kinds: [Dtype("kinds", (kinds,))]) for words, kinds in _KINDS.items()),
]
#: How integers are computed; said beside the dtype of an argument that is usually floating.
_PROMOTES = (
    r"float64 for integers|integers(?: and booleans)? (?:become|are computed in) float64|"
    r"[Ii]ntegers(?: \(uint8\))? are computed in float64"
)


def read_entry(text: str, *, is_result: bool = False) -> Entry:
    """Read the text about an argument, or about the result. Raises DocstringError."""
    lengths, rest = ((), text) if is_result else _lengths(text)
    specs, left = _scan(rest, [*_SHAPES, *([_NUMBERS] if is_result else [])])
    _refuse(r"(?<!\w)[Ss]hapes?(?!\w)|\((?:\w+, |\.\.\., )*(?:[A-Z]\w{0,2},|n,|\.\.\.|…)[^()]*\)?", left, text)
    plain = re.sub(_NUMBERS[0], "", rest) if is_result else rest
    dtypes, left = _scan(re.sub(_PROMOTES, "", plain), _DTYPES)
    _refuse(r"\bdtypes?\b", left, text)
    return Entry(text, tuple(specs), tuple(dtypes), bool(re.search(_PROMOTES, rest)), lengths)


def _not_an_array(text: str) -> Entry:
    """The text about a shape itself, or about a text: it states no array's shape."""
    return Entry(text, lengths=_lengths(text)[0])


def _scan(text: str, phrases: Sequence[Phrase]) -> tuple[list[Any], str]:
    """All statements in the order of the text, each in its segment, and the text without them."""
    found: list[tuple[int, list[Any]]] = []
    for pattern, read in phrases:
        for match in re.finditer(pattern, text):
            segment = text.count(";", 0, match.start())
            try:
                found.append((match.start(), [replace(each, segment=segment) for each in read(match)]))
            except ShapeError as error:
                raise DocstringError(f"{error}, in: {text}") from None
            text = text[: match.start()] + re.sub("[^;]", " ", match[0]) + text[match.end() :]
    return [each for _, group in sorted(found, key=lambda item: item[0]) for each in group], text


def _refuse(pattern: str, left: str, text: str) -> None:
    unread = re.search(pattern, re.sub("`[^`]*`", "", left))
    if unread:
        raise DocstringError(f"cannot read {unread[0]!r} in: {text}")


_SYMBOL = r"(?:[A-Z]\w{0,3}|[^\W\d_])"


def _lengths(text: str) -> tuple[tuple[Pattern, ...], str]:
    """Symbols for the numbers in an argument, at the head of its text, and the rest of the text."""
    nested = re.match(r"`?\(((?:\([^()]*\)(?:, )?)+)\)`?", text)
    if nested:
        flat = re.sub(r"[()]", "", nested[1])
        return (pattern_of(f"({flat})"),), text[nested.end() :]
    tuples = re.match(rf"`?{_TUPLE}`?(?: or `?{_TUPLE}`?)*", text)
    named = re.match(rf"({_SYMBOL})(?: and ({_SYMBOL}))?(?=[,;:.]| of\b)", text)
    if named:
        return (pattern_of(f"({named[1]}, {named[2]})" if named[2] else f"({named[1]},)"),), text[named.end() :]
    if tuples:
        return tuple(pattern_of(each) for each in re.findall(_TUPLE, tuples[0])), text[tuples.end() :]
    return (), text


_NAMES = r"`[\w.]+`(?:(?:, | or | and )(?:of |one of )?`[\w.]+`)*"
_REMARK = r"\b(?:text|message)\b[^();]*? (?:names|says) (?P<whom>[^();.]*)"
#: Stands for the name of a layer in its network, such as conv2d_1.
LAYER = "LAYER"


def _blames(text: str) -> Iterator[Blame]:
    """The reasons that a `Raises` entry gives: clauses, each of which begins with whom it blames.

    A remark, "the text names `w`", may say so instead: of its clause where it is in parentheses, else of all.
    """
    remark = re.search(rf"[;.] ?[Tt]he {_REMARK}", text)
    for_all = _named(remark)
    body = text[: remark.start()] if remark else text
    for clause in re.split(r"[;.]\s+(?:or\s)?|(?<!`),\s(?=`)|,\sor\s(?=[^`;.,]*`\w)", body.rstrip(".; ")):
        if re.match(r"(?:the \w+ )?then\b", clause):  # what follows from it
            continue
        own = _named(re.search(rf"\((?:the )?{_REMARK}\)", clause)) or for_all
        subject = re.match(rf"[^`]*?(?P<names>{_NAMES})", clause)
        names = own or (re.findall(r"`([\w.]+)`", subject["names"]) if subject else [])
        if not names:
            raise DocstringError(f"blames no argument: {clause}")
        yield Blame(tuple(names), clause, together=bool(own))


def _named(remark: re.Match[str] | None) -> list[str]:
    """Whom a remark names; none where it says `it` or `the argument`."""
    if remark is None:
        return []
    return (
        [LAYER]
        if re.match(r"(?:the|that) (?:first )?layer\b", remark["whom"])
        else re.findall(r"`(\w+)`", remark["whom"])
    )
