"""When Redis fails: experiments on real servers, a tuple of them in each module.

Servers among themselves: `replication.REPLICATION`, `two_primaries.TWO_PRIMARIES`; locks:
`lock_and_time.LOCK_AND_TIME`.
"""
