"""The API: what a person may see, for their programs to read, and nothing that can be written.

- Who gets in: `doors` (token, scope, limits, parameters), `reach` (which objects a token opens), `limits`, `errors`.
- What is answered: `clinics` and `networks` hold the addresses, `schemas` and those that end in `_schemas` the shapes.
- How it is told: `document` (OpenAPI, its examples from `examples`), `guide` (the page, made from that document, with
  the `fields` of each answer).
- Tokens as their owner sees them: `token_forms`, `token_presenters`, `token_views`.
"""
