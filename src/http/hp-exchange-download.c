/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "http/hp-exchange-private.h"

/* What is over in a moment is not worth staying awake for. */
#define PATIENCE_US G_USEC_PER_SEC
#define LARGE       (1024 * 1024) /* still to be sent */

/* A reader that takes nothing for so long has gone to sleep itself. */
#define STANDSTILL_US (10 * G_USEC_PER_SEC)

gboolean
hp_exchange_is_download (HpExchange *self, gint64 now)
{
  if (!self->sending || now - self->began < PATIENCE_US)
    return FALSE;

  if (!self->download)
    {
      self->download = self->expected - self->body_sent >= LARGE;
      self->moved = now;
    }
  if (self->body_sent != self->seen_sent)
    {
      self->seen_sent = self->body_sent;
      self->moved = now;
    }
  return self->download && now - self->moved < STANDSTILL_US;
}
