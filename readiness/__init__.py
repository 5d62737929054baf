"""What readiness for guided iCBT is: the questionnaire, its scoring and what to do about the result.

Pure Python: no Django, no database, no clock. It must not know who answers or where answers are kept.
"""
