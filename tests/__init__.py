"""The tests; the tree mirrors the packages. `suite` runs everything, `pg` starts a PostgreSQL of our own."""
