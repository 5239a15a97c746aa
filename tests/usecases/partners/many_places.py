"""More stage places for the demo region, to measure pages with."""

from random import Random

from sqlalchemy import text


def fill_places(database, wanted):
    """Copy the places of the demo, each some hundreds of metres aside, until there are ``wanted``; returns how many."""
    random = Random(1)
    with database.write() as session:
        rows = [dict(row) for row in session.execute(text("SELECT * FROM internship_place ORDER BY id")).mappings()]
        columns = list(rows[0])
        copies = []
        while len(rows) + len(copies) < wanted:
            copy = dict(rows[len(copies) % len(rows)])
            north, east = random.uniform(-800, 800), random.uniform(-800, 800)
            copy["id"] = f"kopie-{len(copies)}"
            copy["x_m"], copy["y_m"] = copy["x_m"] + east, copy["y_m"] + north
            copy["lat"], copy["lon"] = copy["lat"] + north / 111_200, copy["lon"] + east / 67_900
            copies.append(copy)
        names = ", ".join(columns)
        marks = ", ".join(f":{name}" for name in columns)
        if copies:
            session.execute(text(f"INSERT INTO internship_place ({names}) VALUES ({marks})"), copies)
        return session.execute(text("SELECT count(*) FROM internship_place")).scalar()
