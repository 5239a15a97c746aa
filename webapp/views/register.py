"""The register of schools, for the beheerder: what was read in, and how well each place is known."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from usecases.people.organisation import RegisterRow
from usecases.people.roles import Role
from webapp.access import allow
from webapp.context import services
from webapp.page.listing import Listing, ListQuery

bp = Blueprint("register", __name__)

_KEYS = {
    "code": lambda row: row.code,
    "naam": lambda row: row.name.casefold(),
    "plaats": lambda row: row.place,
    "gemeente": lambda row: row.gemeente,
    "bestuur": lambda row: row.bestuur,
}


def _fits(row: RegisterRow, words: list[str]) -> bool:
    text = " ".join(filter(None, (row.code, row.name, row.place, row.gemeente, row.bestuur))).casefold()
    return all(word in text for word in words)


@bp.get("/register")
@allow(Role.BEHEERDER)
def show_register() -> str:
    """Show every vestiging, searched and sorted by the query string."""
    query = ListQuery.read(request.args, sortable=tuple(_KEYS), default="code")
    wanted = request.args.get("zoek", "").strip()
    only_pro = request.args.get("pro") == "ja"
    rows = services().organisation.register()
    found = [
        row
        for row in rows
        if _fits(row, wanted.casefold().split()) and (not only_pro or "PRO" in row.structure.split("/"))
    ]
    listing = Listing.of_all(query, found, _KEYS)
    return render_template("register.html", listing=listing, wanted=wanted, only_pro=only_pro, total=len(rows))
