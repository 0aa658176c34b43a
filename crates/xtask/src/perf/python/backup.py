"""Backs up keys the way a script does it: scan, pipeline, write, repeat, and check nothing."""

import itertools
import struct
import sys

import redis

socket, path = sys.argv[1:]
client = redis.Redis(unix_socket_path=socket)
keys = client.scan_iter(count=1000)
written = 0
with open(path, "wb") as out:
    while chunk := list(itertools.islice(keys, 1000)):
        pipeline = client.pipeline(transaction=False)
        for key in chunk:
            pipeline.dump(key)
            pipeline.pexpiretime(key)
        answers = pipeline.execute()
        for key, payload, expiry in zip(chunk, answers[::2], answers[1::2]):
            out.write(struct.pack("<IIq", len(key), len(payload), expiry))
            out.write(key)
            out.write(payload)
        written += len(chunk)
print(written)
