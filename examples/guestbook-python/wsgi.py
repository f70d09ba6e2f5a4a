"""What the server loads."""

from guestbook import create_app

app = create_app()
