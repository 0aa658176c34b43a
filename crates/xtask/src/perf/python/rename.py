"""Renames keys the way a script does it: scan, pipeline, repeat, and check nothing."""

import itertools
import sys

import redis

socket, old, new = sys.argv[1:]
client = redis.Redis(unix_socket_path=socket)
keys = client.scan_iter(match=old + "*", count=1000)
renamed = 0
while chunk := list(itertools.islice(keys, 1000)):
    pipeline = client.pipeline(transaction=False)
    for key in chunk:
        pipeline.renamenx(key, new.encode() + key[len(old) :])
    # A key that was scanned twice is gone the second time.
    renamed += sum(reply is True for reply in pipeline.execute(raise_on_error=False))
print(renamed)
