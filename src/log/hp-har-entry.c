/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <math.h>
#include <string.h>

#include "log/hp-har-entry.h"
#include "log/hp-log-address.h"

struct _HpHarEntry
{
  JsonNode *node; /* owned; most of the strings are its */
  HpRequestRecord record;

  /* owned */
  char *target;
  char *referrer;
  char *user_agent;
  GString *request_fields;
  GString *response_fields;
  guchar *body;
};

/* Looking into JSON that may be anything */

static JsonNode *
get (JsonObject *object, const char *name)
{
  return object != NULL ? json_object_get_member (object, name) : NULL;
}

static JsonObject *
get_object (JsonObject *object, const char *name)
{
  JsonNode *node = get (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static JsonArray *
get_array (JsonObject *object, const char *name)
{
  JsonNode *node = get (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static const char *
get_string (JsonObject *object, const char *name)
{
  JsonNode *node = get (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

/* -1 for what isn't a number. */
static double
get_number (JsonObject *object, const char *name)
{
  JsonNode *node = get (object, name);
  GType type = node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node)
                                                            : G_TYPE_INVALID;

  if (type == G_TYPE_INT64)
    return json_node_get_int (node);
  if (type == G_TYPE_DOUBLE && isfinite (json_node_get_double (node)))
    return json_node_get_double (node);
  return -1;
}

static gboolean
get_flag (JsonObject *object, const char *name)
{
  JsonNode *node = get (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
         && json_node_get_value_type (node) == G_TYPE_BOOLEAN && json_node_get_boolean (node);
}

static guint64
clamp (double value, guint64 max)
{
  if (!(value > 0))
    return 0;
  return value >= max ? max : (guint64) (value + 0.5);
}

/* Parts of an entry */

/* GDateTime cuts the fraction instead of rounding it, so that a microsecond would get lost. */
static gint64
parse_time (const char *text)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = NULL;
  g_autoptr (GString) whole = g_string_new (text);
  const char *dot = text != NULL ? strchr (text, '.') : NULL;
  gint64 us = 0;

  if (dot != NULL)
    {
      gsize n = strspn (dot + 1, "0123456789");

      for (gsize i = 0; i < 6; i++)
        us = us * 10 + (i < n ? dot[1 + i] - '0' : 0);
      g_string_erase (whole, dot - text, n + 1);
    }
  time = g_date_time_new_from_iso8601 (whole->str, utc);
  return time != NULL ? g_date_time_to_unix (time) * G_USEC_PER_SEC + us : 0;
}

static void
append_line (GString *out, const char *text)
{
  for (; *text != '\0'; text++)
    g_string_append_c (out, *text == '\n' || *text == '\r' ? ' ' : *text);
}

/* HTTP/2 has the request line among the fields; its names begin with a colon. */
static GString *
read_fields (JsonObject *message)
{
  JsonArray *headers = get_array (message, "headers");
  guint n = headers != NULL ? json_array_get_length (headers) : 0;
  GString *out;

  if (headers == NULL)
    return NULL;
  out = g_string_new (NULL);
  for (guint i = 0; i < n; i++)
    {
      JsonNode *node = json_array_get_element (headers, i);
      JsonObject *header = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *name = get_string (header, "name");
      const char *value = get_string (header, "value");

      if (name == NULL || *name == '\0' || *name == ':')
        continue;
      append_line (out, name);
      g_string_append (out, ": ");
      append_line (out, value != NULL ? value : "");
      g_string_append_c (out, '\n');
    }
  return out;
}

static char *
dup_field (HpHarEntry *self, const char *name)
{
  HpLogField field;

  if (self->request_fields == NULL || !hp_log_fields_find (self->request_fields->str, name, &field))
    return NULL;
  return g_strndup (field.value, field.value_length);
}

static gboolean
field_is (HpHarEntry *self, const char *name, const char *value)
{
  g_autofree char *found = dup_field (self, name);

  return g_strcmp0 (found, value) == 0;
}

static void
read_body (HpHarEntry *self, JsonObject *request)
{
  JsonObject *post = get_object (request, "postData");
  const char *text = get_string (post, "text");
  const char *encoding = get_string (post, "_encoding");
  gsize length;

  if (text == NULL || *text == '\0')
    return;
  if (g_strcmp0 (encoding, "base64") == 0)
    self->body = g_base64_decode (text, &length);
  else
    {
      self->body = (guchar *) g_strdup (text);
      length = strlen (text);
    }
  self->record.body = (const char *) self->body;
  self->record.body_length = MIN (length, HP_RECORD_MAX_BODY);
}

static void
read_timings (HpRequestRecord *record, JsonObject *entry, JsonObject *extras)
{
  static const char *const before[] = { "blocked", "dns", "connect", "send", "wait" };
  JsonObject *timings = get_object (entry, "timings");
  double first_byte = get_number (extras, "firstByteUs");
  double sum = 0;

  record->time_us = parse_time (get_string (entry, "startedDateTime"));
  record->duration_us = clamp (get_number (entry, "time") * 1000, G_MAXUINT32);
  for (guint i = 0; i < G_N_ELEMENTS (before); i++)
    sum += MAX (0, get_number (timings, before[i]));
  if (extras == NULL && record->status != 0)
    first_byte = sum * 1000;
  record->first_byte_us = clamp (first_byte, record->duration_us);
}

static HpFetchDest
guess_dest (HpHarEntry *self, JsonObject *entry)
{
  static const struct
  {
    const char *word; /* of Sec-Fetch-Dest, or of Chromium's "_resourceType" */
    HpFetchDest dest;
  } words[] = {
    { "document", HP_FETCH_DEST_DOCUMENT },   { "iframe", HP_FETCH_DEST_FRAME },
    { "frame", HP_FETCH_DEST_FRAME },         { "style", HP_FETCH_DEST_STYLE },
    { "stylesheet", HP_FETCH_DEST_STYLE },    { "script", HP_FETCH_DEST_SCRIPT },
    { "image", HP_FETCH_DEST_IMAGE },         { "font", HP_FETCH_DEST_FONT },
    { "empty", HP_FETCH_DEST_EMPTY },         { "fetch", HP_FETCH_DEST_EMPTY },
    { "xhr", HP_FETCH_DEST_EMPTY },           { "audio", HP_FETCH_DEST_MEDIA },
    { "video", HP_FETCH_DEST_MEDIA },         { "media", HP_FETCH_DEST_MEDIA },
    { "track", HP_FETCH_DEST_MEDIA },         { "worker", HP_FETCH_DEST_WORKER },
    { "sharedworker", HP_FETCH_DEST_WORKER }, { "serviceworker", HP_FETCH_DEST_WORKER },
    { "manifest", HP_FETCH_DEST_MANIFEST },
  };
  g_autofree char *field = dup_field (self, "Sec-Fetch-Dest");
  const char *word = field != NULL ? field : get_string (entry, "_resourceType");

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (word, words[i].word) == 0)
      return words[i].dest;
  return HP_FETCH_DEST_UNKNOWN;
}

/* What Homeport wrote down. */
static void
read_extras (HpHarEntry *self, JsonObject *extras)
{
  static const struct
  {
    const char *name;
    HpRecordFlags flag;
  } flags[] = {
    { "aborted", HP_RECORD_ABORTED },      { "noise", HP_RECORD_NOISE },
    { "ownPage", HP_RECORD_OWN_REFERRER }, { "navigation", HP_RECORD_NAVIGATION },
    { "reused", HP_RECORD_REUSED },        { "repeated", HP_RECORD_REPEATED },
  };
  HpRequestRecord *record = &self->record;

  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    if (get_flag (extras, flags[i].name))
      record->flags |= flags[i].flag;
  record->reason = hp_reason_from_nick (get_string (extras, "reason"));
  record->fetch_dest = hp_fetch_dest_from_nick (get_string (extras, "fetchDest"));
  record->file = get_string (extras, "file");
  record->client = get_string (extras, "client");
  record->client_port = clamp (get_number (extras, "clientPort"), G_MAXUINT16);
}

/* What can be told of another program's entry. */
static void
guess_extras (HpHarEntry *self, JsonObject *entry)
{
  HpRequestRecord *record = &self->record;
  g_autofree char *host = dup_field (self, "Host");

  if (record->status == 0)
    record->flags |= HP_RECORD_ABORTED;
  if (hp_request_target_is_noise (self->target))
    record->flags |= HP_RECORD_NOISE;
  if (hp_request_referrer_is_own (self->referrer, host))
    record->flags |= HP_RECORD_OWN_REFERRER;
  if (field_is (self, "Sec-Fetch-Mode", "navigate"))
    record->flags |= HP_RECORD_NAVIGATION;
  record->fetch_dest = guess_dest (self, entry);
}

static char *
dup_extra (JsonObject *extras, const char *name)
{
  return g_strdup (get_string (extras, name));
}

static void
read_request (HpHarEntry *self, JsonObject *request, JsonObject *extras)
{
  const char *method = get_string (request, "method");
  const char *url = get_string (request, "url");

  self->request_fields = read_fields (request);
  self->target = dup_extra (extras, "target");
  if (self->target == NULL)
    self->target = hp_log_address_dup_target (url != NULL ? url : "");
  self->referrer = dup_extra (extras, "referrer");
  if (self->referrer == NULL)
    self->referrer = dup_field (self, "Referer");
  self->user_agent = dup_extra (extras, "userAgent");
  if (self->user_agent == NULL)
    self->user_agent = dup_field (self, "User-Agent");

  self->record.method = method != NULL ? method : "";
  self->record.target = self->target;
  self->record.referrer = self->referrer;
  self->record.user_agent = self->user_agent;
  if (self->request_fields != NULL && self->request_fields->len > 0)
    self->record.request_fields = self->request_fields->str;
  read_body (self, request);
}

static void
read_response (HpHarEntry *self, JsonObject *response)
{
  JsonObject *content = get_object (response, "content");
  const char *type = get_string (content, "mimeType");
  double bytes = get_number (response, "bodySize");

  self->response_fields = read_fields (response);
  if (self->response_fields != NULL && self->response_fields->len > 0)
    self->record.response_fields = self->response_fields->str;
  self->record.status = clamp (get_number (response, "status"), 999);
  self->record.bytes = clamp (bytes >= 0 ? bytes : get_number (content, "size"), G_MAXINT64);
  if (type != NULL && *type != '\0' && !g_str_equal (type, "x-unknown"))
    self->record.media_type = type;
}

HpHarEntry *
hp_har_entry_new (JsonNode *node)
{
  HpHarEntry *self = g_new0 (HpHarEntry, 1);
  JsonObject *entry = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonObject *extras = get_object (entry, "_homeport");
  const char *connection = get_string (entry, "connection");
  guint64 number;

  self->node = node;
  read_request (self, get_object (entry, "request"), extras);
  read_response (self, get_object (entry, "response"));
  read_timings (&self->record, entry, extras);
  if (connection != NULL
      && g_ascii_string_to_unsigned (connection, 10, 1, G_MAXUINT32, &number, NULL))
    self->record.connection = number;
  self->record.program = get_string (entry, "_client");
  if (extras != NULL)
    read_extras (self, extras);
  else
    guess_extras (self, entry);
  if (self->record.client == NULL)
    self->record.client = "";
  return self;
}

void
hp_har_entry_free (HpHarEntry *self)
{
  json_node_unref (self->node);
  g_free (self->target);
  g_free (self->referrer);
  g_free (self->user_agent);
  g_free (self->body);
  if (self->request_fields != NULL)
    g_string_free (self->request_fields, TRUE);
  if (self->response_fields != NULL)
    g_string_free (self->response_fields, TRUE);
  g_free (self);
}

const HpRequestRecord *
hp_har_entry_get_record (HpHarEntry *self)
{
  return &self->record;
}
