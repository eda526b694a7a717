"""The whole table in one place: by name, for doors, services, permissions and documents."""

from contracts import auth, client, messenger, notifier, parked, presence

ASKS = {ask.name: ask for part in (auth, messenger, presence, notifier, client, parked) for ask in part.ASKS}
EVENTS = {
    f"{event.owner}.{event.name}": event for part in (auth, messenger, presence, notifier) for event in part.EVENTS
}
PUSHES = {push.name: push for push in client.PUSHES}
PARTS = ("auth", "messenger", "presence", "notifier", "gateway", "local", "operator", "watcher", "prepare")
