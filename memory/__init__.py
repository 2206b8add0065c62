"""What a learner has done, and what they will have forgotten: one database, SQLite or PostgreSQL.

    store = Store()                                # the file in the user's data folder, or DATABASE_URL
    attempt = store.attempts.begin(learner, ["lock-ttl-3", "lock-ttl-4"], seed=7)
    store.attempts.record(learner, Answer(attempt.id, "lock-ttl-3", "distributed_lock", "failures", ...))

Each part is a module: `store` (done steps, the last place), `profiles`, `attempts` (quizzes), `reviews`
(spaced repetition), `interviews`, `carry` (export/import); `scheduling`, `topics`, `calibration` are pure.
Nothing here raises for the sake of a database: it sets `Store.problem` to one sentence and goes on in memory.
"""
