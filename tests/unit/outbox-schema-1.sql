-- An outbox that version 0.1.0 wrote, as `sqlite3.Connection.iterdump` tells it.
BEGIN TRANSACTION;
CREATE TABLE entry (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            item TEXT NOT NULL,
            kind TEXT NOT NULL,
            title TEXT NOT NULL,
            season INTEGER,
            episode INTEGER,
            watched_at INTEGER NOT NULL,
            source TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'parked')),
            reason TEXT NOT NULL DEFAULT '',
            settled_at INTEGER,
            UNIQUE (item, watched_at)
        );
INSERT INTO "entry" VALUES(1,'{"ids": {"anidb": 0, "anilist": 0, "imdb": "tt9000001", "kitsu": 0, "mal": 0, "simkl": 0, "tmdb": 900001, "tvdb": 0}, "title": "Harbour Lights", "year": 2019}','movie','Harbour Lights',NULL,NULL,1700000000,'playback',1700000005,'sent','',1700000005);
INSERT INTO "entry" VALUES(2,'{"ids": {"anidb": 0, "anilist": 0, "imdb": "tt9000002", "kitsu": 0, "mal": 0, "simkl": 0, "tmdb": 900002, "tvdb": 0}, "title": "Harbour Lights", "year": 2019}','movie','Harbour Lights',NULL,NULL,1700000000,'playback',1700000005,'parked','unknown movie',1700000005);
INSERT INTO "entry" VALUES(3,'{"number": 4, "season": 1, "show": {"ids": {"anidb": 0, "anilist": 0, "imdb": "tt9000002", "kitsu": 0, "mal": 0, "simkl": 0, "tmdb": 920002, "tvdb": 910002}, "title": "Night Ferry", "year": 2021}, "tvdb": 0}','episode','Night Ferry',1,4,1700000000,'playback',1700000005,'parked','unknown show',1700000005);
INSERT INTO "entry" VALUES(4,'{"number": 5, "season": 1, "show": {"ids": {"anidb": 0, "anilist": 0, "imdb": "tt9000002", "kitsu": 0, "mal": 0, "simkl": 0, "tmdb": 920002, "tvdb": 910002}, "title": "Night Ferry", "year": 2021}, "tvdb": 0}','episode','Night Ferry',1,5,1700000000,'playback',1700000005,'waiting','',NULL);
CREATE INDEX entry_by_state ON entry (state, id);
CREATE VIEW entries AS SELECT kind, title, season, episode, watched_at, state, source,
        created_at FROM entry ORDER BY id;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('entry',4);
COMMIT;
PRAGMA user_version = 1;
