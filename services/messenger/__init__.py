"""Messenger: what was said. Conversations, their members, messages and read markers, in MongoDB.

Owns: conversations, memberships, messages. Answers: message.*, conversation.*, group.*, member.list, feed.*.
Tells: message.*, group.*, member.*, conversation.*. Asks: auth user.look_up. Hears: nothing.
"""
