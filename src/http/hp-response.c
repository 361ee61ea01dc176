/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>
#include <unistd.h>

#include "http/hp-responder.h"

/* What an answer usually has, at most. */
#define N_HEADERS 10

static void
clear_header (gpointer header)
{
  g_free (((HpHeader *) header)->owned);
}

HpResponse *
hp_response_new (guint status, HpReason reason)
{
  HpResponse *self = g_new0 (HpResponse, 1);

  self->status = status;
  self->reason = reason;
  self->fd = -1;
  self->headers = g_array_sized_new (FALSE, FALSE, sizeof (HpHeader), N_HEADERS);
  g_array_set_clear_func (self->headers, clear_header);

  return self;
}

static void
clear_generator (HpResponse *self)
{
  if (self->generator_data_free != NULL)
    self->generator_data_free (self->generator_data);
  self->generator = NULL;
  self->generator_data = NULL;
  self->generator_data_free = NULL;
}

void
hp_response_free (HpResponse *self)
{
  if (self == NULL)
    return;

  clear_generator (self);
  g_array_unref (self->headers);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->file);
  if (self->fd >= 0)
    close (self->fd);
  g_free (self);
}

/* Whatever a value was made of, it can't end its line and begin another. */
void
hp_response_add_header (HpResponse *self, const char *name, const char *value)
{
  HpHeader header = { .name = name, .owned = g_strdup (value) };

  header.value = header.owned;
  for (char *c = header.owned; *c != '\0'; c++)
    {
      if (g_ascii_iscntrl (*c))
        *c = ' ';
    }
  g_array_append_val (self->headers, header);
}

void
hp_response_add_static_header (HpResponse *self, const char *name, const char *value)
{
  HpHeader header = { .name = name, .value = value };

  g_array_append_val (self->headers, header);
}

const char *
hp_response_get_header (HpResponse *self, const char *name)
{
  for (guint i = 0; i < self->headers->len; i++)
    {
      HpHeader *header = &g_array_index (self->headers, HpHeader, i);

      if (g_ascii_strcasecmp (header->name, name) == 0)
        return header->value;
    }

  return NULL;
}

const char *
hp_response_get_phrase (HpResponse *self)
{
  static const struct
  {
    guint status;
    const char *phrase;
  } phrases[] = {
    { 200, "OK" },
    { 204, "No Content" },
    { 206, "Partial Content" },
    { 301, "Moved Permanently" },
    { 304, "Not Modified" },
    { 400, "Bad Request" },
    { 403, "Forbidden" },
    { 404, "Not Found" },
    { 405, "Method Not Allowed" },
    { 408, "Request Timeout" },
    { 411, "Length Required" },
    { 412, "Precondition Failed" },
    { 413, "Content Too Large" },
    { 414, "URI Too Long" },
    { 416, "Range Not Satisfiable" },
    { 421, "Misdirected Request" },
    { 431, "Request Header Fields Too Large" },
    { 500, "Internal Server Error" },
    { 501, "Not Implemented" },
    { 503, "Service Unavailable" },
    { 505, "HTTP Version Not Supported" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (phrases); i++)
    {
      if (phrases[i].status == self->status)
        return phrases[i].phrase;
    }

  return NULL;
}

void
hp_response_take_bytes (HpResponse *self, GBytes *bytes)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  self->bytes = bytes;
  self->body = HP_BODY_BYTES;
}

void
hp_response_generate (HpResponse *self)
{
  GBytes *bytes;

  g_return_if_fail (self->body == HP_BODY_GENERATOR);

  bytes = self->generator (self, self->generator_data);
  clear_generator (self);
  hp_response_take_bytes (self, bytes);
}
