"""Gateway: the door, the only part a client ever talks to.

Owns: connections, and what each has been told. Asks: every other part, on behalf of people. Hears: the whole stream.
Remembers nothing that another gateway could not build anew.
"""
