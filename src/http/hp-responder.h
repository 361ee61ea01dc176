/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include "http/hp-file-cache.h"
#include "http/hp-server-options.h"
#include "log/hp-request-record.h"

G_BEGIN_DECLS

/* A request as the responder sees it: plain text out of the head, nothing of the transport. NULL
 * for a field that isn't there; a field that came several times is joined with ", ". All borrowed.
 */
typedef struct
{
  const char *method;
  const char *target;  /* as on the wire: "/a%20b?x=1" or "http://localhost:62893/a" */
  int minor_version;   /* of HTTP/1.x */
  guint16 port;        /* the server's own port */
  gboolean other_user; /* the client belongs to another user of this computer */
  HpReason refusal;    /* set by the transport when framing is wrong; HP_REASON_NONE otherwise */
  const char *host;
  const char *range;
  const char *if_range;
  const char *if_match;
  const char *if_none_match;
  const char *if_modified_since;
  const char *if_unmodified_since;
  const char *accept;
  const char *sec_fetch_site; /* Fetch Metadata, from browsers */
  const char *sec_fetch_mode;
  const char *sec_fetch_dest;
} HpRequest;

typedef struct
{
  const char *name;  /* static */
  const char *value; /* free of CR, LF and NUL */
  char *owned;       /* the value, unless it is static */
} HpHeader;

typedef enum
{
  HP_BODY_NONE,
  HP_BODY_BYTES,
  HP_BODY_FILE,
  HP_BODY_GENERATOR,
} HpBodyKind;

typedef struct _HpResponse HpResponse;

/* Makes the body of a response that takes time, in a worker thread. May also change status, reason
 * and headers: the response is not yet sent and belongs to this thread for the time being. */
typedef GBytes *(*HpBodyGenerator) (HpResponse *response, gpointer user_data);

/* An answer: plain data, so that any transport can send it. */
struct _HpResponse
{
  guint status;
  HpReason reason;
  GArray *headers; /* of HpHeader; Date, Content-Length and Connection are the transport's */
  gboolean close;  /* end the connection after it */
  gboolean head;   /* the request was HEAD: the length counts, the body isn't sent */
  char *file;      /* (nullable) owned: what is sent, as a path below the folder, for the log */

  HpBodyKind body;
  GBytes *bytes;  /* HP_BODY_BYTES */
  int fd;         /* HP_BODY_FILE, owned; -1 otherwise */
  goffset offset; /* HP_BODY_FILE: first byte to send */
  goffset length; /* HP_BODY_FILE: how many */

  HpBodyGenerator generator; /* HP_BODY_GENERATOR */
  gpointer generator_data;
  GDestroyNotify generator_data_free;
};

HpResponse *hp_response_new (guint status, HpReason reason);
void hp_response_free (HpResponse *self);
void hp_response_add_header (HpResponse *self, const char *name, const char *value);
/* The same for a value that is a constant of the program. */
void hp_response_add_static_header (HpResponse *self, const char *name, const char *value);
const char *hp_response_get_header (HpResponse *self, const char *name);
/* (nullable): the words behind the number in the status line, as RFC 9110 has them; libsoup's are
 * older. */
const char *hp_response_get_phrase (HpResponse *self);
void hp_response_take_bytes (HpResponse *self, GBytes *bytes);
/* HP_BODY_GENERATOR becomes HP_BODY_BYTES; blocking, for a worker thread. */
void hp_response_generate (HpResponse *self);

/* Answers requests for one folder. Blocking file system calls are made; engine thread. */
typedef struct _HpResponder HpResponder;

HpResponder *hp_responder_new (const char *folder, HpServerOptions *options);
void hp_responder_free (HpResponder *self);
void hp_responder_set_options (HpResponder *self, HpServerOptions *options);
/* Borrowed; without one every file is read anew. */
void hp_responder_set_cache (HpResponder *self, HpFileCache *cache);

/* (transfer full): never NULL. */
HpResponse *hp_responder_respond (HpResponder *self, const HpRequest *request);

/* (transfer full): the page for a request that could not be answered after all. Of the request,
 * what a client accepts counts. */
HpResponse *hp_responder_refuse (const HpRequest *request, HpReason reason);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpResponse, hp_response_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpResponder, hp_responder_free)

G_END_DECLS
