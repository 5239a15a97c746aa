"""The application of the kill tests: the real one, with kinds of jobs and a kind of file that are easy to count."""

import data.importers
from tests.usecases.work import kinds
from tests.usecases.work.importer import GemeenteImporter
from webapp import create_app

if GemeenteImporter not in data.importers.IMPORTERS:
    data.importers.IMPORTERS = (*data.importers.IMPORTERS, GemeenteImporter)
app = create_app()
kinds.register(app.extensions["stageroute"].jobs)
