"""What must not stand anywhere in the files that were taken, in every form that a program could have written it in."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

BY_ID = 8  # bytes of a Telegram id as databases write it


@dataclass
class Needles:
    """Ids, names, words, amounts, votes, codes and fragments of one world, each with the forms it could take."""

    _always: dict[str, set[bytes]] = field(default_factory=dict)
    _until_closed: dict[str, set[bytes]] = field(default_factory=dict)

    def about_person(self, telegram_id: int, names: Iterable[str]) -> None:
        """Adds somebody's id, as words and as bytes, and names."""
        forms = {telegram_id.to_bytes(BY_ID, "big"), telegram_id.to_bytes(BY_ID, "little")}
        self._always[f"id {telegram_id}"] = forms | written(str(telegram_id))
        self.words(names)

    def words(self, words: Iterable[str]) -> None:
        """Adds words that somebody typed or is called."""
        self._always |= {word: written(word) for word in words}

    def published_at_the_close(self, words: Iterable[str]) -> None:
        """Adds words that the board shows once the ballot is closed."""
        self._until_closed |= {word: written(word) for word in words}

    def amount(self, monthly: int) -> None:
        """Adds a wage as it is typed, as it is shown and in minor units."""
        self._always |= {f"wage {monthly}": written(f"{monthly:,}") | written(f"{monthly}00")}

    def entries(self, entries: Iterable[bytes]) -> None:
        """Adds what goes into the box; the codes, as the board writes them, become public at the close."""
        for entry in entries:
            bare = entry.rstrip(b"\0")
            if entry[:1] == b"c" and len(entry) == 16:
                self._always[f"code {entry.hex()}"] = {entry[:13], b64encode(entry[1:13])}
                self._until_closed[f"hex code {entry.hex()}"] = {entry[1:13].hex().encode()}
            elif len(entry) == 16:  # a letter, a number and zeros stand anywhere by chance; not so beside another entry
                self._always[f"vote {bare.hex()}"] = {entry + b"v", entry + b"c", entry.hex().encode()}
            elif bare:
                self._always[f"fragment {bare!r}"] = {bare, b64encode(bare)[:-4], bare.decode().encode("utf-16-le")}

    def forms(self, *, public: bool) -> dict[str, set[bytes]]:
        """Gives every needle with its forms; `public` leaves out what the board shows."""
        return self._always if public else self._always | self._until_closed


def written(word: str) -> set[bytes]:
    """Gives a word in the encodings that programs write: UTF-8, UTF-16, Base64 at each of its three positions."""
    plain = word.encode()
    shifted = {b64encode(b"\0" * shift + plain)[4 if shift else 0 : -4] for shift in range(3)}
    return {plain, word.encode("utf-16-le"), word.encode("utf-16-be"), *(form for form in shifted if len(form) > 7)}


def found_in(contents: Mapping[str, bytes], needles: Mapping[str, set[bytes]]) -> Iterator[str]:
    """Lists every needle that stands in a file, by what it is and where."""
    for file, content in contents.items():
        stripped = without_empty_pages(content)
        for name, forms in needles.items():
            if any(form in stripped for form in forms):
                yield f"{name} in {file}"


def without_empty_pages(content: bytes, page: int = 4096) -> bytes:
    """Leaves out pages of zeros, of which databases lay out many for later."""
    if len(content) < 64 * page:
        return content
    empty = bytes(page)
    return b"".join(part for at in range(0, len(content), page) if (part := content[at : at + page]) != empty)
