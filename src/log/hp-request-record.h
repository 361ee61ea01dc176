/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Why a request got the answer it got. Every step of the responder that ends the walk names one. */
typedef enum
{
  HP_REASON_NONE,
  /* answered */
  HP_REASON_SERVED,
  HP_REASON_PARTIAL, /* a range of a file */
  HP_REASON_NOT_MODIFIED,
  HP_REASON_INDEX,     /* index.html of the folder */
  HP_REASON_LISTING,   /* our directory page */
  HP_REASON_ADD_SLASH, /* /dir → /dir/ */
  HP_REASON_OPTIONS,
  /* refused, because of what was asked for */
  HP_REASON_MISSING,
  HP_REASON_CASE_MISMATCH,  /* the name exists in other letter case */
  HP_REASON_HIDDEN,         /* a name that begins with a dot */
  HP_REASON_OUTSIDE_FOLDER, /* a link or a path that leaves the folder */
  HP_REASON_NOT_A_FILE,     /* FIFO, device, socket */
  HP_REASON_NO_PERMISSION,
  HP_REASON_NO_LISTING,   /* a folder without index.html, and listings are off */
  HP_REASON_FOLDER_GONE,  /* the served folder itself is missing */
  HP_REASON_RANGE,        /* 416 */
  HP_REASON_PRECONDITION, /* 412 */
  /* refused, because of how it was asked */
  HP_REASON_BAD_TARGET,
  HP_REASON_BAD_REQUEST,
  HP_REASON_FOREIGN_HOST, /* Host names another machine: DNS rebinding */
  HP_REASON_OTHER_SITE,   /* a page of another site wants to embed or read it */
  HP_REASON_OTHER_USER,   /* the client belongs to another user of this computer */
  HP_REASON_METHOD,
  HP_REASON_VERSION,   /* HTTP, but not 1.x */
  HP_REASON_BODY,      /* a request with a body */
  HP_REASON_NO_LENGTH, /* a body that comes in chunks, so nobody knows how long it is */
  HP_REASON_CODING,    /* a body in a transfer coding that we don't know */
  HP_REASON_TOO_LONG,  /* request line or head over the limit */
  HP_REASON_TIMEOUT,
  /* trouble on our side */
  HP_REASON_READ_ERROR, /* the file changed or failed while it was sent */
  HP_REASON_BUSY,       /* out of descriptors */
  HP_REASON_INTERNAL,

  HP_N_REASONS
} HpReason;

typedef enum
{
  HP_RECORD_ABORTED = 1 << 0, /* the client went away, or we cut the connection, before the end */
  HP_RECORD_NOISE = 1 << 1,   /* a browser asks by itself: favicon.ico and the like */
  HP_RECORD_OWN_REFERRER = 1 << 2, /* the referrer is a page of this very server */
  HP_RECORD_NAVIGATION = 1 << 3,   /* a person went to this page: Sec-Fetch-Mode is "navigate" */
  HP_RECORD_REUSED = 1 << 4,       /* not the first request on its connection */
  HP_RECORD_REPEATED = 1 << 5,     /* sent again by Homeport itself */
  HP_RECORD_PINNED = 1 << 6,       /* kept when the log is cleared or full; set in the log only */
  HP_RECORD_SAVED = 1 << 7,        /* read from a file: its connection is none of this program's */
} HpRecordFlags;

/* What the client wants it for: Sec-Fetch-Dest (Fetch standard, "destination"). */
typedef enum
{
  HP_FETCH_DEST_UNKNOWN, /* no such field, or none of these */
  HP_FETCH_DEST_EMPTY,   /* fetch(), XMLHttpRequest, EventSource */
  HP_FETCH_DEST_DOCUMENT,
  HP_FETCH_DEST_FRAME, /* frame, iframe, object, embed */
  HP_FETCH_DEST_STYLE,
  HP_FETCH_DEST_SCRIPT,
  HP_FETCH_DEST_WORKER, /* worker, sharedworker, serviceworker, the worklets */
  HP_FETCH_DEST_IMAGE,
  HP_FETCH_DEST_FONT,
  HP_FETCH_DEST_MEDIA, /* audio, video, track */
  HP_FETCH_DEST_MANIFEST,

  HP_N_FETCH_DESTS
} HpFetchDest;

