/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-page-load.h"

G_BEGIN_DECLS

struct _HpPageLoad
{
  GObject parent_instance;

  char *target; /* NULL: the requests of no page */
  GArray *bars; /* of HpPageLoadBar */
  guint n_told; /* of the bars */

  gint64 time_us;
  gint64 end_us;
  guint64 bytes;
  guint64 n_requests;
  guint64 n_problems;
  gboolean redirecting; /* nothing but redirects so far: the page itself is still to come */
  gboolean forgotten;   /* by the list: too old */
  gboolean touched;     /* since it was last told */
};

/* target: NULL for the requests of no page. */
HpPageLoad *hp_page_load_new (const char *target);
void hp_page_load_set_target (HpPageLoad *self, const char *target);
void hp_page_load_add (HpPageLoad *self, guint64 seq, const HpRequestRecord *record);
/* Tells what came. */
void hp_page_load_tell (HpPageLoad *self);

G_END_DECLS
