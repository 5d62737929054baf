"""Consultants, and the clinics that let them in: who needs them, who is weak where, what is common.

What there is and who may see it: `models`, `querysets`, `policies`. Who writes: `actions`, `invitation_actions`.

- A network and its consultants: `network_views`, `people_views`, `inviting_views` (with `invitation_list`).
- A clinic's side, from the joining link on: `joining_views`.
- Which clinics a page shows: `selection` (the address), `choosing` (the database), `needs`, `filters`.
- Who needs me, and the list: `overview`, `portfolio`.
- Comparing: `comparison` (topics and flags), `side_by_side`, `team_comparison`, `change`.
- One clinic: `clinic_reading`, `clinic_meeting`, `clinic_options`, `round_presenters`.

Each reads frozen rows of clinics that show them; `..._presenters` put them into words.
"""
