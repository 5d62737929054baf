"""What a clinic does about its results, and what came of it: the plan, the team meeting, the change over time.

What there is and who may see it: `models`, `querysets`, `policies`. Who writes: `actions`; what an entry of the history
keeps: `entries`.

- The plan, and what an assessment asks for above it: `plan_views`, with `board`, `asked`, `earlier`, `team_requests`.
- One action: `action_views`, with `answered`; forms whose session has ended: `signed_out`.
- The team meeting: `meeting_views`.
- What changed from one assessment to another: `change_views` and `change_reading`, with a module each for
  `change_topics`, `change_flags`, `change_team`, `change_lines`, and `lying_between`.
- The therapists' page of what the team said and what is done about it: `team_views`.
- Mail when actions are due: `due_reminders`.

`..._presenters`, `words` and `charts` put it before people. What apps below show of a plan stands in `templatetags`.
"""
