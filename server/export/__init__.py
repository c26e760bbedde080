"""Exports: a board as picture, poster or text, made in processes of their own from the wall's view only (V12).

A web process packs the view (packing.py) and puts it in a queue (queue.py); another process, which has neither the
store's address nor any key, makes the file (child.py, making.py).

What may not live here: rules of visibility, HTTP, file names, and long work on the event loop.
"""
