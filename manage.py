#!/usr/bin/env python
"""Run the commands of the application: demo, instrument, score, plan_release, seed, work, routes, and Django's own."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "assessments.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
