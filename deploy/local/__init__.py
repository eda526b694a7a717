"""The local cluster: NATS, MongoDB, Redis and all five services as processes of one machine, under one supervisor.

`python -m deploy.local` is what `make run` becomes. Nothing here is used outside a developer's machine and the tests.
"""
