"""Messenger: what was said. Conversations, their members, messages and read markers, in MongoDB.

Owns: conversations, memberships, messages, and the search index (search_*), which can be made anew from them. Answers:
message.*, conversation.*, group.*, member.*, feed.*. Tells: message.*, group.*, member.*, conversation.*. Asks: auth
user.look_up, audit.note_export. Hears: its own message.*, for the search index, through one durable consumer that all
replicas share; what cannot be indexed lies in the stream PARLEY_DEAD, under parley.dead.messenger.>.
"""
