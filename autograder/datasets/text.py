"""Documents as Keras hands them out: ids moved up, a start marked, rare words cut."""

from __future__ import annotations

from dataclasses import dataclass, fields

from autograder.datasets.model import Documents

__all__ = ["TextOptions"]


@dataclass(frozen=True)
class TextOptions:
    """How the word ids of a file become those of a model, with the meanings of Keras's `load_data`.

    Attributes:
        num_words: ids from this on are cut, after they were moved up: what is left is below it. None keeps all
            words, as Keras's documentation says. (Its code then still cuts the one word with the highest id.)
        start_char: stands before each document; None: nothing does. It is cut like a word.
        oov_char: stands for a word that was cut; None: cut words are left out.
        index_from: is added to each word id: room for 0 (padding), the start, and the words cut.
    """

    num_words: int | None = 10_000
    start_char: int | None = 1
    oov_char: int | None = 2
    index_from: int = 3

    def __post_init__(self) -> None:
        for field in fields(self):
            value, lowest = getattr(self, field.name), 1 if field.name == "num_words" else 0
            if value is None and field.name != "index_from":
                continue
            if not isinstance(value, int) or isinstance(value, bool) or value < lowest:
                raise ValueError(f"{field.name}: got {value!r}, want an integer of at least {lowest}")

    def encode(self, documents: Documents) -> Documents:
        """The documents of a file, as new lists; the given ones stay as they are."""
        start = [] if self.start_char is None else [self.start_char]
        shift, limit, unknown = self.index_from, self.num_words, self.oov_char
        moved = [start + [word + shift for word in document] for document in documents]
        if limit is None:
            return moved
        if unknown is None:
            return [[word for word in document if word < limit] for document in moved]
        return [[word if word < limit else unknown for word in document] for document in moved]
