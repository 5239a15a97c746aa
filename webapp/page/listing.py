"""Lists that sort and page on the server; the query string is the state.

A view reads a :class:`ListQuery` from ``request.args``, asks its use case for
one page of rows, and hands a :class:`Listing` to the table macro::

    query = ListQuery.read(request.args, sortable=("naam", "plaats"), default="naam")
    rows, total = services().schools.page(query.sort, query.descending, query.offset, query.size)
    return render_template("schools.html", listing=Listing(query, rows, total))
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from werkzeug.datastructures import MultiDict

Row = TypeVar("Row")

SORT, ORDER, PAGE = "sorteer", "richting", "pagina"
DESCENDING = "af"
DEFAULT_SIZE = 25


@dataclass(frozen=True)
class ListQuery:
    """What the reader asked of one list: sort column, direction, page.

    An unknown column or a page that is no number is not refused but read as
    the default: an old bookmark must still open. ``prefix`` keeps two lists
    on one page apart.
    """

    sort: str
    descending: bool = False
    page: int = 1
    size: int = DEFAULT_SIZE
    sortable: tuple[str, ...] = ()
    prefix: str = ""
    other: tuple[tuple[str, str], ...] = field(default=())

    @classmethod
    def read(
        cls,
        args: MultiDict[str, str],
        *,
        sortable: Sequence[str],
        default: str,
        descending: bool = False,
        size: int = DEFAULT_SIZE,
        prefix: str = "",
    ) -> ListQuery:
        """Read the query from ``args``; everything else in ``args`` is kept in the addresses of the list."""
        own = {prefix + name for name in (SORT, ORDER, PAGE)}
        wished = args.get(prefix + SORT, "")
        sort = wished if wished in sortable else default
        order = args.get(prefix + ORDER)
        page_text = args.get(prefix + PAGE, "1")
        return cls(
            sort=sort,
            descending=descending if order is None and sort == default else order == DESCENDING,
            page=max(1, int(page_text)) if page_text.isascii() and page_text.isdigit() and len(page_text) < 8 else 1,
            size=size,
            sortable=tuple(sortable),
            prefix=prefix,
            other=tuple((name, value) for name, value in args.items(multi=True) if name not in own and value != ""),
        )

    @property
    def offset(self) -> int:
        """Number of rows before this page."""
        return (self.page - 1) * self.size

    def address(self, *, sort: str | None = None, descending: bool | None = None, page: int = 1) -> str:
        """Query string, with ``?``, of the same list with another order or page; filters are kept."""
        own = {
            self.prefix + SORT: sort or self.sort,
            self.prefix + ORDER: DESCENDING if (self.descending if descending is None else descending) else "op",
        }
        if page > 1:
            own[self.prefix + PAGE] = str(page)
        return "?" + urlencode([*self.other, *own.items()])

    def sort_address(self, column: str) -> str:
        """Query string that sorts by ``column``; asked again it turns the direction."""
        return self.address(sort=column, descending=column == self.sort and not self.descending)

    def aria_sort(self, column: str) -> str | None:
        """Value of ``aria-sort`` for the header of ``column``, or ``None`` when it is not the sort column."""
        if column != self.sort:
            return None
        return "descending" if self.descending else "ascending"


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """One page of rows with the number of rows in the whole list.

    ``total`` counts the rows after filtering; ``unfiltered`` the rows without
    a filter when that is worth telling ("24 van 118").
    """

    query: ListQuery
    rows: Sequence[Row]
    total: int
    unfiltered: int | None = None

    @classmethod
    def of_all(cls, query: ListQuery, rows: Sequence[Row], keys: Mapping[str, Any]) -> Listing[Row]:
        """Sort and cut a list that is wholly in memory; ``keys`` maps a column to its sort key function.

        Rows whose key is ``None`` come last in both directions.
        """
        key = keys[query.sort]
        known = sorted((row for row in rows if key(row) is not None), key=key, reverse=query.descending)
        ordered = [*known, *(row for row in rows if key(row) is None)]
        return cls(query, ordered[query.offset : query.offset + query.size], len(ordered))

    @property
    def first(self) -> int:
        """Rank of the first row shown, 0 for an empty page."""
        return self.query.offset + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """Rank of the last row shown."""
        return self.query.offset + len(self.rows)

    @property
    def pages(self) -> int:
        """Number of pages, at least one."""
        return max(1, -(-self.total // self.query.size))

    def page_numbers(self) -> list[int | None]:
        """Page numbers worth a link: the ends and the neighbours; ``None`` marks a gap of two pages or more."""
        near = {1, self.pages, *range(self.query.page - 1, self.query.page + 2)}
        shown = sorted(number for number in near if 1 <= number <= self.pages)
        numbers: list[int | None] = []
        last = 0
        for number in shown:
            if number - last > 1:
                numbers.append(last + 1 if number - last == 2 else None)
            numbers.append(number)
            last = number
        return numbers
