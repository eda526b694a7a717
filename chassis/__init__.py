"""How a process of Parley lives: settings, log, bus, outbox, stores, ops, lifetime, clock, tasks. No word of the business."""
