/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "servers/hp-server-list.h"

G_BEGIN_DECLS

typedef enum
{
  HP_ADVICE_NONE,
  HP_ADVICE_NOTE,    /* good to know */
  HP_ADVICE_WARNING, /* it can be done, and won't do what one hopes */
  HP_ADVICE_ERROR,   /* it can't be done */
} HpAdviceLevel;

/* What to think of a port that somebody types for a server. */
typedef struct
{
  HpAdviceLevel level;
  char *text; /* NULL for HP_ADVICE_NONE; a line for each thing to know */
} HpPortAdvice;

/* The port of a text; 0 when it is none. *text_error (transfer full): why. */
guint16 hp_port_parse (const char *text, char **text_error);

/* server: whose port it will be. verdict: a glance at the port. holder: who has it, NULL while that
 * isn't known. Microseconds. */
HpPortAdvice *hp_port_advise (HpServerList *list,
                              HpServer *server,
                              const HpPortVerdict *verdict,
                              const HpPortOwner *holder);
HpPortAdvice *hp_port_advice_new_error (const char *text);
void hp_port_advice_free (HpPortAdvice *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpPortAdvice, hp_port_advice_free)

G_END_DECLS