/* The most that is kept of one head or of a request's body, in bytes. */
#define HP_RECORD_MAX_HEAD (16 * 1024)
#define HP_RECORD_MAX_BODY (4 * 1024)

/* The most that is kept of the name of a program. */
#define HP_RECORD_MAX_PROGRAM 256

/* One finished request. The strings belong to whoever made the record; a receiver that keeps them
 * copies them. */
typedef struct
{
  gint64 time_us;         /* Unix time when the request's head was complete, microseconds */
  guint64 bytes;          /* of the body, really sent */
  guint32 duration_us;    /* from time_us to the last byte sent */
  guint16 status;         /* as sent; 0 when nothing was sent */
  guint8 reason;          /* HpReason */
  guint8 flags;           /* HpRecordFlags */
  const char *method;     /* as sent by the client, printable ASCII */
  const char *target;     /* the request target as sent; any bytes but NUL */
  const char *client;     /* address of the client: "127.0.0.1" */
  const char *referrer;   /* nullable; any bytes but NUL */
  const char *user_agent; /* nullable; any bytes but NUL */
  const char *media_type; /* of the answer; nullable */

  guint32 first_byte_us; /* from time_us to the first byte sent; 0: nothing was sent */
  guint32 connection;    /* counts the connections of this program, from 1; 0: unknown */
  guint16 client_port;   /* 0: unknown */
  guint8 fetch_dest;     /* HpFetchDest */

  /* The fields of both heads as they went over the wire, one "Name: value" a line, lines ended by
   * "\n"; without the request line, the status line and the empty line. Nullable; any bytes but
   * NUL.
   */
  const char *request_fields;
  const char *response_fields;
  const char *file;    /* what was sent, as a path below the served folder; nullable, any bytes */
  const char *program; /* the client's: "firefox"; nullable, as it is known only later, see
                        * HpLogFormatter, or from a file */
  const char *body;    /* the begin of a refused request's body; nullable, any bytes, NUL as well */
  guint32 body_length;
} HpRequestRecord;

/* Whether the client got as far as saying what it asks for. Who only connects, or doesn't speak
 * HTTP, is "-" in method and target. */
gboolean hp_request_record_has_line (const HpRequestRecord *record);

/* A word for programs: "served", "not-modified", "case-mismatch". */
const char *hp_reason_get_nick (HpReason reason);

/* HP_REASON_NONE for a word that is none of them. */
HpReason hp_reason_from_nick (const char *nick);

/* "document", "style", "image"; NULL for HP_FETCH_DEST_UNKNOWN, and the way back. */
const char *hp_fetch_dest_get_nick (HpFetchDest dest);
HpFetchDest hp_fetch_dest_from_nick (const char *nick);

/* A translated phrase for people: "File not found". */
const char *hp_reason_get_words (HpReason reason);

/* favicon.ico, apple-touch-icon and all of /.well-known/: browsers ask for them without a page's
 * doing. */
gboolean hp_request_target_is_noise (const char *target);

/* What of the referrer tells pages apart: the path for a page of this very server, all of it for
 * another one. NULL when there is none. Borrowed from the record. */
const char *hp_request_record_get_short_referrer (const HpRequestRecord *record);

/* Whether the referrer names a page at the authority, as the Host field has it ("localhost:62893").
 */
gboolean hp_request_referrer_is_own (const char *referrer, const char *authority);

/* A problem is what its owner would want to mend: status >= 400 or aborted by us, and not noise. */
gboolean hp_request_record_is_problem (const HpRequestRecord *record);

G_END_DECLS
