"""What a Python application can ask of the wasgi host.

An application needs none of this to run: any WSGI callable does. What is here
is what CPython in a sandbox lacks and the host lends::

    from wasgi import config, crypto, dbapi, orm

    greeting = config.get("greeting", "Hello")
    stored = crypto.hash_password("correct horse")

Layout: `entry` is what the build turns into a component, `adapter` is PEP 3333,
`streams` are its files, `config` and `crypto` are the capabilities,
`orm` is the database with models and queries, `dbapi` the same with SQL of one's
own; both are imported only by who uses them. `_models` tells the host the models.
`_host` is the only module that knows the component's imports, `_build` and
`_wake` are the two ends of the snapshot.
"""

from wasgi import config, crypto
from wasgi._host import HostNotAvailable

__all__ = ["HostNotAvailable", "config", "crypto"]
__version__ = "0.1.0"
