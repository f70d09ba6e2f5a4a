"""Django's ORM on native CPython: `/time/page?n` reads 100 rows of 5 columns into model
objects n times and answers the nanoseconds that one took, as flask-orm does."""

import os
import time

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.http import HttpResponse
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["DATABASE"]}
    },
)
django.setup()

POSTS = 1000


class Post(models.Model):
    title = models.TextField()
    body = models.TextField()
    views = models.IntegerField()
    created = models.BigIntegerField()

    class Meta:
        app_label = "bench"


def page(request):
    n = int(request.META["QUERY_STRING"])
    begun = time.perf_counter_ns()
    for _ in range(n):
        posts = list(Post.objects.order_by("id")[:100])
    assert posts[99].id == 100
    return HttpResponse(f"{(time.perf_counter_ns() - begun) / n:.1f}")


def fill():
    """Makes the table; once, before gunicorn's workers start (`--preload`)."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("DROP TABLE IF EXISTS bench_post")
    with connection.schema_editor() as editor:
        editor.create_model(Post)
    Post.objects.bulk_create(
        Post(
            id=id,
            title=f"Post number {id}",
            body="A body of some forty letters, no more.",
            views=id * 7,
            created=1_700_000_000_000_000 + id,
        )
        for id in range(1, POSTS + 1)
    )
    connection.close()


fill()
urlpatterns = [path("", lambda request: HttpResponse("ok")), path("time/page", page)]
app = get_wsgi_application()
