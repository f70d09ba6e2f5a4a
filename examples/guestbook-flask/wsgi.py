"""What a WSGI server loads: `gunicorn wsgi:app`, or `flask --app wsgi run`."""

from guestbook import create_app

app = create_app()
