"""How a process of Parley lives: settings, log, bus, outbox, stores, ops endpoints, lifetime, clock, tasks. No word of the business."""
