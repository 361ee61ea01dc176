/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "http/hp-chunk.h"
#include "http/hp-engine-private.h"
#include "http/hp-exchange.h"

G_BEGIN_DECLS

struct _HpExchange
{
  guint ref_count;

  /* owned */
  HpConnection *connection;
  SoupServerMessage *message; /* from hp_exchange_answer() to hp_exchange_end() */
  HpRequestHead head;
  HpResponse *response;
  char *request_fields; /* as they came; NULL: there were none that could be made out */
  GString *fields;      /* of the response's head; NULL: not yet made */
  GByteArray *body;     /* the begin of a refused one; NULL: none is expected */
  HpChunk *chunk;       /* of chunk_size bytes; NULL: none yet */

  /* borrowed */
  HpEngine *engine;

  gint64 time_us;    /* wall clock */
  gint64 began;      /* monotonic */
  gint64 first_byte; /* likewise; 0: nothing was sent */
  gint64 over;       /* likewise */
  gint64 chunk_began;

  gsize chunk_size;
  gsize chunk_length; /* of the file's bytes before offset, libsoup sends these; 0: none */
  goffset offset;     /* the next byte of the file to read */
  goffset left;       /* how many to read still */
  guint64 expected;
  guint64 body_sent;
  guint64 seen_sent; /* of these, when hp_exchange_is_download() saw it last */
  gint64 moved;      /* when that was more than the time before, monotonic */
  gssize job_result;

  gulong wrote_chunk_id;
  gboolean reused; /* the connection has been, by earlier requests */
  gboolean last;
  gboolean head_taken; /* fields are those of the whole head, in the form of a record */
  gboolean sending;    /* the head has been given to libsoup */
  gboolean in_job;     /* a thread of the pool works for it */
  gboolean let_go;     /* the memory of what libsoup sends */
  gboolean fetching;   /* a thread reads that again */
  gboolean generating; /* and the response belongs to that thread */
  gboolean failed;     /* reading, on our side */
  gboolean timed_out;
  gboolean download; /* it was large when it had taken a while */
  gboolean ended;
};

/* Whether the client has got, or will get, all of the answer. */
gboolean hp_exchange_is_whole (HpExchange *self);

/* --- hp-exchange-record.c --- */

/* The field lines of a head, as a record has them. head begins with its first line. */
void hp_exchange_append_fields (GString *fields, const char *head, gsize length);
/* (nullable) (transfer full) */
char *hp_exchange_dup_request_fields (const char *head, gsize length);

G_END_DECLS
