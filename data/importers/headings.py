"""The names above columns: compared without case and signs, one letter off, and those that must never come in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

#: Shorter names lie one letter from too many words.
SHORTEST_NEAR = 5

#: Notes behind a name that say how to fill the column in, not what it is.
_NOTE = re.compile(
    r"[(\[]\s*(in\s+)?(min|minuten|minuut|km|datum|verplicht|optioneel|facultatief|invullen|"
    r"dd[-/ ]?mm[-/ ]?(jjjj|yyyy)|ja\s*[/,]?\s*nee|j\s*/\s*n|pc[46]|cijfers|brin|zie uitleg)\s*\.?\s*[)\]]",
    re.IGNORECASE,
)

#: What DOMAIN and the AVG keep out of the system: identity numbers, birth, parents, intelligence, TLV, nationality.
_FORBIDDEN = re.compile(
    r"\bbsn|bsn\b|burger\s*service|\bsofi|persoonsgebonden|\bpgn\b|onderwijs\s*(nummer|nr)|"
    r"geboorte|\bgeboren|\bgeb\b|\bgeb\s*(datum|dat|dd|d)\b|\bgebdat|verjaar|"
    r"\b(naam|namen|tel\w*|mobiel|mail|email|e mail|adres|gsm)?\s*(ouder|moeder|vader|verzorger|voogd|gezag)"
    r"(s|es|lijke?)?\d?\b|"
    r"\b(ouder|moeder|vader|verzorger|voogd)(s|es)?(naam|namen|tel\w*|mail)|"
    r"\btlv|toelaatbaarheid|\b[tvp]?iq\b|\biq\s*score|intelligentie|nationaliteit|paspoort|id\s*kaart",
    re.IGNORECASE,
)
#: The one use of "ouder" that means an age and not a person: 16 of ouder.
_OLDER = re.compile(r"\d+\s*(jaar)?\s*(of|en)\s*ouder", re.IGNORECASE)
_SURNAME = re.compile(
    r"\b(achter|familie|sur)\s*na(am|me)|\btussenvoegsel|\bvoorletters?\b|\bvoorvoegsel|"
    r"^(volledige\s+)?naam(\s+(van\s+de\s+)?leerling)?$|^leerling\s*naam$",
    re.IGNORECASE,
)


def to_header(title: str) -> str:
    """Reduce a header to what is compared."""
    return "".join(letter for letter in title.casefold() if letter.isalnum())


def spellings(title: str) -> tuple[str, ...]:
    """A header as it is compared: whole, and without a note such as ``(min)``."""
    whole, bare = to_header(title), to_header(_NOTE.sub(" ", title))
    return (whole,) if whole == bare or not bare else (whole, bare)


def is_forbidden(title: str, *, of_pupils: bool) -> bool:
    """Whether a column must never come in, whatever it is called for.

    Parameters
    ----------
    title
        Header as it stands in the file.
    of_pupils
        The file is about pupils: then a family name is kept out as well.

    Source
    ------
    AVG article 5 (1) c, least data: the privacy section of the domain description.
    """
    words = re.sub(r"[^\w]+|_", " ", title).strip()
    if _OLDER.search(words):
        return False
    return bool(_FORBIDDEN.search(words)) or (of_pupils and bool(_SURNAME.search(words)))


def is_one_off(one: str, other: str) -> bool:
    """Whether two names differ in one letter: another, one more, one less, or two neighbours changed about."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, tail = one[start:], other[start:]
    swapped = len(rest) > 1 and len(tail) > 1 and rest[0] == tail[1] and rest[1] == tail[0] and rest[2:] == tail[2:]
    return rest[1:] == tail[1:] or rest[1:] == tail or rest == tail[1:] or swapped


@dataclass(frozen=True)
class Wanted:
    """The headings that a file is looked through for.

    Attributes
    ----------
    names
        Field by header as `to_header` gives it; several headers may lead to one field.
    required
        Fields without which a row of headings is not complete.
    key
        Fields that name the object of a row.
    skips_totals
        Whether totals, averages, page numbers and titles between and under the rows are left out, with a remark.
    """

    names: Mapping[str, str]
    required: frozenset[str] = frozenset()
    key: tuple[str, ...] = ()
    skips_totals: bool = False
    _seen: dict[str, str | None] = field(default_factory=dict, repr=False, compare=False)

    def field_of(self, title: str) -> str | None:
        """The field behind a header, or ``None``."""
        if title not in self._seen:
            if len(self._seen) > 10_000:
                self._seen.clear()
            found = (self.names[name] for name in spellings(title) if name in self.names) if len(title) < 100 else ()
            self._seen[title] = next(iter(found), None)
        return self._seen[title]

    def fields_of(self, cells: Iterable[str]) -> frozenset[str]:
        """The fields that a row names."""
        return frozenset(found for cell in cells if cell and (found := self.field_of(cell)) is not None)

    def near(self, title: str) -> str | None:
        """The header one letter beside ``title``, or ``None``."""
        for spelling in spellings(title):
            for name in self.names:
                if len(name) >= SHORTEST_NEAR and len(spelling) >= SHORTEST_NEAR - 1 and is_one_off(spelling, name):
                    return name
        return None


def list_lines(lines: Sequence[int]) -> str:
    """``regel 4``, ``regels 1, 2 en 7``, ``regels 1 tot en met 9``: line numbers in a sentence."""
    if len(lines) == 1:
        return f"regel {lines[0]}"
    if len(lines) > 2 and lines[-1] - lines[0] == len(lines) - 1:
        return f"regels {lines[0]} tot en met {lines[-1]}"
    shown = list(lines[:20])
    last = str(shown[-1]) if len(lines) == len(shown) else f"nog {len(lines) - len(shown) + 1}"
    return f"regels {', '.join(map(str, shown[:-1]))} en {last}"
