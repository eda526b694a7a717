"""Plays a real chat log through a running cluster with real Socket.IO clients, and proves that everyone got everything.

It makes the people of the log, connects each, posts what was addressed to someone as a direct message and the rest into
one group, has a few leave and return halfway and half of them read, and then judges what all clients recorded and what
the server says of it afterwards.
"""
