"""Waiting and taking turns: many pictures in flight, threads that read ahead, permits that are granted in order.

Knows threads, futures and event loops. Must not know pictures, models or prompts: what it runs is handed in.
Doors: `pipeline`, `reader_pool`, `semaphore`, `waiting`.
"""
