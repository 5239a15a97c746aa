"""The entry for gunicorn and for the ``flask`` command."""

import sys

from usecases.settings import SettingError
from webapp import create_app

try:
    app = create_app()
except (SettingError, OSError) as error:
    # A wrong setting or a folder that cannot be written is the operator's to mend: one sentence, no traceback.
    sys.exit(f"Stageroute kan niet starten: {error}")
