"""A module of the project that is first imported while a request is served."""

GREETING = "imported late"
