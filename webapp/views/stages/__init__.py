"""Pages of stage places: pupils, search, proposals, the register, companies and their links."""

from webapp.views.stages import companies, company_link, doubles, law, placements, proposals, pupils, search, weights

BLUEPRINTS = (
    pupils.bp,
    search.bp,
    proposals.bp,
    placements.bp,
    companies.bp,
    law.bp,
    doubles.bp,
    weights.bp,
    company_link.bp,
)
