"""The web application: who people are, a clinic's rounds, and what is shown of them."""
