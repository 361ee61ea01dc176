/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include "log/hp-request-record.h"

G_BEGIN_DECLS

/* Limits, in bytes: generous for browsers, small enough that a stranger can't make us hold much. */
#define HP_HEAD_MAX_LINE   (8 * 1024)
#define HP_HEAD_MAX_SIZE   (32 * 1024)
#define HP_HEAD_MAX_FIELDS 100
#define HP_HEAD_MAX_METHOD 32 /* longer is 501, refused with METHOD */

typedef enum
{
  HP_HEAD_INCOMPLETE, /* needs more bytes */
  HP_HEAD_COMPLETE,
  HP_HEAD_REFUSED, /* see refusal; what follows must not be read as a request */
} HpHeadState;

/* The fields somebody reads. */
typedef enum
{
  HP_FIELD_HOST,
  HP_FIELD_CONNECTION,
  HP_FIELD_RANGE,
  HP_FIELD_IF_RANGE,
  HP_FIELD_IF_MATCH,
  HP_FIELD_IF_NONE_MATCH,
  HP_FIELD_IF_MODIFIED_SINCE,
  HP_FIELD_IF_UNMODIFIED_SINCE,
  HP_FIELD_ACCEPT,
  HP_FIELD_SEC_FETCH_SITE,
  HP_FIELD_SEC_FETCH_MODE,
  HP_FIELD_SEC_FETCH_DEST,
  HP_FIELD_REFERER,
  HP_FIELD_USER_AGENT,
  HP_FIELD_REPEAT, /* X-Homeport-Repeat */

  HP_N_FIELDS
} HpField;

/* The head of one HTTP/1 request. Zero it before the first scan. */
typedef struct
{
  HpReason refusal;                /* HP_REASON_NONE when the head is fine */
  gsize length;                    /* how many bytes belong to the head */
  char *text;                      /* owned: what the strings below point into */
  const char *method;              /* NULL while it couldn't be made out */
  const char *target;              /* as sent; NULL likewise */
  int minor_version;               /* of HTTP/1.x */
  gboolean keep_alive;             /* the client can and will reuse the connection */
  const char *fields[HP_N_FIELDS]; /* NULL when absent; several of a name are joined with ", " */

  /* private */
  char *joined[HP_N_FIELDS];
  gsize start;   /* of the request line */
  gsize line;    /* start of the line being read */
  gsize checked; /* no line ends before this offset, apart from those already seen */
  guint n_lines;
} HpRequestHead;

/* Looks whether data, which holds everything received from the beginning of the head, is a whole
 * head; goes on where the last scan ended. Pure: no more state than in *self. */
HpHeadState hp_request_head_scan (HpRequestHead *self, const char *data, gsize length);

/* Frees what it holds and zeroes it. */
void hp_request_head_clear (HpRequestHead *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HpRequestHead, hp_request_head_clear)

G_END_DECLS
