"""The application as a WSGI callable, for gunicorn."""

import gc
import os
import sys
from typing import Final

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "assessments.settings")

GUNICORN_GIVE_UP: Final = 3
"""The exit code by which a worker tells gunicorn that starting it again is of no use."""

# A save asks for Python's lock a dozen times. Beside a page or file that computes for long it would wait 5 ms for each.
sys.setswitchinterval(0.0005)

try:
    application = get_wsgi_application()
except SystemExit as refused:
    print(refused, file=sys.stderr)  # noqa: T201 (before logging is set up, and meant to be one line)
    sys.exit(GUNICORN_GIVE_UP)

# Python looks through everything that it holds for what can be thrown away, a quarter of a second in which nothing else
# runs. What was loaded here stays as long as the process.
get_resolver().url_patterns  # noqa: B018 - loads all views
gc.collect()
gc.freeze()
